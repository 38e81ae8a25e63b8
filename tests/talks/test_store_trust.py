"""R16.1, issue 9.19: a store whose values are of another kind neither mutes the box nor locks anybody in or out."""

import binascii
import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tools.simulator.board import firmware
from tools.simulator.box import MINUTE, Box

BAD = ({}, "", [], 0, -1, True, None, 1e300, [[]], [{}], [None], {"a": {}}, {"": ""}, {"a": []}, "x" * 300, [["", [], {}]])
KEYS = [
    "seen", "alerts", "fired", "run", "alarmlog", "rules", "ALERTNUMBERS", "relay", "minute", "zone", "sent", "minmax", "mains",
    "outage", "restored", "heartbeat", "taken", "forwarded", "resets", "window", "thermostat", "frost", "RESTARTTIME", "SMSLIMIT",
    "ALERT", "RELAYTIME", "SWITCHOFFTEMP", "POWERSTATE", "TFASTALERT", "CREDITUMS", "ID", "alarm", "sensor", "seq", "v",
]  # fmt: skip


@pytest.fixture
def damaged():
    """f(change): a box whose newest file was changed, sealed anew, and that was started again. Its log may tell of it."""
    boxes = []

    def make(change, both=False):
        boxes.append(box := Box())
        box.board.image.write_bytes(_prepared())
        files = _files(box)
        names = sorted((name for name in files if name.startswith("settings")), key=lambda name: json.loads(files[name])["seq"])
        write = {"journal.txt": None} if "journal.txt" in files else {}
        for name in names if both else names[-1:]:
            state = json.loads(files[name])
            del state["crc"]
            change(state)
            write[name] = _sealed(state)
        _files(box, write)
        box.on()
        return box

    yield make
    for box in boxes:
        box.close()


@cache
def _prepared() -> bytes:
    """The boss is listed in both generations."""
    box = Box().on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SECNUMBER+358402222222")
    for number in range(2):
        for at in range(6):
            box.boss.asks(";".join(f"SECNUMBER{'+-'[number]}3584000000{at}{row}" for row in range(1)))
            box.boss.asks(";".join(f"ALERTNUMBER{'+-'[number]}3584000000{at}{row}" for row in range(1)))
        box.boss.asks("SCHEDULER+07:00,1,OFF")
        box.boss.asks("SCHEDULER-ALL")
        box.run(MINUTE)
    box.cut_power()
    image = box.board.image.read_bytes()
    box.close()
    return image


def _files(box, write=None):
    job = box.board.image.with_name("files.json")
    job.write_text(json.dumps(write or {}))
    script = Path(__file__).parents[1] / "flash_files.py"
    subprocess.run([firmware.micropython(), str(script), str(box.board.image), str(job)], check=True)
    return json.loads(job.read_text())


def _sealed(state):
    body = json.dumps(state)[:-1]
    return f'{body},"crc":{binascii.crc32(body.encode())}}}'


def _lives(box):
    """The boss is answered, a stranger is not, the alarm is told, a power cut is survived."""
    box.run(12_000)
    box.boss.reads_all()
    assert box.boss.asks("ON").startswith("Power socket ON")
    box.stranger.texts("OFF")
    box.stranger.receives_nothing(30_000)
    assert box.relay.on
    assert box.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - OK"
    assert box.board.starts == 1
    assert not [line for line in box.log if " error in " in line], box.board.tail(40)
    box.cut_power()
    box.restart()
    assert "RESTARTTIME=9 seconds" in box.boss.asks("RESTARTTIME?")


@pytest.mark.parametrize("key", KEYS)
def test_a_value_of_another_kind(damaged, key):
    value = BAD[KEYS.index(key) % 2]
    _lives(damaged(lambda state: state.update({key: value})))


@pytest.mark.parametrize("bad", range(len(BAD)))
def test_every_value_of_another_kind_at_once(damaged, bad):
    _lives(damaged(lambda state: state.update({key: BAD[bad] for key in KEYS if key not in ("seq", "v")})))


@pytest.mark.parametrize("value", [{}, "", 0, [{}], [1], ["x"], {"a": 1}, [["358401111111"]]])
@pytest.mark.parametrize("key", ["SECNUMBERS", "SECLIST", "PASSWORD"])
def test_what_locks_people_out_falls_back_to_the_other_generation(damaged, key, value):
    _lives(damaged(lambda state: state.update({key: value})))


@pytest.mark.parametrize("key", ["SECNUMBERS", "SECLIST"])
def test_null_is_no_list_either(damaged, key):
    value = None
    _lives(damaged(lambda state: state.update({key: value})))
