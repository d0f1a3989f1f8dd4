"""A lab for each test; where there can be none, its tests are skipped and say why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import company
from tests.netlab.lab import Lab, why_not

__all__ = ["company", "lab"]


@pytest.fixture
def lab() -> Iterator[Lab]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with Lab(seed=1) as made:
        yield made
