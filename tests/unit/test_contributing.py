"""CONTRIBUTING.md, tried as written."""

import re
import shutil

import pytest

from tests.conftest import ROOT
from tools import flash, wiring
from tools.simulator.board import firmware
from tools.simulator.box import Box

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
CODE = [re.sub(r"^ {3}", "", code, flags=re.M) for code in re.findall(r"```python\n(.*?)```", TEXT, re.S)]


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of firmware and boards to change."""
    for name in ("firmware", "boards"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(firmware, "FIRMWARE", tmp_path / "firmware")
    monkeypatch.setattr(firmware, "BOARDS", tmp_path / "boards")
    monkeypatch.setattr(firmware, "compiled", firmware.compiled.__wrapped__)  # made anew, not the one of other tests
    return tmp_path


def test_add_a_command(copied):
    row, talk = CODE
    file, head = copied / "firmware/settings.py", "SETTINGS = (  # word, factory value, kind\n"
    source = file.read_text()
    assert source.count(head) == 1
    file.write_text(source.replace(head, head + "    " + row.strip() + ",\n"))
    names = {}
    exec(talk, names)
    box = Box()
    try:
        box.on()
        names["test_beep"](box)
        assert "BEEP" in box.boss.asks("HELP").split(" ")
        assert "Use OFF,ON" in box.boss.asks("BEEP=LOUD")
        box.cut_power()
        box.restart()
        assert box.boss.asks("BEEP?") == "BEEP=OFF,(ON)"
    finally:
        box.close()


def test_add_a_board(copied, monkeypatch):
    source = (copied / "boards/RPI_PICO.py").read_text()
    without_jack = [line for line in source.splitlines(True) if '("jack"' not in line]
    (copied / "boards/MY_BOARD.py").write_text("".join(without_jack).replace('"RPI_PICO"', '"MY_BOARD"'))
    monkeypatch.setattr(flash, "ROOT", copied)
    board = flash.boards()["MY_BOARD"]
    assert "jack switch" not in wiring.drawing("MY_BOARD", board)
    assert flash.parse(["--board", "MY_BOARD"]).board == "MY_BOARD"
    assert "board" in firmware.sources("MY_BOARD")


def test_what_it_names_is_there():
    for path in re.findall(r"`((?:firmware|tools|tests|docs|boards)/[\w./]*)`", TEXT):
        assert (ROOT / path).exists(), path
    for name in re.findall(r"`(_?[A-Z]{5,})`", TEXT):
        assert any(
            re.search(rf"^{name} = ", path.read_text(), re.M)
            for folder in ("firmware", "tools")
            for path in (ROOT / folder).rglob("*.py")
        ), name
