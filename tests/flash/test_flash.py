"""tools/flash.py on the real MicroPython behind a pseudo terminal (or a socket) that restarts as a board does."""

import json
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from tests.conftest import ROOT
from tools import flash, installer
from tools.board_link import BoardLink, LinkError

INSTALL = ("--board", "RPI_PICO", "--quick")


def ask(board, text):
    """A line to the console of the running firmware."""
    with BoardLink(getattr(board, "path", board)) as link:
        return link.ask(text)


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
        before = _settings(link)
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
        assert _settings(link) == before
        link.reset()
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=33 seconds"]


def _settings(link):
    return {name: digest for name, digest in link.hashes().items() if name in flash.SETTINGS}


@pytest.fixture(scope="module")
def old_image(tmp_path_factory, installed_image):
    """The flash of a board with an older firmware: every file is another."""
    import shutil

    from tools.simulator.board.usb import UsbBoard

    path = tmp_path_factory.mktemp("old") / "old.bin"
    shutil.copy(installed_image, path)
    present = installer.build
    with UsbBoard(path) as board, pytest.MonkeyPatch.context() as patch:
        patch.setattr(installer, "build", lambda *how: _older(present(*how)))
        assert flash.main(["--port", board.path, *INSTALL]) == 0
    return path


def _older(files):
    """Compiled with other options; it says another version."""
    options = installer.firmware.compile_file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installer.firmware, "compile_file", lambda path, target, name, how: options(path, target, name, ("-O3",)))
        other = BUILD("RPI_PICO")
    other["commands/device.mpy"] = other["commands/device.mpy"].replace(b"v1.0.0", b"v0.9.0")
    other["main.py"] = files["main.py"] + b"# older\n"
    return {**other, "boot.py": files["boot.py"]}


BUILD = installer.build


@pytest.mark.parametrize("share", (0.05, 0.4, 0.8, 0.97, 0.995))
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
    with BoardLink(usb.path) as link:
        link.stop()
        deadline = time.monotonic() + 15
        while "watchdog" not in usb.causes and time.monotonic() < deadline:
            time.sleep(0.1)
    assert usb.causes[-1] == "watchdog"
    assert ask(usb, "FIRMWARE") == ["v1.0.0"]


def test_settings_go_out_and_in(usb, run, tmp_path):
    file = tmp_path / "settings.json"
    assert run(usb, "--set", "SECNUMBER+358401111111", "--set", "RESTARTTIME=33") == (
        0,
        "SECNUMBER+358401111111 - OK\nRESTARTTIME=33 - OK\n",
    )
    assert run(usb, "--settings", "backup", str(file))[0] == 0
    assert json.loads(file.read_text())["RESTARTTIME"] == 33
    assert file.stat().st_mode & 0o077 == 0, "it holds numbers and the password"
    run(usb, "--set", "RESTARTTIME=44")
    assert run(usb, "--settings", "restore", str(file))[0] == 0
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=33 seconds"]
    assert ask(usb, "SECNUMBER?") == ["SECNUMBERs: 358401111111"]


@pytest.mark.parametrize(
    ("content", "words"),
    (
        ('{"RESTARTTIME": 0}', "does not take: RESTARTTIME"),
        ('{"RESTARTTIME": "x\\"\'", "NOSUCH": 1}', "does not take: NOSUCH, RESTARTTIME"),
        ("[1]", "holds no settings"),
        ("{", "Expecting"),
        (None, "No such file"),
    ),
)
def test_a_bad_backup_changes_nothing(usb, run, tmp_path, content, words):
    file = tmp_path / "settings.json"
    if content is not None:
        file.write_text(content)
    ask(usb, "RESTARTTIME=33")
    code, said = run(usb, "--settings", "restore", str(file))
    assert code == 2
    assert words in " ".join(said.split()), said
    with BoardLink(usb.path) as link:
        link.stop()
        link.reset()
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=33 seconds"]


def test_set_tells_of_a_refusal(usb, run):
    code, said = run(usb, "--set", "RESTARTTIME=0", "--set", "RESTARTTIME=5")
    assert code == 1
    assert "Incorrect value!" in said
    assert "RESTARTTIME=5 - OK" in said


