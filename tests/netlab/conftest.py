"""A lab for each test, and people in it; where there can be none, its tests are skipped and say why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import company
from tests.e2e.talkstick import Company
from tests.netlab.lab import Lab, why_not
from tests.netlab.party import Party

__all__ = ["company", "lab"]


@pytest.fixture
def lab() -> Iterator[Lab]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with Lab(seed=1) as made:
        yield made


@pytest.fixture
def party(lab: Lab, company: Company, tmp_path: Path) -> Party:
    return Party(lab, company, tmp_path)
