from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.errors import LocalError
from app.core.rng import Rng
from app.crypto.keys import Identity
from app.node.addressbook import AddressBook, parse_address, usable
from app.node.frames import Reachable, reachable_bytes

ANN = Identity(Rng("ann").bytes(32))


def a_record(identity=ANN, number=1, addresses=("10.0.0.1:7000",)):
    signature = identity.sign(reachable_bytes(identity.key, number, addresses))
    return Reachable(identity.key, number, addresses, signature)


def somebody(number):
    return Identity(Rng(str(number)).bytes(32))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.1:7000", ("10.0.0.1", 7000)),
        ("[2001:db8::1]:1", ("2001:db8::1", 1)),
        ("host:65535", ("host", 65535)),
    ],
)
def test_addresses_are_read(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", ":", "host", "host:", ":1", "h:65536", "h:-1", "h:x", "h:١"])
def test_what_is_no_address_is_told(text):
    with pytest.raises(LocalError, match="HOST:PORT"):
        parse_address(text)


def test_the_newest_record_wins_and_repeats_are_no_news():
    book = AddressBook()
    assert book.learn(a_record(number=5))
    assert not book.learn(a_record(number=5, addresses=("10.0.0.2:1",)))
    assert not book.learn(a_record(number=4, addresses=("10.0.0.2:1",)))
    assert book.addresses(ANN.key) == [("10.0.0.1", 7000)]
    assert book.learn(a_record(number=6, addresses=("10.0.0.2:1",)))
    assert book.addresses(ANN.key) == [("10.0.0.2", 1)]
    assert book.number_of(ANN.key) == 6


@pytest.mark.parametrize(
    "change", [{"number": 2}, {"addresses": ("10.6.6.6:6",)}, {"key": somebody(1).key}]
)
def test_a_record_that_its_site_did_not_sign_is_refused(change):
    book = AddressBook()
    assert not book.learn(replace(a_record(), **change))
    assert book.records() == ()


def test_the_address_that_worked_last_is_tried_first_until_it_is_lost():
    book = AddressBook()
    book.learn(a_record())
    book.saw(ANN.key, ("10.9.9.9", 9))
    assert book.addresses(ANN.key) == [("10.9.9.9", 9), ("10.0.0.1", 7000)]
    book.lost(ANN.key)
    assert book.addresses(ANN.key) == [("10.0.0.1", 7000)]


def test_strangers_make_room_and_members_stay():
    book = AddressBook()
    book.learn(a_record())
    book.kept = (ANN.key,)
    for number in range(limits.ADDRESS_BOOK_SITES_MAX + 10):
        assert book.learn(a_record(somebody(number)))
        book.saw(somebody(number).key, ("10.0.0.1", 1))
    assert len(book._known) == len(book._seen) == limits.ADDRESS_BOOK_SITES_MAX
    assert book.records()[0].key == ANN.key
    assert len(book.records()) == limits.MEMBERS_MAX


def test_a_book_full_of_members_takes_no_stranger():
    book = AddressBook()
    people = [somebody(number) for number in range(limits.ADDRESS_BOOK_SITES_MAX)]
    book.kept = tuple([each.key for each in people])
    for each in people:
        book.learn(a_record(each))
    assert not book.learn(a_record())


def test_addresses_that_make_no_sense_are_left_out():
    record = a_record(addresses=("nonsense", "h" * 75 + ":7000", "10.0.0.1:7000"))
    book = AddressBook()
    assert book.learn(record)
    assert book.texts(ANN.key) == ("10.0.0.1:7000",)
    assert book.addresses(ANN.key) == [("10.0.0.1", 7000)]
    assert usable(("a:1", "a:1", "x")) == ("a:1",)


def test_a_restored_book_is_what_was_saved():
    book, again = AddressBook(), AddressBook()
    book.learn(a_record())
    again.restore(book.records())
    assert again.records() == book.records()
