"""Port, chip and board: found, asked for, remembered; a contradiction asks first. And a frozen firmware is known as one."""

import time
from types import SimpleNamespace

import pytest

from tools.flashing import finding, images, installer
from tools.flashing.link import BoardLink, LinkError

INSTALL = ("--board", "RPI_PICO", "--quick")


def _ports(monkeypatch, *ids):
    ports = [SimpleNamespace(vid=vid, pid=pid, device=f"port{n}", description="a board") for n, (vid, pid) in enumerate(ids)]
    monkeypatch.setattr(finding.list_ports, "comports", lambda: ports)


def test_finding_the_port(monkeypatch, capsys):
    _ports(monkeypatch, (0x1234, 1), (0x2E8A, 5))
    assert finding.find_port(["rp2040"]) == "port1"
    _ports(monkeypatch, (None, None))
    assert finding.find_port(["rp2040"]) is None
    _ports(monkeypatch, (0x2E8A, 5), (0x10C4, 0xEA60), (0x2E8A, 5))
    assert finding.find_port(["rp2040"], lambda question: "2") == "port2"
    assert "port0" in capsys.readouterr().out
    for answer in ("", "0", "3", "x"):
        with pytest.raises(LinkError, match="None chosen"):
            finding.find_port(["rp2040"], lambda question, answer=answer: answer)


def test_an_old_micropython_is_refused_with_the_way_out(usb, run, monkeypatch):
    monkeypatch.setattr(installer, "OLDEST", (9, 24))
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "9.24 or newer is needed" in " ".join(said.split())
    assert "/download/RPI_PICO/" in said


def test_another_chip_is_refused(usb, run, monkeypatch):
    monkeypatch.setattr(finding, "PLATFORMS", {"rp2040": "rp2", "esp32": "linux"})
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "its pins would be wrong" in " ".join(said.split())


def test_a_silent_pico_is_not_taken_for_an_esp32(monkeypatch):
    _ports(monkeypatch, (0x2E8A, 5), (0x10C4, 0xEA60))
    assert not finding.may_be("esp32", "port0")
    assert finding.may_be("esp32", "port1") and finding.may_be("esp32", "/dev/elsewhere")


def _found(machine="Raspberry Pi Pico with RP2040", installed=None, platform="rp2"):
    return finding.Found(platform, machine, (1, 28, 0), 4870, None, installed)


def _options(board=None, force=False, talkative=False):
    return SimpleNamespace(board=board, force=force, talkative=talkative)


def test_the_only_board_that_fits_and_the_one_that_is_chosen():
    assert finding.choose_board(_found(), _options()).NAME == "RPI_PICO"
    esp32 = _found("Generic ESP32 module with ESP32", platform="esp32")
    with pytest.raises(LinkError, match="--board ESP32_GENERIC.*LILYGO_T_CALL"):
        finding.choose_board(esp32, _options())
    assert finding.choose_board(esp32, _options(talkative=True), lambda question: "3").NAME == "LILYGO_T_CALL"
    assert finding.choose_board(_found(esp32.machine, "LILYGO_T_CALL", "esp32"), _options()).NAME == "LILYGO_T_CALL"


@pytest.mark.parametrize(
    ("found", "board", "words"),
    (
        (_found("Raspberry Pi Pico 2 with RP2350"), None, "The chip is RP2350"),
        (_found("Generic ESP32S3 module with ESP32S3", platform="esp32"), "ESP32_GENERIC", "The chip is ESP32S3"),
        (_found("Generic ESP32 module with ESP32", "LILYGO_T_CALL", "esp32"), "ESP32_GENERIC", "GPIO 23 modem_supply -> relay"),
        (_found("Generic ESP32 module with ESP32", "ESP32_GENERIC", "esp32"), "LILYGO_T_CALL", "GPIO 23 relay -> modem_supply"),
    ),
)
def test_a_board_that_contradicts_asks_first(found, board, words, capsys):
    for options, answer, good in (
        (_options(board), "yes", False),  # nobody can be asked
        (_options(board, talkative=True), "no", False),
        (_options(board, talkative=True), "yes", True),
        (_options(board, force=True), "", True),
    ):
        if good:
            assert finding.choose_board(found, options, lambda question, answer=answer: answer).NAME in (board, "RPI_PICO")
        else:
            with pytest.raises(LinkError, match="Nothing changed"):
                finding.choose_board(found, options, lambda question, answer=answer: answer)
        assert words in " ".join(capsys.readouterr().out.split())


def test_the_installed_board_is_remembered_and_another_one_refused(usb, run):
    code, said = run(usb, "--check")
    assert code == 0, said
    code, said = run(usb, "--board", "LILYGO_T_CALL", "--quick")
    assert code == 2
    assert "The firmware of RPI_PICO is on this board." in " ".join(said.split())
    assert run(usb, "--check")[0] == 0, "nothing changed"


def test_the_watchdog_is_fed_while_somebody_thinks(usb, run, ask_late):
    """The firmware is stopped while it asks."""
    code, said = run(usb, "--board", "LILYGO_T_CALL", "--quick")
    assert code == 2 and "Nothing changed" in said
    assert "watchdog" not in usb.causes
    assert run(usb, "--check")[0] == 0


@pytest.fixture
def ask_late(monkeypatch):
    """Somebody who says no after ten seconds."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: time.sleep(10) or "no")


def test_where_images_are_found():
    boards = finding.boards()
    assert installer.image_page(boards["LILYGO_T_CALL"]) == "https://micropython.org/download/ESP32_GENERIC/"
    assert installer.image_name(boards["LILYGO_T_CALL"]) == "ESP32_GENERIC-SPIRAM"
    assert set(images.PORTS) == {board.MCU for board in boards.values()}


# -- a frozen firmware -------------------------------------------------------------------------------------------


def test_a_frozen_firmware_is_known_and_nothing_is_copied_over_it(make_usb, run):
    board = make_usb(kind="frozen")
    code, said = run(board, "--check")
    assert code == 0
    assert "The firmware for RPI_PICO is part of this board's image" in " ".join(said.split())
    assert "It runs v1.0.0" in said and "Nothing covers" in said
    code, said = run(board, *INSTALL)
    assert code == 0, said
    assert "copied" not in said and "Version" in said
    code, said = run(board, "--board", "LILYGO_T_CALL", "--quick")
    assert code == 2 and "build the right one" in said
    with BoardLink(board.path) as link:
        link.stop()
        assert not [path for path in link.hashes() if path.endswith((".mpy", ".py"))]


def test_files_that_cover_a_frozen_firmware(make_usb, run, monkeypatch):
    board = make_usb(kind="frozen")
    code, said = run(board, *INSTALL, "--force")
    assert code == 0 and "files copied" in said
    code, said = run(board, "--check")
    assert code == 1
    assert "covers    alarm.mpy" in said and len(said.splitlines()) < 25
    code, said = run(board, *INSTALL)
    assert code == 2 and "nothing is copied" in said
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "yes" if "Remove them" in question else "")
    code, said = run(board, *INSTALL)
    assert code == 0, said
    assert run(board, "--check")[0] == 0
