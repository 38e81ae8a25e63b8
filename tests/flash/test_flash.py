"""tools/flash.py on the real MicroPython behind a pseudo terminal (or a socket) that restarts as a board does."""

import json
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.flash.conftest import ask
from tools import flash
from tools.flashing import installer
from tools.flashing.link import BoardLink

INSTALL = ("--board", "RPI_PICO", "--quick")


def test_a_new_board_and_the_second_run_copies_nothing(make_usb, run):
    board = make_usb()
    code, said = run(board, "--board", "RPI_PICO")
    assert code == 0, said
    count = len(installer.build("RPI_PICO"))
    assert f"{count} of {count} files copied" in said
    for row in ("Modem │ answers", "SIM │ ready", "Network │ home", "Sensor │ 22C(71F)", "Signal │ Good (-67dBm)"):
        assert row in " ".join(said.split()), said
    code, said = run(board, "--board", "RPI_PICO")
    assert code == 0
    assert f"0 of {count} files copied" in said
    assert run(board, "--board", "RPI_PICO", "--check")[0] == 0


def test_only_what_changed_is_copied_and_what_is_gone_is_deleted(usb, run):
    ask(usb, "RESTARTTIME=33")
    with BoardLink(usb.path) as link:
        link.stop()
        link.write("relay.mpy", b"not what it was")
        link.write("old.mpy", b"of an older version")
        link.write("relay.py", b"raise Exception('imported before relay.mpy')")
        link.write("notes.txt", b"the owner's")
        listed = json.loads(link.read("installed.json"))
        link.write("installed.json", json.dumps({**listed, "old.mpy": "00"}).encode())
    code, said = run(usb, *INSTALL, "--check")
    assert code == 1
    assert "differs   relay.mpy" in said
    assert "obsolete  old.mpy" in said
    code, said = run(usb, *INSTALL)
    assert code == 0, said
    assert f"1 of {len(listed)} files copied, 2 removed" in said
    with BoardLink(usb.path) as link:
        link.stop()
        assert link.read("notes.txt") == b"the owner's"
        assert not {"old.mpy", "relay.py"} & set(link.hashes())
        link.reset()
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=33 seconds"]


@pytest.fixture(scope="module")
def old_image(tmp_path_factory, installed_image):
    """The flash of a board with an older firmware: every file is another."""
    import shutil

    from tools.simulator.board.usb import UsbBoard

    path = tmp_path_factory.mktemp("old") / "old.bin"
    shutil.copy(installed_image, path)
    present = installer.build
    with UsbBoard(path) as board, pytest.MonkeyPatch.context() as patch:
        patch.setattr(installer, "build", lambda *how: _older(present))
        assert flash.main(["--port", board.path, *INSTALL]) == 0
    return path


def _older(build):
    """Compiled with other options; it says another version."""
    options = installer.firmware.compile_file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installer.firmware, "compile_file", lambda path, target, name, how: options(path, target, name, ("-O3",)))
        other = build.__wrapped__("RPI_PICO")
    other["commands/about.mpy"] = other["commands/about.mpy"].replace(b"v1.0.0", b"v0.9.0")
    other["main.py"] += b"# older\n"
    return other


@pytest.mark.parametrize("share", (0.05, 0.8, 0.97))
def test_an_interrupted_copy_leaves_the_old_or_the_new_and_the_next_run_repairs_it(make_usb, old_image, run, share):
    """The power fails when so much of what is typed has been typed."""
    board = make_usb(old_image)
    address = board.serve()
    assert ask(board, "FIRMWARE") == ["v0.9.0"]
    left = [int(_whole_conversation(make_usb, old_image, run) * share)]

    def cut(octets):
        left[0] -= len(octets)
        if left[0] < 0:
            board.on_traffic = lambda octets: None
            board.power_off()
            board.power_on()

    board.on_traffic = cut
    code, said = run(address, *INSTALL)
    assert code == 2, said
    assert "Run it again" in " ".join(said.split())
    assert ask(board, "FIRMWARE") in (["v0.9.0"], ["v1.0.0"])
    code, said = run(board, *INSTALL)
    assert code == 0, said
    assert ask(board, "FIRMWARE") == ["v1.0.0"]
    code, said = run(board, *INSTALL)
    assert "0 of " in said


_conversation = []


def _whole_conversation(make_usb, old_image, run):
    """How many octets an undisturbed update types."""
    if not _conversation:
        board = make_usb(old_image)
        count = [0]

        def note(octets):
            count[0] += len(octets)

        address = board.serve()
        board.on_traffic = note
        assert run(address, *INSTALL)[0] == 0
        _conversation.append(count[0])
    return _conversation[0]


