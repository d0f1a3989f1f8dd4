"""Emoji and their names: a few that are used much, and those that Unicode shows in colour by itself.

The names are those of the standard library, in English as Unicode has them; the few have short ones
of our own that are translated.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.ui.strings import Emoji

_RANGES = (
    "1F600-1F64F 1F910-1F93A 1F93C-1F945 1F970-1F976 1F978-1F97A 1F9D0-1F9DF 1FAE0-1FAE7"
    " 1F440 1F442-1F4FC 1F4FF-1F53D 1F550-1F567 1F57A 1F595-1F596 1F5A4 1F5FB-1F5FF"
    " 1F90C-1F90F 1F97B-1F9CF 1F9E0-1F9FF 1F947-1F96F 1F977 1F300-1F320 1F32D-1F335 1F337-1F37C"
    " 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3E0-1F3F0 1F3F4 1F3F8-1F3FA 1F400-1F43E 1F54B-1F54E"
    " 1F680-1F6C5 1F6CC 1F6D0-1F6D2 1F6D5-1F6D7 1F6DD-1F6DF 1F6EB-1F6EC 1F6F4-1F6FC 1F7E0-1F7EB"
    " 1FA70-1FA74 1FA78-1FA7C 1FA80-1FA86 1FA90-1FAAC 1FAB0-1FABA 1FAC0-1FAC5 1FAD0-1FAD9"
    " 1FAF0-1FAF6 231A-231B 23E9-23EC 23F0 23F3 2614-2615 2648-2653 267F 2693 26A1 26BD-26BE"
    " 26C4-26C5 26CE 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705 270A-270B 2728 274C 274E 2753-2755"
    " 2757 2795-2797 27B0 2B50 2B55"
)
"""Unicode 14, Emoji_Presentation, faces and people first (UTS 51, emoji-data.txt)."""


@dataclass(frozen=True, slots=True)
class Named:
    """An emoji, how it is called, and the words it is found by, in small letters."""

    emoji: str
    name: str
    words: str


@lru_cache(maxsize=1)
def emoji_of_unicode() -> tuple[Named, ...]:
    """Those that Unicode names, in its order; those without a name here are left out."""
    found = {}
    for part in _RANGES.split():
        first, _, last = part.partition("-")
        for point in range(int(first, 16), int(last or first, 16) + 1):
            name = unicodedata.name(chr(point), "").lower()
            if name:
                found[chr(point)] = Named(chr(point), name, name)
    return tuple(found.values())


def all_emoji() -> tuple[Named, ...]:
    """The few by the names of the language in force, then the rest."""
    few = []
    for emoji, sentence in Emoji.ALL.items():
        name = sentence()
        unicode_name = unicodedata.name(emoji[0], "").lower()
        few.append(Named(emoji, name, f"{name.lower()} {unicode_name}"))
    return (*few, *[each for each in emoji_of_unicode() if each.emoji not in Emoji.ALL])


def find_emoji(text: str) -> tuple[Named, ...]:
    """Those with every word of the text in their names: as a beginning of a word first."""
    words = text.lower().split()
    found = [each for each in all_emoji() if all(word in each.words for word in words)]
    begins = [all(f" {word}" in f" {each.words}" for word in words) for each in found]
    first = [each for each, begun in zip(found, begins, strict=True) if begun]
    return (*first, *[each for each, begun in zip(found, begins, strict=True) if not begun])
