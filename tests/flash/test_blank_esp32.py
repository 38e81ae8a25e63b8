"""A blank ESP32 gets MicroPython through esptool, and what it needs through mpflash: the real programs, at a stub's port."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.flash.rom_loader import BlankEsp32
from tools.flashing import images, installer, link
from tools.flashing.finding import boards

IMAGE = b"\xe9" + bytes(range(256)) * 2400


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "ESP32_GENERIC-20260406-v1.28.0.bin"
    path.write_bytes(IMAGE)
    return path


@pytest.fixture
def blank(make_usb, monkeypatch):
    """A factory of blank chips, with a board behind them for later."""
    monkeypatch.setattr(link, "SILENT_S", 1.5)
    chips = []

    def make(chip="ESP32"):
        chips.append(BlankEsp32(chip, make_usb().serve()))
        return chips[-1]

    yield make
    for chip in chips:
        chip.close()


def test_a_blank_esp32_gets_micropython_and_then_the_firmware(blank, run, image):
    chip = blank()
    code, said = run(chip.port, "--board", "ESP32_GENERIC", "--image", str(image), "--quick")
    assert chip.erased
    assert chip.flash[images.ESP32_OFFSET :][: len(IMAGE)] == IMAGE
    assert code == 0, said
    assert f"{len(installer.build('ESP32_GENERIC'))} files copied" in said


def test_another_chip_is_not_written(blank, run, image):
    chip = blank("ESP32-S2")
    code, said = run(chip.port, "--board", "ESP32_GENERIC", "--image", str(image))
    assert code == 2
    assert "The chip is ESP32-S2" in said and not chip.written and not chip.erased


def test_without_a_word_nothing_is_written(blank, run, image):
    chip = blank()
    code, said = run(chip.port, "--board", "ESP32_GENERIC")
    assert code == 2
    assert "nothing answers" in said and not chip.erased


@pytest.mark.parametrize(("content", "words"), ((b"\xe9short", "not a whole one"), (b"x" * 600_000, "no ESP32 image")))
def test_what_is_no_image_is_not_written(blank, run, tmp_path, content, words):
    chip = blank()
    (tmp_path / "x-v1.28.0.bin").write_bytes(content)
    code, said = run(chip.port, "--board", "ESP32_GENERIC", "--image", str(tmp_path / "x-v1.28.0.bin"))
    assert code == 2
    assert words in " ".join(said.split()) and not chip.erased


SITE = """
import requests
PAGES = {
    "?port=esp32": '<a class="board-card" href="ESP32_GENERIC">x</a>',
    "?port=rp2": '<a class="board-card" href="RPI_PICO">x</a>',
    "download/ESP32_GENERIC": '<a href="/resources/firmware/ESP32_GENERIC-20260406-v1.28.0.bin">x</a>'
        '<a href="/resources/firmware/ESP32_GENERIC-SPIRAM-20260406-v1.28.0.bin">x</a>'
        '<a href="/resources/firmware/ESP32_GENERIC-20250911-v1.26.1.bin">x</a>',
    "download/RPI_PICO": '<a href="/resources/firmware/RPI_PICO-20260406-v1.28.0.uf2">x</a>',
}
class Page:
    def __init__(self, text):
        self.content = text.encode()
def get(address, **how):
    return Page(next((page for end, page in PAGES.items() if address.endswith(end)), "the image " + address))
requests.get = get
"""


@pytest.mark.parametrize(("name", "file"), (("LILYGO_T_CALL", "ESP32_GENERIC-SPIRAM"), ("RPI_PICO", "RPI_PICO")))
def test_mpflash_finds_the_image_of_the_tested_version(tmp_path, name, file):
    """Against a stand-in for the site: nothing is fetched from outside."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE)
    code = f"from tools.flashing import finding, images; print(images.download(finding.boards()[{name!r}]).read_text())"
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert f"the image https://micropython.org/resources/firmware/{file}-20260406-v1.28.0." in done.stdout, (
        done.stdout + done.stderr
    )


def test_every_board_has_an_image():
    assert {board.MCU for board in boards().values()} == set(images.PORTS)
