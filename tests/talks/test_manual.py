"""Every line of every command table in the manual, as rows of `tests/manual.tsv`, against the virtual board.

state: commands sent before, or `temperature N`, `door` (opens and closes), `wait SECONDS`, `factory` (after a long press), joined
by `|`. sent: a text, or `call`, `button`. reply: exact, `\\n` a new line, `{time}` any time, empty for none. effect: `COMMAND -> reply`,
`socket on`, `socket off`, `after N s socket on`, `temperature N`, joined by `|`.
"""

import csv
import re

import pytest

from tests.conftest import ROOT
from tools.simulator.box import JACK, MINUTE

with (ROOT / "tests" / "manual.tsv").open(newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))
TIME = r"26/\d\d/\d\d,\d\d:\d\d:\d\d"


def _matches(expected, text):
    pattern = re.escape(expected.replace("\\n", "\n")).replace(re.escape("{time}"), TIME)
    return re.fullmatch(pattern, text) is not None


def _prepare(box, state):
    word, _, value = state.partition(" ")
    if word == "temperature":
        box.thermometer.celsius = float(value)
        box.run(65_000)
    elif state == "door":
        box.contact(closed=True)
        box.run(1000)
        box.contact(closed=False)
        box.run(1000)
    elif word == "wait":
        box.run(int(value) * 1000)
    elif state == "factory":
        box.boss.asks("MAKEMEBOSS;RESTARTTIME=33;ERROR=OFF;ALERT=CALL;SWITCHOFFTEMP=3C;TRISEALERT=50C")
        box.press(11_000)
        box.run(MINUTE)
        box.boss.reads_all()
    else:
        box.boss.texts(state)
        box.run(12_000)
        box.boss.reads_all()


def _send(box, sent):
    if sent == "button":
        box.press()
    elif sent == "call":
        call = box.boss.phone.call()
        box.run(5000)
        box.boss.phone.hang_up(call)
    else:
        box.boss.texts(sent)


def _check_effect(box, effect):
    asked = effect.partition(" -> ")
    after = re.fullmatch(r"(?:after (\d+) s )?socket (on|off)", effect)
    if asked[1]:
        reply = box.boss.asks(asked[0])
        assert _matches(asked[2], reply), (asked[2], reply)
    elif after:
        box.run(int(after[1] or 0) * 1000)
        assert box.relay.on is (after[2] == "on"), effect
    else:
        box.thermometer.celsius = float(effect.removeprefix("temperature "))


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['chapter']} {row['sent']}" for row in ROWS])
def test_a_line_of_the_manual(box, row):
    box.board.set_input(JACK, 0)
    for state in filter(None, row["state"].split("|")):
        _prepare(box, state)
    _send(box, row["sent"])
    if row["reply"]:
        reply = box.boss.receives()
        assert _matches(row["reply"], reply), (row["reply"], reply)
    else:
        box.boss.receives_nothing(10_000)
    for effect in filter(None, row["effect"].split("|")):
        _check_effect(box, effect)


def test_every_command_of_the_manual_has_a_row():
    from tools import manual

    beyond = {
        "HELP",
        "REBOOT",
        "SELFTEST",
        "SMSLIMIT",
        "HYSTERESIS",
        "MINCYCLE",
        "SENSORFAIL",
        "FROSTGUARD",
        "TEMPOFFSET",
        "TFASTALERT",
    }
    beyond |= {"MINMAX", "POWERDELAY", "ID", "HEARTBEAT", "KEEPALIVE", "FORWARD", "DIAG"}
    words = {row.word for row in manual.rows()} - beyond
    told = {
        re.match(r"(?:12abc)?([A-Z]+)", row["sent"])
        for row in ROWS
        if row["sent"][0].isupper() or row["sent"].startswith("12abc")
    }
    assert words - {found[1] for found in told if found} == set()
