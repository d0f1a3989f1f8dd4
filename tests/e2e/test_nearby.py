"""Sites of one network find each other and are let in, with real processes."""

from __future__ import annotations

import pytest

from tests.e2e.talkstick import run

pytestmark = pytest.mark.slow


def test_who_asks_sees_the_same_words_and_is_let_in(company, tmp_path):
    ann, zoe = tmp_path / "ann", tmp_path / "zoe"
    title = f"Tea {tmp_path.name}"
    host = company.start("site", "--data", ann, "--name", "Ann", "--create", title)
    host.wait_for(lambda event: event["event"] == "ready", "ready")
    asker = company.start("site", "--data", zoe, "--name", "Zoe", "--near", title)
    there = host.wait_for(lambda event: event["event"] == "asking", "somebody who asks")
    here = asker.wait_for(lambda event: event["event"] == "asking", "the words")
    assert there["words"] == here["words"]
    assert (there["name"], here["name"]) == ("Zoe", "Ann")
    (row,) = run("admit", "--data", ann, "--list").ok().lines
    assert (row["name"], row["words"]) == ("Zoe", there["words"])
    run("admit", "--data", ann, "Zoe").ok()
    asker.wait_for(lambda event: event["event"] == "ready", "ready")
    (said,) = run("say", "--data", zoe, "hello").ok().lines
    assert said["state"] == "ordered"


def test_a_refusal_ends_the_newcomer_with_its_reason(company, tmp_path):
    ann, zoe = tmp_path / "ann", tmp_path / "zoe"
    title = f"Tea {tmp_path.name}"
    host = company.start("site", "--data", ann, "--name", "Ann", "--create", title)
    host.wait_for(lambda event: event["event"] == "ready", "ready")
    asker = company.start("site", "--data", zoe, "--name", "Zoe", "--near", title)
    host.wait_for(lambda event: event["event"] == "asking", "somebody who asks")
    run("admit", "--data", ann, "--deny", "Zoe").ok()
    ended = asker.wait()
    assert ended.code == 1
    assert "Ann did not let you in" in ended.error
