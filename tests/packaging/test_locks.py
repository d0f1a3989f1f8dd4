"""The lock files pin everything with hashes, agree with each other, and name no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "packaging/bootstrap.lock"]


def read(name: str) -> dict[str, tuple[Requirement, int]]:
    """Package -> (pinned requirement, number of hashes)."""
    joined = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, tuple[Requirement, int]] = {}
    for line in joined.splitlines():
        pinned, *hashes = line.split("--hash=")
        requirement = Requirement(pinned)
        found[canonicalize_name(requirement.name)] = (requirement, len(hashes))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name):
    packages = read(name)
    assert packages
    assert [
        package
        for package, (requirement, hashes) in packages.items()
        if not re.fullmatch(r"==[^,*]+", str(requirement.specifier)) or not hashes
    ] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_host_and_no_option_stands_in_a_lock(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or re.match(r"\s*(#|-)(?!-hash=)", line)] == []


def test_the_development_lock_contains_the_other():
    runtime, development = read("requirements.lock"), read("requirements-dev.lock")
    assert runtime == {package: development.get(package) for package in runtime}


def test_the_locks_are_within_the_ranges_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        locked = read(name)
        for requirement in map(Requirement, wanted):
            pinned = next(iter(locked[canonicalize_name(requirement.name)][0].specifier)).version
            assert pinned in requirement.specifier, requirement
