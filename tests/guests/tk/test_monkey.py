"""Three people act at random at once, each copy hears it after delays of its own: no copy differs."""

from __future__ import annotations

import pytest

from tests.guests.tk.monkey import Monkey
from tests.guests.tk.stage import ROOT

pytestmark = [pytest.mark.long, pytest.mark.display]

SAMPLES = ROOT / "resources" / "samples"


@pytest.mark.parametrize("name", ["order_form.py", "drawing.tcl"])
@pytest.mark.parametrize("seed", [1])
def test_copies_of_a_sample_stay_equal(share, name, seed):
    copies = share(SAMPLES / name, 3, jitter_ms=120, seed=seed)
    Monkey(copies, seed).run(300)
    assert [copy.logs() for copy in copies.copies] == [""] * 3
