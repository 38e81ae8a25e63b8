"""Exactly once (R1.10): power cut at every flash write and at every line on the UART, from the arrival to the reply."""

import random
from functools import cache

import pytest

from tools.simulator.board.board import torn
from tools.simulator.box import MINUTE, Box

COMMANDS = {
    "ON": "Power socket ON",
    "ON30": "Power ON for 30 seconds",
    "RESTART": "Power socket restarted",
    "SECNUMBER+358405555555": "SECNUMBER+358405555555 - OK",
    "PASSWORD=12abc": "PASSWORD=***** - OK",
}
PREPARE = (
    ["POWERALERT=OFF", "MAKEMEBOSS"]
    + [f"SECNUMBER+35840000000{i}" for i in range(8)]
    + [f"ALERTNUMBER+35840000000{i}" for i in range(8)]
)


@cache
def _prepared() -> bytes:
    """A flash image whose store is too large for littlefs to keep it inside a directory block: every save erases."""
    box = Box(draw=False).on()
    for text in PREPARE:
        box.boss.asks(text)
    image = box.board.image.read_bytes()
    box.close()
    return image


class Cut:
    """Counts the points at which power may fail, and cuts at one of them."""

    def __init__(self, box, at=None, seed=1):
        self.box, self.at = box, at
        self.points = []
        self.armed = False
        self._random = random.Random(seed)
        box.board.on_flash = self._flash
        box.line.trace = lambda direction, octets: self._point("uart " + direction)

    def _point(self, kind):
        if not self.armed:
            return False
        self.points.append(kind)
        if self.at is None or len(self.points) - 1 != self.at:
            return False
        if kind.startswith("uart"):
            self.box.world.after(0, self.box.cut_power)
        return True

    def _flash(self, kind, length):
        return torn(self._random, length) if self._point("flash " + kind) else None


def _start(at=None, seed=1):
    box = Box(draw=False, seed=seed)
    box.board.image.write_bytes(_prepared())
    box.on()
    return box, Cut(box, at, seed)


@cache
def _points(text) -> tuple:
    box, cut = _start()
    cut.armed = True
    box.boss.texts(text)
    assert box.boss.receives() == COMMANDS[text]
    box.run(2000)
    box.close()
    assert sum(kind == "flash program" for kind in cut.points) >= 2
    return tuple(cut.points)


def _live_through(text, at, seed):
    box, cut = _start(at, seed)
    try:
        cut.armed = True
        box.boss.texts(text)
        box.run(20_000, lambda: not box.board.running)
        box.run(10)
        box.cut_power()
        cut.armed = False
        box.run(5000)
        box.restart()
        _check(box, text, cut.points[at])
    finally:
        box.close()


def _check(box, text, cut_at):
    box.run(2 * MINUTE)
    replies = box.boss.reads_all()
    assert COMMANDS[text] in replies, (cut_at, replies, box.board.tail(60))
    assert set(replies) == {COMMANDS[text]}
    assert not box.modem.store
    if text == "ON":
        assert box.relay.on
        assert sum(on for _, on in box.relay.moves(1)) <= 2  # by command, and restored behind the cut
    elif text in ("ON30", "RESTART"):
        assert not box.relay.on
        begun = sum(on for _, on in box.relay.moves(1))
        assert begun == 1 or (begun == 2 and cut_at.startswith("flash")), (cut_at, box.board.tail(60))
    elif text.startswith("SECNUMBER"):
        assert box.boss.asks("SECNUMBER?").count("358405555555") == 1
    else:
        assert box.boss.asks("STATUS") == "Invalid access password!"
        assert box.boss.asks("12abcOFF") == "Power socket OFF"
    ours = [line for line in box.log if " error in " in line]
    assert not ours, ours


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("text", COMMANDS)
def test_a_power_cut_at_every_point(text, part):
    points = _points(text)
    assert len(points) > 15
    for at in range(part, len(points), 4):
        _live_through(text, at, seed=at)


def test_a_board_that_restarts_alone_while_the_modem_goes_on():
    """The watchdog bites while the modem stands at its prompt: nothing is lost, nothing sent that nobody wrote."""
    points = _points("ON")
    for at in range(0, len(points), 3):
        box, cut = _start()
        try:
            cut.at = None
            cut.armed = True
            box.boss.texts("ON")
            box.run(20_000, lambda at=at, cut=cut: len(cut.points) > at)
            box.board.power_off()
            cut.armed = False
            box.run(300)
            box.board.power_on("watchdog")
            box.wait_ready()
            _check(box, "ON", "flash")
            assert not [text for _, text, _ in box.network.submitted if text not in COMMANDS.values()]
        finally:
            box.close()
