"""Fixtures: a box that is plugged in, and one that is not."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SHARED = ROOT.parent / "shared"

from tools.simulator.board.board import share_core  # noqa: E402
from tools.simulator.box import Box  # noqa: E402


def pytest_configure():
    """One core for each worker and its boards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        share_core(int(worker[2:]))


def check(box):
    """What holds for every story: no command the modem does not know, and no error of ours in the log."""
    assert not box.modem.unknown, box.modem.unknown
    ours = [line for line in box.log if " error in " in line or " hung: " in line]
    assert not ours, "\n".join(box.log[-60:])


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
