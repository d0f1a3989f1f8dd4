"""Orders under which copies once differed, told to new copies: they stay the same.

Each file is what `python -m tests.guests.monkey --keep DIR` kept of one seed, up to where the copies
differed. Causes stand beside the names.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.bench.share.screen import missing
from tests.guests.monkey import Stages
from tests.guests.tk.stage import ROOT

pytestmark = [
    pytest.mark.display,
    pytest.mark.long,
    pytest.mark.skipif(bool(missing("openbox")), reason=f"not installed: {missing('openbox')}"),
]

KEPT = Path(__file__).parent / "kept"
CAUSES = {
    # An error in a slot of ours kept its callers' frames, and with them a dialog, in one copy.
    "qt_table-3": "qt_table.py",
    # The place of a popup came late and moved another menu of that name, but not at the doer's.
    "qt_editor-8": "qt_editor.py",
}


@pytest.fixture(scope="module")
def stages():
    made = Stages(120)
    yield made
    made.close()


def test_each_kept_order_has_its_cause():
    assert {path.name.removesuffix(".json.gz") for path in KEPT.iterdir()} == set(CAUSES)


@pytest.mark.parametrize("name", CAUSES)
def test_copies_that_once_differed_stay_the_same(stages, name):
    told = json.loads(gzip.decompress((KEPT / f"{name}.json.gz").read_bytes()))
    last = max(frame[1] for frame in told if frame[0] != "names")
    with stages.party(ROOT / "resources" / "samples" / CAUSES[name], 1) as party:
        assert party.replay(told, last - 10) is None
