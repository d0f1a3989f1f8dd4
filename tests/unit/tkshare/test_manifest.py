"""A program's list of files: what belongs to it, and what no list may say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError, RemoteError
from app.tkshare.model.manifest import (
    ProgramFile,
    belonging,
    consent_of,
    decode_listing,
    encode_listing,
    hash_of,
    inexact,
    is_safe,
    require_fits,
)
from tests.unit.tkshare.stage import ADA, OFFER, SITES

MAIN = ProgramFile("calculator.py", 10, hash_of(b"0123456789"))


def test_versions_repositories_and_environments_are_no_part_of_a_program():
    found = belonging(
        [
            "main.py",
            "lib/a.py",
            ".git/config",
            "lib/__pycache__/a.pyc",
            "b.pyc",
            "env/pyvenv.cfg",
            "env/lib/c.py",
            "envy.py",
            "venv/x.py",
            "data/.git/y",
        ]
    )
    assert found == ["envy.py", "lib/a.py", "main.py"]


def test_a_list_goes_round_in_any_order_of_files():
    files = [ProgramFile(f"f{number:04}.py", number, hash_of(b"")) for number in range(2_000)]
    listing = encode_listing(reversed(files))
    assert decode_listing(listing) == tuple(files)
    assert len(listing) < limits.SHARE_LISTING_BYTES_MAX


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/.", "C:x", "a\\b", "a\0b", "nul", "Con.txt",
     "x.", "x ", "a\nb", "a/"],
)  # fmt: skip
def test_a_path_that_leaves_the_folder_somewhere_is_refused(path):
    assert not is_safe(path)
    with pytest.raises(RemoteError):
        ProgramFile(path, 0, hash_of(b""))


def test_a_list_beyond_the_bounds_is_refused():
    big = ProgramFile("b", limits.SHARE_BYTES_MAX, hash_of(b""))
    with pytest.raises(LocalError, match="at most 50"):
        encode_listing([big, ProgramFile("a", 1, hash_of(b""))])
    with pytest.raises(LocalError, match="1 to"):
        encode_listing([])
    many = [ProgramFile(f"{n}", 0, hash_of(b"")) for n in range(limits.SHARE_FILES_MAX + 1)]
    with pytest.raises(LocalError, match="1 to"):
        encode_listing(many)


def test_two_files_that_are_one_on_some_systems_are_refused():
    with pytest.raises(LocalError, match="one name"):
        encode_listing([ProgramFile("A.py", 0, hash_of(b"")), ProgramFile("a.py", 0, hash_of(b""))])


def test_a_list_out_of_order_is_another_list():
    entries = [["b", 0, hash_of(b"")], ["a", 0, hash_of(b"")]]
    with pytest.raises(RemoteError, match="order"):
        decode_listing(encode([entries]))


@given(st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=3) | st.binary(max_size=3),
                    lambda inner: st.lists(inner, max_size=4), max_leaves=10))  # fmt: skip
def test_whatever_a_peer_sends_is_a_list_or_refused(plain):
    try:
        decode_listing(encode(plain))
    except RemoteError:
        return


def test_an_offer_shows_what_its_list_holds():
    listing = encode_listing([MAIN])
    offer = replace(OFFER, listing=hash_of(listing), listing_size=len(listing))
    assert require_fits(offer, listing) == (MAIN,)
    for wrong in (
        replace(offer, listing=b"x" * 32),
        replace(offer, size=11),
        replace(offer, files=2),
        replace(offer, entry="other.py"),
    ):
        with pytest.raises(RemoteError):
            require_fits(wrong, listing)


def test_consent_names_program_size_hash_and_sender():
    consent = consent_of(OFFER, ADA)
    assert (consent.title, consent.size, consent.sender) == ("calculator", 10, SITES[ADA])
    assert consent.program == OFFER.listing.hex()


def test_another_minor_version_is_not_exact_another_patch_is():
    offered = (("python", "3.11.7"), ("tk", "8.6.13"))
    assert inexact(offered, (("python", "3.11.2"), ("tk", "8.6.9"))) == ()
    assert inexact(offered, (("python", "3.12.0"), ("tk", "9.0"))) == ("python", "tk")