def test_the_watchdog_is_fed_while_files_are_copied_slowly(make_usb, old_image, run):
    board = make_usb(old_image)
    board.on_traffic = lambda octets: time.sleep(0.006)
    ask(board, "FIRMWARE")
    start = time.monotonic()
    assert run(board, *INSTALL)[0] == 0
    assert time.monotonic() - start > 9, "too fast to tell"
    assert "watchdog" not in board.causes


def test_the_watchdog_bites_when_the_tool_is_gone(usb):
    assert ask(usb, "FIRMWARE")
    link = BoardLink(usb.path)
    link.stop()
    link.close()
    deadline = time.monotonic() + 15
    while "watchdog" not in usb.causes and time.monotonic() < deadline:
        time.sleep(0.1)
    assert usb.causes[-1] == "watchdog"
    assert ask(usb, "FIRMWARE") == ["v1.0.0"]


def test_too_little_space(usb, run, monkeypatch):
    monkeypatch.setattr(installer, "SPARE", 10**7)
    with BoardLink(usb.path) as link:
        link.stop()
        link.write("relay.mpy", b"x")
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "free on the board" in " ".join(said.split())


def test_missing_drivers_come_through_mip(make_usb, run, tmp_path):
    board = make_usb(kind="bare")
    (tmp_path / "package" / "6").mkdir(parents=True)
    for name in ("onewire", "ds18x20"):
        source = (ROOT / "tools/simulator/board/usb_shim" / f"{name}.py").read_bytes()
        digest = installer.sha256(source)
        (tmp_path / "package" / "6" / name).mkdir()
        index = {"v": 1, "hashes": [[f"{name}.py", digest[:8]]], "version": "1"}
        (tmp_path / "package" / "6" / name / "latest.json").write_text(json.dumps(index))
        (tmp_path / "file" / digest[:2]).mkdir(parents=True, exist_ok=True)
        (tmp_path / "file" / digest[:2] / digest[:8]).write_bytes(source)
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    port = server.stdout.readline().split(" port ")[1].split()[0]
    try:
        assert run(board, *INSTALL, "--index", "http://127.0.0.1:1")[0] == 2
        code, said = run(board, *INSTALL, "--index", f"http://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()
    assert code == 0, said
    assert "Sensor: 22C(71F)" in ask(board, "SELFTEST")


@pytest.mark.parametrize("arguments", (["--settings", "x", "y"], ["--board", "NO_SUCH"], ["--settings", "backup"], ["--frob"]))
def test_bad_options(arguments):
    with pytest.raises(SystemExit) as end:
        flash.main(arguments)
    assert end.value.code == 2


def test_an_empty_board_is_not_told_file_by_file(make_usb, run):
    code, said = run(make_usb(), "--board", "RPI_PICO", "--check")
    assert code == 1
    assert "was not installed on this board" in said and "more" in said
    assert len(said.splitlines()) < 20


def test_what_the_owner_had_on_the_board_is_kept(make_usb, run):
    board = make_usb()
    theirs = {"main.py": b"print('mine')\n", "boot.py": b"import esp\n", "notes.txt": b"x"}
    with BoardLink(board.path) as link:
        link.stop()
        for path, data in theirs.items():
            link.write(path, data)
    code, said = run(board, *INSTALL)
    assert code == 0, said
    assert "kept as main.py.bak" in said and "kept as boot.py.bak" in said
    assert "kept" not in run(board, *INSTALL)[1]
    code, said = run(board, "--erase", "--yes")
    assert "main.py.bak is what was on the board before" in said
    with BoardLink(board.path) as link:
        link.stop()
        assert link.read("main.py.bak") == theirs["main.py"]
        assert link.read("boot.py.bak") == theirs["boot.py"]
        assert set(link.hashes()) == {"main.py.bak", "boot.py.bak", "notes.txt"}


def test_the_comments_of_a_fresh_esp32_are_not_worth_keeping(make_usb, run):
    board = make_usb()
    with BoardLink(board.path) as link:
        link.stop()
        link.write("boot.py", b"# This file is executed on every boot\n#import esp\n")
    assert "kept" not in run(board, *INSTALL)[1]


def test_a_file_that_is_damaged_while_it_is_put_in_place_is_copied_again(make_usb, run, monkeypatch):
    """The flash is changed at the restart, behind everybody's back."""
    board = make_usb()
    piece = installer.build("RPI_PICO", "x64")["thermostat.mpy"][200:260]
    restart = board.restart

    def damaging(cause, goes=True):
        board.power_off(goes)
        board.restart = restart
        octets = board.image.read_bytes()
        assert piece in octets
        board.image.write_bytes(octets.replace(piece, bytes(60)))
        board.power_on(cause)

    board.restart = damaging
    code, said = run(board, *INSTALL)
    assert code == 0, said
    assert "thermostat.mpy: not in place as copied, so once more" in said
    assert run(board, *INSTALL, "--check")[0] == 0
