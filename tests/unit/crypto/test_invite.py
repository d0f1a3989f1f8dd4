"""An invite survives what chat programs do to it, and says what is wrong where it can't."""

from __future__ import annotations

import base64
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.codec import digest, encode
from app.core.errors import LocalError
from app.core.ids import Key
from app.crypto.invite import Invite, invite_secret, invite_text, parse_invite

INVITE = Invite(
    invite_id=bytes(range(16)),
    secret=bytes(range(32)),
    session=bytes([3]) * 32,
    maker=Key(bytes([4]) * 32),
    title="Tuesday sketches",
    addresses=("192.0.2.7:4000", "[2001:db8::7]:4000"),
    end_ms=1_800_000_000_000,
    uses=5,
    role="editor",
)


def link(body: bytes) -> str:
    check = digest("talkstick invite", [body])[:4]
    return "talkstick:" + base64.urlsafe_b64encode(body + check).decode().rstrip("=")


def test_an_invite_comes_back_as_it_was() -> None:
    text = invite_text(INVITE)
    assert text.startswith("talkstick:A")
    assert len(text) < 400
    assert parse_invite(text) == INVITE


@given(
    st.text(max_size=limits.INVITE_TITLE_CHARACTERS_MAX),
    st.lists(st.text(min_size=1, max_size=60), max_size=6),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**31),
)
def test_any_invite_comes_back_as_it_was(
    title: str, addresses: list[str], end_ms: int, uses: int
) -> None:
    invite = dataclasses.replace(
        INVITE, title=title, addresses=tuple(addresses), end_ms=end_ms, uses=uses
    )
    assert parse_invite(invite_text(invite)) == invite


@pytest.mark.parametrize(
    "wrapped",
    [
        "  {}\n",
        "<{}>",
        '"{}"',
        "\u201c{}\u201d",
        "({}).",
        "`{}`",
        "\u00ab{}\u00bb,",
        "**{}**",
        "\ufeff{}",
    ],
)
def test_what_programs_put_around_a_link_is_forgiven(wrapped: str) -> None:
    assert parse_invite(wrapped.format(invite_text(INVITE))) == INVITE


def test_line_breaks_inside_and_a_capital_letter_are_forgiven() -> None:
    text = invite_text(INVITE)
    broken = "\r\n  ".join(text[start : start + 60] for start in range(0, len(text), 60))
    assert parse_invite("T" + broken[1:]) == INVITE


@pytest.mark.parametrize(
    "text", ["", "hello", "https://example.org/x", "talkstick", "AWkC", "\U0001f600"]
)
def test_what_is_no_invite_is_called_so(text: str) -> None:
    with pytest.raises(LocalError, match="not an invite"):
        parse_invite(text)


def test_every_cut_and_every_changed_letter_is_noticed() -> None:
    text = invite_text(INVITE)
    start = len("talkstick:")
    for end in range(start, len(text)):
        with pytest.raises(LocalError, match="cut off"):
            parse_invite(text[:end])
    for place in range(start, len(text)):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(LocalError, match="cut off or changed"):
            parse_invite(text[:place] + other + text[place + 1 :])


def test_the_spare_bits_of_the_last_letter_are_not_free() -> None:
    """Two of three lengths leave bits that a lax decoder ignores: one invite, one text."""
    for title in ("x", "xx", "xxx"):
        text = invite_text(dataclasses.replace(INVITE, title=title))
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
            if letter != text[-1]:
                with pytest.raises(LocalError, match="cut off or changed"):
                    parse_invite(text[:-1] + letter)


def test_a_letter_that_no_link_has_is_named() -> None:
    text = invite_text(INVITE)
    with pytest.raises(LocalError, match="'%'"):
        parse_invite(text[:40] + "%" + text[40:])


def test_a_newer_version_is_called_so() -> None:
    with pytest.raises(LocalError, match="newer version"):
        parse_invite(link(b"\2" + encode(["anything"])))


@pytest.mark.parametrize(
    "body", [b"\0" + encode([1]), b"\1", b"\1" + encode([1]), b"\1\xc1", b"\1" + encode(["x"] * 9)]
)
def test_a_whole_link_with_nonsense_in_it_is_called_so(body: bytes) -> None:
    with pytest.raises(LocalError, match="makes no sense"):
        parse_invite(link(body))


def test_a_link_beyond_the_bound_is_refused_both_ways() -> None:
    with pytest.raises(LocalError, match="too long"):
        parse_invite("talkstick:" + "A" * limits.INVITE_CHARACTERS_MAX)
    many = ("\U0001f600" * limits.INVITE_ADDRESS_CHARACTERS_MAX,) * limits.INVITE_ADDRESSES_MAX
    with pytest.raises(LocalError, match="too long for a link"):
        invite_text(dataclasses.replace(INVITE, addresses=many))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * (limits.INVITE_TITLE_CHARACTERS_MAX + 1)},
        {"secret": b"short"},
        {"uses": -1},
        {"addresses": ("",)},
    ],
)
def test_an_invite_out_of_bounds_is_not_made(change: dict[str, object]) -> None:
    with pytest.raises(LocalError, match="can't be made"):
        invite_text(dataclasses.replace(INVITE, **change))  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_any_text_gives_an_invite_or_a_sentence(text: str) -> None:
    for candidate in (text, "talkstick:" + text):
        with pytest.raises(LocalError, match=r"^This .*[.]$"):
            parse_invite(candidate)


def test_an_invites_secret_depends_on_both_and_is_not_the_sessions() -> None:
    secrets = {
        invite_secret(session, invite)
        for session in (b"s" * 32, b"t" * 32)
        for invite in (b"i" * 16, b"j" * 16)
    }
    assert len(secrets | {b"s" * 32}) == 5
    assert all(len(secret) == 32 for secret in secrets)


def test_the_secret_is_not_in_the_repr() -> None:
    assert repr(INVITE.secret) not in repr(INVITE)
