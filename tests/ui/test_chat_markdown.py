"""What Markdown becomes in the chat: no word vanishes, nothing is loaded, and it looks as one piece."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QTextTable

from app.ui.delegates.chat_markdown import ADDRESS_SHOWN_MAX, plain_line
from app.ui.delegates.chat_text import Kind, RowDocument, make_document
from app.ui.fonts import Role, Weight
from app.ui.theme import theme_of
from app.ui.tokens import Scheme

THEME = theme_of(Scheme.LIGHT)
pytestmark = pytest.mark.usefixtures("qapp")


def made(text: str, width: int = 300) -> RowDocument:
    return make_document(text, width, THEME.tokens.text, THEME)


def links(document: RowDocument) -> list[tuple[str, str]]:
    """(words, where they lead) of every link."""
    found = []
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            form = iterator.fragment().charFormat()
            if form.isAnchor():
                found.append((iterator.fragment().text(), form.anchorHref()))
            iterator += 1
        block = block.next()
    return found


def tops(document: RowDocument) -> list[float]:
    layout, found, block = document.documentLayout(), [], document.begin()
    while block.isValid():
        found.append(layout.blockBoundingRect(block).top())
        block = block.next()
    return found


PICTURE = "https://evil.example/x.png"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"![]({PICTURE})", PICTURE),
        (f"![ ]({PICTURE})", PICTURE),
        (f"see ![a *nice* cat]({PICTURE}) now", f"see a nice cat {PICTURE} now"),
        (f"[![cat]({PICTURE})](https://b.example/)", f"https://b.example/ cat {PICTURE}"),
        ("[](https://b.example/)", "https://b.example/"),
    ],
)
def test_a_picture_is_its_words_and_a_link(text, said):
    document = made(text)
    assert document.toPlainText() == said
    assert all(words == href for words, href in links(document))
    assert links(document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[click](javascript:alert(1))", "click (javascript:alert(1))"),
        ("<file:///etc/passwd>", "file:///etc/passwd"),
        ("[plan](FILE:///srv/plan)", "plan (FILE:///srv/plan)"),
        ("[here](else/where)", "here (else/where)"),
        ("![x](data:image/png;base64,AAAA)", "x data:image/png;base64,AAAA"),
    ],
)
def test_what_may_not_be_followed_is_words(text, said):
    document = made(text)
    assert document.toPlainText() == said
    assert links(document) == []


def test_an_address_that_holds_a_whole_picture_is_not_shown_whole():
    shown = made(f"![x](data:image/png;base64,{'A' * 4_000})").toPlainText()
    assert len(shown) <= ADDRESS_SHOWN_MAX + len("x …")


@pytest.mark.parametrize(
    "address", ["https://a.example/b", "http://a.example", "mailto:a@b.example"]
)
def test_what_may_be_followed_is_a_link(address):
    assert links(made(f"[words]({address})")) == [("words", address)]


def test_code_in_the_text_keeps_every_letter():
    text = "`![](x)` and `[]()`\n```\n![](x)\n[ ](y)\n```"
    assert made(text).toPlainText() == "![](x) and []()\n![](x)\n[ ](y)"


def test_pasted_lines_are_as_close_as_lines_and_paragraphs_are_not():
    line = THEME.line(Role.CHAT)
    first, second, third, fourth = tops(made("one\ntwo\nthree\n\nfour"))
    assert second - first == third - second == line
    assert fourth - third > line


@pytest.mark.parametrize("last", ["https://a.example/b", "**bold!**", "`code`", "a@b.example"])
def test_a_break_changes_nothing_of_what_stands_before_it(last):
    alone, broken = made(last), made(f"{last}\nnext")
    assert broken.toPlainText() == f"{alone.toPlainText()}\nnext"
    assert links(broken) == links(alone)
    formats = [each.begin().begin().fragment().charFormat().font() for each in (alone, broken)]
    assert formats[0] == formats[1]


def test_code_has_one_ground_however_many_lines_it_has():
    document = made("before\n```py\none\n\ntwo\n```\nafter")
    (ground,) = document.behind
    assert ground.kind is Kind.CODE
    before, *code, after = tops(document)
    assert before < ground.rect.top() < code[0]
    assert code[-1] < ground.rect.bottom() <= after
    assert ground.rect.width() == 300


def test_code_at_the_beginning_stays_inside_its_row():
    document = made("```\ncode\n```")
    (ground,) = document.behind
    assert ground.rect.top() >= 0
    assert ground.rect.bottom() <= document.size().height()


def test_each_quote_has_a_bar_beside_all_of_it():
    document = made("> one\n> two\n> > deeper\n\nmine")
    outer, inner = sorted([each.rect for each in document.behind], key=lambda rect: rect.left())
    assert {each.kind for each in document.behind} == {Kind.QUOTE}
    one, _two, deeper, mine = tops(document)
    assert outer.top() == one
    assert deeper < outer.bottom() <= mine
    assert inner.top() == deeper
    assert inner.left() > outer.left()


def test_a_table_has_one_line_between_its_cells_and_no_empty_line_behind_it():
    document = made("| a | b |\n|---|---|\n| 1 | 2 |\n\nafter")
    (table,) = document.rootFrame().childFrames()
    assert isinstance(table, QTextTable)
    assert table.format().borderCollapse()
    assert table.format().cellSpacing() == 0
    bottom = document.documentLayout().frameBoundingRect(table).bottom()
    assert tops(document)[-1] - bottom < THEME.line(Role.CHAT)


def test_a_rule_is_a_line_behind_the_text():
    (rule,) = made("a\n\n---\n\nb").behind
    assert (rule.kind, rule.rect.height()) == (Kind.RULE, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Some** `code`\n- a\n- [b](https://c.example)", "Some code a b"),
        ("> quoted\n\nmine", "quoted mine"),
        (f"![cat]({PICTURE})", f"cat {PICTURE}"),
    ],
)
def test_a_quoted_line_is_words_without_markdown(text, said):
    assert plain_line(text) == said


@pytest.mark.parametrize("text", ["_so_ and __so__", "*so* and **so**"])
def test_marks_of_either_kind_make_words_italic_and_bold(text):
    document = made(text)
    forms = []
    iterator = document.begin().begin()
    while not iterator.atEnd():
        form = iterator.fragment().charFormat()
        upright = QFont(form.font())
        upright.setItalic(False)
        bold = upright == THEME.font(Role.CHAT, Weight.SEMIBOLD)
        forms.append((iterator.fragment().text(), form.fontItalic(), bold))
        iterator += 1
    assert forms == [("so", True, False), (" and ", False, False), ("so", False, True)]


def test_underscores_within_words_are_letters():
    assert plain_line("a_long_name and __init__ and ~~no~~") == "a_long_name and init and no"
