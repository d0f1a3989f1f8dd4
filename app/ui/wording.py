"""How texts for people are made: whole sentences with named placeholders, translated when shown.

Never glue sentences or count words in code: a translator moves every part. No Qt, so that models
can be read and tested without a window. Catalogs are gettext's; `xgettext -kSentence:1 -kPlural:1,2`
finds the texts.
"""

from __future__ import annotations

import gettext
import string
from dataclasses import dataclass

from app.core.errors import Bug


class _Catalog:
    """The language in force; replaced as a whole."""

    def __init__(self) -> None:
        self.translations = gettext.NullTranslations()


_CATALOG = _Catalog()


def use_language(translations: gettext.NullTranslations) -> None:
    """Show everything from now on in this language; texts that were shown keep theirs."""
    _CATALOG.translations = translations


def placeholders(text: str) -> tuple[str, ...]:
    """Names of the placeholders of a text, sorted."""
    return tuple(sorted({name for _, name, _, _ in string.Formatter().parse(text) if name}))


def figure(number: int) -> str:
    """A whole number, grouped as the language does: 10,482."""
    return f"{number:,}"


def _filled(text: str, values: dict[str, str | int]) -> str:
    shown = {
        name: figure(value) if isinstance(value, int) else value for name, value in values.items()
    }
    if tuple(sorted(shown)) != placeholders(text):
        raise Bug(f"the text {text!r} was given {sorted(shown)}")
    return text.format_map(shown)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text; call it with a value for each placeholder. Whole numbers are grouped."""

    text: str

    def __call__(self, **values: str | int) -> str:
        """The text as it is shown. Bug: a placeholder without a value, or the other way round."""
        return _filled(_CATALOG.translations.gettext(self.text), values)


@dataclass(frozen=True, slots=True)
class Plural:
    """A text that changes with a number; `count` chooses the form and is a placeholder."""

    one: str
    other: str

    def __call__(self, count: int, **values: str | int) -> str:
        """The text for that many. The form for one may leave the number out."""
        text = _CATALOG.translations.ngettext(self.one, self.other, count)
        given = {**values, "count": count} if "count" in placeholders(text) else values
        return _filled(text, given)
