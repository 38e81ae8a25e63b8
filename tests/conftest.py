"""Fixtures: a box that is plugged in, and one that is not."""

import os
import sys
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SHARED = ROOT.parent / "shared"

from tools.simulator import box as simulator  # noqa: E402
from tools.simulator.board.board import share_core  # noqa: E402
from tools.simulator.box import Box  # noqa: E402

STRETCH_MS = 1000  # the longest that the firmware may keep the loop for itself
# The same where a text, a call, an alarm, an outage, a rule, a reading or a recovery takes its usual way: 200 ms is the aim, and
# a chapter that is loaded for MAKEMEBOSS with an erase behind it takes 247.
USUAL_MS = 250
USUAL = "power calls messages alarm mains scheduler temperature security modem_recovery button_and_leds clock credit"
DRAWN = os.environ.get("TEXTSOCKET_DRAWN") == "1"  # the modem's past is drawn where a test does not name it
TEXTS = 60  # the most that a box may send in a test
MARKS = (
    "stretch(ms): another limit for the longest stretch",
    "texts(most): another limit for the texts sent",
)


def pytest_configure(config):
    """One core for each worker and its boards."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        share_core(int(worker[2:]))


@pytest.fixture(autouse=True)
def limits(request, monkeypatch):
    """What holds for every box of every test: no long stretch, and no flood of texts."""
    boxes = request.node.boxes = []
    make = Box.__init__
    monkeypatch.setattr(simulator, "drawn_from", _seed(request.node) if DRAWN else None)

    def made(self, *arguments, **how):
        make(self, *arguments, **how)
        boxes.append(self)

    monkeypatch.setattr(Box, "__init__", made)
    yield
    usual = request.node.path.stem.removeprefix("test_") in USUAL.split()
    limit = _mark(request, "stretch", USUAL_MS if usual else STRETCH_MS)
    stretches = [stretch for box in boxes for stretch in box.board.stretches]
    long = [
        str(stretch) for stretch in stretches if stretch.ms > (max(STRETCH_MS, limit) if stretch.kind == "start" else limit)
    ]
    assert not long, f"the loop was not given back for above {limit} ms:\n" + "\n".join(long[:10])
    sent = max((len(box.network.submitted) for box in boxes), default=0)
    assert sent <= _mark(request, "texts", TEXTS), f"{sent} texts sent"


def _seed(node):
    return os.environ.get("TEXTSOCKET_SEED") or str(zlib.crc32(node.nodeid.encode()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Print the drawn world of a test that fails."""
    report = yield
    drawn = [str(box.drawn) for box in getattr(item, "boxes", ()) if box.drawn]
    if report.failed and drawn:
        report.sections.append(("drawn world", f"TEXTSOCKET_SEED={_seed(item)}\n" + "\n".join(drawn)))
    return report


def _mark(request, name, otherwise):
    mark = request.node.get_closest_marker(name)
    return mark.args[0] if mark else otherwise


def check(box):
    """What holds for every story: no command the modem does not know, no error of ours in the log, and no dead prompt."""
    assert not box.modem.unknown, box.modem.unknown
    ours = [line for line in box.log if " error in " in line or " hung: " in line]
    assert not ours, "\n".join(box.log[-60:])
    assert not box.board.at_prompt, "\n".join(box.log[-60:])


@pytest.fixture
def make_box():
    """A factory of boxes, closed and checked at the end."""
    boxes = []

    def make(**how):
        boxes.append(Box(**how))
        return boxes[-1]

    yield make
    for box in boxes:
        box.close()
    for box in boxes:
        check(box)


@pytest.fixture
def bare(make_box):
    """A box with factory settings, not plugged in yet."""
    return make_box()


@pytest.fixture
def box(bare):
    """A box that is plugged in and registered."""
    return bare.on()


@pytest.fixture
def shared():
    """The folder of real transcripts and PDUs; skips where it is not there."""
    if not SHARED.exists():
        pytest.skip("../shared is not here")
    return SHARED
