"""Chapter 16 of SPEC: power cut at every write of a series of saves; damaged, old, new and foreign files."""

import json
import subprocess
from pathlib import Path

import pytest

from tools.simulator.board import firmware
from tools.simulator.board.board import torn
from tools.simulator.box import MINUTE

RESTARTTIMES = (5, 6, 7)


def _files(box, write=None):
    """Read (after changing) the files on the board's flash, with the real littlefs."""
    job = box.board.image.with_name("files.json")
    job.write_text(json.dumps(write or {}, ensure_ascii=False))
    script = Path(__file__).parents[1] / "flash_files.py"
    subprocess.run([firmware.micropython(), str(script), str(box.board.image), str(job)], check=True)
    return json.loads(job.read_text())


def _quiet(box):
    box.boss.asks("POWERALERT=OFF")


SERIES = {  # what fits the journal; so much that a snapshot is written
    "journal": "RESTARTTIME={0}",
    "snapshot": "RESTARTTIME={0};SECNUMBER-35840000000{0};ALERTNUMBER-35840000000{0};SCHEDULER-0{0}:00",
}


@pytest.mark.parametrize("kind", SERIES)
def test_r16_1_a_power_cut_at_every_write(make_box, kind):
    """Every cut leaves the old or the new value, never a mixture, a factory value or an exception."""
    counter = make_box()
    counter.on()
    _fill(counter)
    writes = []
    counter.board.on_flash = lambda kind, length: writes.append(kind)
    for value in RESTARTTIMES:
        counter.boss.asks(SERIES[kind].format(value))
    counter.board.on_flash = lambda kind, length: None
    assert len(writes) >= 6
    for at in range(len(writes)):
        box = make_box(seed=at)
        _one_cut(box, at, SERIES[kind])


def _fill(box):
    """A store too large for a directory block."""
    _quiet(box)
    for number in range(10):
        box.boss.asks(f"SECNUMBER+35840000000{number};ALERTNUMBER+35840000000{number}")
    for number in range(2, 10):
        box.boss.asks(f"SCHEDULER+0{number}:00,1,OFF")
    box.run(MINUTE)


def _one_cut(box, at, text):
    box.on()
    _fill(box)
    count = [0]

    def flash(kind, length):
        count[0] += 1
        return torn(box.random, length) if count[0] == at + 1 else None

    box.board.on_flash = flash
    last = None
    for value in RESTARTTIMES:
        box.boss.texts(text.format(value))
        if box.run(30_000, lambda: not box.board.running):
            last = value
            break
        box.boss.receives()
    if last is None:  # the last writes are those behind the reply
        last = RESTARTTIMES[-1]
    box.board.on_flash = lambda kind, length: None
    box.cut_power()
    box.modem.store.clear()  # so that the command is not simply executed again
    box.restart()
    box.boss.reads_all()
    old = {5: 10, 6: 5, 7: 6}[last]
    found = box.boss.asks("RESTARTTIME?")
    assert found in (f"RESTARTTIME={old} seconds", f"RESTARTTIME={last} seconds")
    assert box.boss.asks("POWERALERT?") == "POWERALERT=ON,(OFF)"
    done = 0 if "SECNUMBER" not in text else last - 5 + (str(last) in found)
    assert box.boss.asks("SECNUMBER?").count("3584") == 10 - done
    assert box.boss.asks("ALERTNUMBER?").count("3584") == 10 - done
    assert len(box.boss.asks("SCHEDULER?").split("\n")) == 8 - done
    assert box.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - OK"


def _saved(box):
    """RESTARTTIME 5 to 7 in snapshots or the journal, 8 in the journal; (newer, older snapshot, files)."""
    box.on()
    _quiet(box)
    box.boss.asks("RESTARTTIME=5")
    for number in range(4):
        box.boss.asks(f"SCHEDULER+0{number}:00,1,OFF")
    box.run(MINUTE)
    box.boss.asks("RESTARTTIME=6")
    for number in range(4):
        box.boss.asks(f"SCHEDULER-0{number}:00")
    box.boss.asks("RESTARTTIME=7")
    box.run(MINUTE)
    box.boss.asks("RESTARTTIME=8")
    box.cut_power()
    files = _files(box)
    files.pop("restarts.json")
    order = sorted([name for name in files if name.startswith("settings")], key=lambda name: -json.loads(files[name])["seq"])
    assert '"RESTARTTIME":8' in files["journal.txt"]
    return (*order, files)


def _restart_with(box, change):
    """Saves, then the files changed by change(newer, older, files), then a restart."""
    _files(box, change(*_saved(box)))
    box.restart()
    box.boss.reads_all()
    return box.boss.asks("RESTARTTIME?")


