"""Words are short, common and hard to mistake for each other; the list is frozen."""

from __future__ import annotations

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Bug
from app.core.ids import Key
from app.crypto.wordlist import WORDS
from app.crypto.words import words_of, words_of_key


def test_the_list_has_2048_short_lower_case_words_and_never_changes() -> None:
    assert len(WORDS) == len(set(WORDS)) == 2_048
    assert all(3 <= len(word) <= 7 and word.isascii() and word.islower() for word in WORDS)
    assert (
        hashlib.sha256(" ".join(WORDS).encode()).hexdigest()
        == "32d38dd9c59d7aac31ecd8be3d94bc7d9082c5072b862154d074140528ba0805"
    )


def test_no_word_is_another_with_one_letter_changed_added_or_two_swapped() -> None:
    words = set(WORDS)
    holed: dict[str, str] = {}
    for word in WORDS:
        for place in range(len(word)):
            shape = word[:place] + "?" + word[place + 1 :]
            assert holed.setdefault(shape, word) == word
            assert word[:place] + word[place + 1 :] not in words
            swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
            assert swapped == word or swapped not in words


@given(st.binary(min_size=9, max_size=64), st.integers(1, 6))
def test_words_spell_the_leading_bits(data: bytes, count: int) -> None:
    bits = "".join(f"{WORDS.index(word):011b}" for word in words_of(data, count))
    assert bits == "".join(f"{byte:08b}" for byte in data)[: 11 * count]


def test_six_words_are_the_default_and_too_few_bytes_a_bug() -> None:
    assert len(words_of(bytes(32))) == 6
    with pytest.raises(Bug):
        words_of(bytes(8))


def test_words_of_a_key_are_not_words_of_its_bytes() -> None:
    key = Key(bytes(range(32)))
    assert words_of_key(key) == words_of_key(key)
    assert words_of_key(key) != words_of(key)
    lists = [words_of_key(Key(bytes([n]) * 32)) for n in range(5)]
    assert all(a != b for a, b in itertools.combinations(lists, 2))
