"""boot.py finishes an update: power cut at every write of it, on the real littlefs."""

import json

from tests.talks.test_storage import _files
from tools.simulator.board.board import torn

OLD = {"one.mpy": "old one", "commands/": "", "commands/two.mpy": "old two", "gone.mpy": "obsolete", "notes.txt": "the owner's"}
NEW = {"one.mpy": "new one", "commands/two.mpy": "new two", "three.mpy": "new three", "installed.json": "{}"}
STAGED = {"update/": "", "update/commands/": "", **{"update/" + path: text for path, text in NEW.items()}}
READY = {"update/ready": "\n".join([*NEW, "-gone.mpy"])}


def _ours(box):
    state = ("settings", "restarts", "journal")
    return {path: text for path, text in _files(box).items() if not path.startswith(state)}


def _prepared(make_box, files, seed=1):
    box = make_box(seed=seed)
    box.board.power_on()
    box.board.power_off()
    _files(box, files)
    return box


def test_an_update_that_is_ready_is_put_in_place(make_box):
    box = _prepared(make_box, {**OLD, **STAGED, **READY})
    box.on()
    assert any("update finished" in line for line in box.log)
    assert _ours(box) == {**NEW, "notes.txt": "the owner's"}
    assert box.boss.asks("FIRMWARE") == "v1.0.0"


def test_an_update_that_is_not_ready_changes_nothing(make_box):
    box = _prepared(make_box, {**OLD, **STAGED, "update/ready.new": READY["update/ready"]})
    box.on()
    found = _ours(box)
    assert {path: found[path] for path in OLD if path in found} == {path: text for path, text in OLD.items() if text}


def test_a_power_cut_at_every_write(make_box):
    counter = _prepared(make_box, {**OLD, **STAGED, **READY})
    writes = []
    counter.board.on_flash = lambda kind, length: writes.append(kind)
    counter.board.power_on()
    counter.run(2000)
    assert len(writes) > len(NEW)
    for at in range(len(writes)):
        box = _prepared(make_box, {**OLD, **STAGED, **READY}, seed=at)
        count = [0]

        def flash(kind, length, at=at, count=count, box=box):
            count[0] += 1
            return torn(box.random, length) if count[0] == at + 1 else None

        box.board.on_flash = flash
        box.board.power_on()
        box.run(2000, lambda box=box: not box.board.running)
        assert not box.board.running, at
        box.board.on_flash = lambda kind, length: None
        box.board.power_on()
        box.run(2000)
        assert _ours(box) == {**NEW, "notes.txt": "the owner's"}, (at, json.dumps(_ours(box)))
        box.board.power_off()


def test_a_start_without_an_update_writes_nothing(make_box):
    box = make_box()
    box.on()
    box.boss.asks("POWERALERT=OFF")
    box.cut_power()
    writes = []
    box.board.on_flash = lambda kind, length: writes.append(kind)
    box.board.power_on()
    box.run(600)
    assert len(writes) <= 1  # that it has started (R15.3)