def test_log_and_console(usb, run, monkeypatch):
    ask(usb, "ON")
    assert "command ON from USB" in run(usb, "--log")[1]
    monkeypatch.setattr(flash.talk, "__defaults__", (iter_lines("STATUS\n", "\n", "LOG\n"),))
    code, said = run(usb, "--console")
    assert code == 0
    assert "Power socket ON" in said
    assert "command STATUS from USB" in said


def iter_lines(*lines):
    """Something with a readline."""
    rest = [*lines, ""]
    return SimpleNamespace(readline=lambda: rest.pop(0))


def test_erase(usb, run, monkeypatch):
    ask(usb, "RESTARTTIME=33")
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert run(usb, "--erase")[0] == 2
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=33 seconds"]
    assert run(usb, "--erase", "--yes")[0] == 0
    code, said = run(usb, "--log")
    assert code == 2
    assert "no TextSocket answers" in " ".join(said.split())
    assert run(usb, *INSTALL)[0] == 0
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=10 seconds"]


def test_an_old_micropython_is_refused_with_the_way_out(usb, run, monkeypatch):
    monkeypatch.setattr(installer, "OLDEST", (9, 24))
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "9.24 or newer is needed" in " ".join(said.split())
    assert "/download/RPI_PICO/" in said


def test_another_chip_is_refused(usb, run, monkeypatch):
    monkeypatch.setattr(installer, "PLATFORMS", {"rp2040": "rp2", "esp32": "linux"})
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "its pins would be wrong" in " ".join(said.split())


def test_too_little_space(usb, run, monkeypatch):
    monkeypatch.setattr(installer, "SPARE", 10**7)
    with BoardLink(usb.path) as link:
        link.stop()
        link.write("relay.mpy", b"x")
    code, said = run(usb, *INSTALL)
    assert code == 2
    assert "free on the board" in " ".join(said.split())


def test_a_port_that_is_none(run, tmp_path):
    code, said = run(str(tmp_path / "nothing"), "--log")
    assert code == 2
    assert "cannot be opened" in " ".join(said.split())
    assert run("socket://127.0.0.1:1", "--log")[0] == 2


def test_missing_drivers_come_through_mip(make_usb, run, tmp_path):
    board = make_usb(whole=False)
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


def test_mpremote_itself_takes_it_for_a_board(usb):
    command = [sys.executable, "-m", "mpremote", "connect", usb.path, "resume", "exec", "print(40 + 2)", "+", "fs", "ls", ":"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "42" in done.stdout, done.stderr
    assert "installed.json" in done.stdout


# -- without a board ---------------------------------------------------------------------------------------------


def _ports(monkeypatch, *ids):
    ports = [SimpleNamespace(vid=vid, pid=pid, device=f"port{n}", description="a board") for n, (vid, pid) in enumerate(ids)]
    monkeypatch.setattr(flash.list_ports, "comports", lambda: ports)


def test_finding_the_port(monkeypatch, capsys):
    _ports(monkeypatch, (0x1234, 1), (0x2E8A, 5))
    assert flash.find_port(["rp2040"]) == "port1"
    _ports(monkeypatch, (None, None))
    with pytest.raises(LinkError, match="No board found"):
        flash.find_port(["rp2040"])
    _ports(monkeypatch, (0x2E8A, 5), (0x10C4, 0xEA60), (0x2E8A, 5))
    assert flash.find_port(["rp2040"], lambda question: "2") == "port2"
    assert "port0" in capsys.readouterr().out
    for answer in ("", "0", "3", "x"):
        with pytest.raises(LinkError, match="None chosen"):
            flash.find_port(["rp2040"], lambda question, answer=answer: answer)


@pytest.mark.parametrize(
    "arguments", ([], ["--check"], ["--settings", "x", "y"], ["--board", "NO_SUCH"], ["--settings", "backup"])
)
def test_bad_options(arguments):
    with pytest.raises(SystemExit) as end:
        flash.main(arguments)
    assert end.value.code == 2