OLDER = ("RESTARTTIME=5 seconds", "RESTARTTIME=6 seconds", "RESTARTTIME=7 seconds")
DAMAGE = {
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "garbled": lambda text: text[:10] + "#" + text[11:],
    "no JSON": lambda text: "hello",
    "JSON of another kind": lambda text: "[1,2,3]",
    "a number": lambda text: "12",
    "the crc gone": lambda text: text.split(',"crc"')[0] + "}",
    "deep": lambda text: "[" * 300,
    "NULs": lambda text: "\0" * len(text),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_r16_1_a_damaged_snapshot_falls_back_to_the_previous_generation(bare, how):
    damaged = DAMAGE[how]
    assert _restart_with(bare, lambda new, old, files: {new: damaged(files[new])}) in OLDER
    assert any("damaged" in line for line in bare.log)
    assert bare.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - OK"
    bare.cut_power()
    bare.restart()
    assert bare.boss.asks("RESTARTTIME?") == "RESTARTTIME=9 seconds"


@pytest.mark.parametrize("how", DAMAGE)
def test_r16_1_a_damaged_line_of_the_journal_ends_it(bare, how):
    def change(new, old, files):
        lines = files["journal.txt"].split("\n")
        place = next(i for i, line in enumerate(lines) if '"RESTARTTIME":8' in line)
        lines[place] = DAMAGE[how](lines[place])
        return {"journal.txt": "\n".join(lines)}

    assert _restart_with(bare, change) == "RESTARTTIME=7 seconds"
    assert bare.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - OK"
    bare.cut_power()
    bare.restart()
    assert bare.boss.asks("RESTARTTIME?") == "RESTARTTIME=9 seconds"


def test_r16_1_a_journal_applies_to_its_own_snapshot_alone(bare):
    """The snapshot it builds on is damaged: the older one counts, without it, and later saves do not revive it."""
    assert _restart_with(bare, lambda new, old, files: {new: ""}) != "RESTARTTIME=8 seconds"
    for text in ("RESTARTTIME=21", "SCHEDULER+07:00,1,OFF", "RESTARTTIME=22"):
        bare.boss.asks(text)
        bare.cut_power()
        bare.restart()
        bare.boss.reads_all()
    assert bare.boss.asks("RESTARTTIME?") == "RESTARTTIME=22 seconds"


def test_r16_1_both_damaged_is_the_factory(bare):
    reply = _restart_with(bare, lambda new, old, files: {new: "", old: files[old][:20]})
    assert reply == "RESTARTTIME=10 seconds"
    assert sum("json damaged" in line for line in bare.log) == 2


def test_r16_1_all_gone_is_the_factory(bare):
    reply = _restart_with(bare, lambda new, old, files: {new: None, old: None, "journal.txt": None})
    assert reply == "RESTARTTIME=10 seconds"


def _sealed(state):
    import binascii

    body = json.dumps(state)[:-1]
    return f'{body},"crc":{binascii.crc32(body.encode())}}}'


def test_r13_1_the_factory_reset_leaves_nothing_in_any_file(bare):
    _saved(bare)
    bare.restart()
    bare.boss.asks("SECNUMBER+358400000001")
    bare.press(10_500)
    bare.run(60_000)
    bare.cut_power()
    files = _files(bare)
    assert not [name for name, text in files.items() if "3584" in text and not _void(name, files)]


def _void(name, files):
    """A journal whose snapshot has gone says nothing any more."""
    on = json.loads(files[name].split("\n")[0]).get("on") if name == "journal.txt" else None
    return on is not None and on not in [json.loads(text).get("seq") for text in files.values() if text.startswith("{")]


def test_r16_1_values_out_of_range_are_the_factory_s_key_by_key(bare):
    def change(new, old, files):
        state = json.loads(files[new])
        del state["crc"]
        state.update(RESTARTTIME=100000, SECLIST="PERHAPS", SECNUMBERS=[1, 2], relay="x", alerts={"a": 1}, ERROR="OFF")
        state.update(seen=["a"], rules=["99:99,*,ON"], PASSWORD=5, alarmlog="x", run=[1], SWITCHOFFTEMP=True, future=7)
        return {new: _sealed(state), "journal.txt": None}

    assert _restart_with(bare, change) == "RESTARTTIME=10 seconds"
    assert bare.boss.asks("ERROR?") == "ERROR=ON,(OFF)"
    assert bare.boss.asks("SECLIST?;SECNUMBER?;SCHEDULER?;POWERALERT?").split("\n") == [
        "SECLIST=(OFF),ON", "SECNUMBERs: ", "SCHEDULER is empty", "POWERALERT=ON,(OFF)"
    ]  # fmt: skip


def test_r16_1_unknown_keys_and_newer_versions_are_kept(bare):
    def change(new, old, files):
        state = json.loads(files[new])
        del state["crc"]
        state.update(v=99, FUTURE={"a": [1, 2]})
        return {new: _sealed(state), "journal.txt": None}

    assert _restart_with(bare, change) in OLDER
    bare.boss.asks("RESTARTTIME=8")
    bare.boss.asks("RESTARTTIME=9")
    bare.cut_power()
    files = _files(bare)
    newest = max((name for name in files if name.startswith("settings")), key=lambda name: json.loads(files[name])["seq"])
    assert json.loads(files[newest])["FUTURE"] == {"a": [1, 2]}


def test_r16_1_a_file_written_by_hand_is_version_0(bare):
    bare.on()
    _quiet(bare)
    bare.cut_power()
    _files(bare, dict.fromkeys(_files(bare)) | {"settings-a.json": '{"restarttime": 44, "ERROR": "OFF"}'})
    bare.restart()
    assert bare.boss.asks("RESTARTTIME?") == "RESTARTTIME=44 seconds"
    assert bare.boss.asks("ERROR?") == "ERROR=ON,(OFF)"


def test_r16_2_idle_writes_nothing(box):
    box.boss.asks("MAKEMEBOSS")
    box.run(MINUTE)
    before = box.board.programs, box.board.erases
    box.run(24 * 3_600_000)
    assert (box.board.programs, box.board.erases) == before


def test_r16_2_the_same_value_again_is_no_change(box):
    box.boss.asks("RESTARTTIME=5")
    box.run(MINUTE)
    before = box.board.programs
    box.boss.asks("RESTARTTIME=5")
    for text in ("STATUS", "HELP", "SECNUMBER?", "NONSENSE", "RESTARTTIME=0"):
        box.boss.asks(text)
    assert box.board.programs == before
