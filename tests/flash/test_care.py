"""Looking after a board: settings, log, console, erasing, and what happens when something goes wrong."""

import io
import json
import os
import select
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.flash.conftest import ask
from tools.flashing import link as board_link
from tools.flashing.link import BoardLink

INSTALL = ("--board", "RPI_PICO", "--quick")


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
    monkeypatch.setattr("sys.stdin", io.StringIO("STATUS\n\nLOG\n"))
    code, said = run(usb, "--console")
    assert code == 0
    assert "Power socket ON" in said
    assert "command STATUS from USB" in said


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


def test_a_port_that_is_none(run, tmp_path):
    code, said = run(str(tmp_path / "nothing"), "--log")
    assert code == 2
    assert "cannot be opened" in " ".join(said.split())
    assert run("socket://127.0.0.1:1", "--log")[0] == 2


# -- when something goes wrong -----------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_no_lost_connection(usb, run, tmp_path):
    code, said = run(usb, "--settings", "backup", str(tmp_path / "nowhere" / "x.json"))
    assert code == 2
    assert "there is no such folder" in said and "connection" not in said and "never a mixture" not in said
    (tmp_path / "folder").mkdir()
    code, said = run(usb, "--settings", "backup", str(tmp_path / "folder"))
    assert code == 2
    assert "Is a directory" in said and "connection" not in said


def test_after_a_refusal_the_firmware_runs_on(usb, run, tmp_path):
    """It was stopped for the look at it; --log right afterwards must not say that nothing is installed."""
    (tmp_path / "bad.json").write_text('{"NOSUCH": 1}')
    assert ask(usb, "FIRMWARE") == ["v1.0.0"]
    assert run(usb, "--settings", "restore", str(tmp_path / "bad.json"))[0] == 2
    code, said = run(usb, "--log")
    assert code == 0, said
    assert "started" in said
    assert "watchdog" not in usb.causes


def test_a_silent_port_is_said_to_be_silent_at_once(run):
    master, slave = os.openpty()
    start = time.monotonic()
    code, said = run(os.ttyname(slave), *INSTALL)
    assert code == 2
    assert "nothing answers" in said and "b''" not in said
    assert time.monotonic() - start < 10
    os.close(master)


def test_what_answers_but_is_no_micropython(run, monkeypatch):
    monkeypatch.setattr(board_link, "SILENT_S", 1)
    master, slave = os.openpty()
    code, said = run(os.ttyname(slave), *INSTALL)  # it hears its own echo
    assert code == 2
    assert "nothing answers" in said or "no MicroPython" in said
    os.close(master)


def test_a_board_that_starts_again_behind_an_open_port_gets_no_code_as_commands(usb):
    """A UART bridge keeps its port over a reset. What is typed then would be carried out."""
    ask(usb, "OFF")
    with BoardLink(usb.path) as link:
        link.stop()
        usb.restart("reset")
        time.sleep(2.5)
        for code in ("ON\rON", "RESTARTTIME=99\r"):
            with pytest.raises(board_link.LOST):
                link.run(code)
    log = ask(usb, "LOG")
    assert not [line for line in log if "command ON" in line or "RESTARTTIME" in line], log
    assert ask(usb, "RESTARTTIME?") == ["RESTARTTIME=10 seconds"]


def test_erase_without_an_answer(usb, run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, said = run(usb, "--erase")
    assert code == 2
    assert "No answer" in said and "interrupted" not in said.lower()


def test_the_log_ends_with_the_last_restarts(usb, run):
    run(usb, "--set", "REBOOT")
    time.sleep(1)
    code, said = run(usb, "--log")
    assert code == 0
    assert [line for line in said.splitlines() if line.startswith("restart ")], said


def test_the_last_restarts_are_told_when_the_firmware_does_not_answer(make_usb, run):
    """Such as after a file of it was damaged: what `restarts.json` keeps is read from outside."""
    board = make_usb()
    with BoardLink(board.path) as link:
        link.stop()
        rows = {"rows": [["power", 0], ["error in main", 3]], "count": 2, "trace": "Traceback ...\nKeyError: x"}
        link.write("restarts.json", json.dumps(rows).encode())
    code, said = run(board, "--log")
    assert code == 1
    assert "restart: error in main, after 3 s or more" in said and "KeyError: x" in said


def test_a_connection_that_is_lost_says_what_to_do(usb, run):
    address = usb.serve()
    count = [0]

    def cut(octets):
        count[0] += 1
        if count[0] == 4:
            usb.on_traffic = lambda octets: None
            usb.power_off()
            usb.power_on()

    usb.on_traffic = cut
    code, said = run(address, "--settings", "backup", "/tmp/never.json")
    assert code == 2
    assert "connection was lost" in said and "never a mixture" not in said


# -- the console at a terminal -----------------------------------------------------------------------------------


class Terminal:
    """tools/flash.py at a terminal of its own."""

    def __init__(self, *arguments, home):
        self.master, slave = os.openpty()
        environment = {**os.environ, "TERM": "xterm", "HOME": str(home), "COLUMNS": "120", "LINES": "40"}
        command = [sys.executable, "tools/flash.py", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.said = ""

    def read(self, words, seconds=20):
        """Read until these words have come; what came since they were looked for the last time."""
        deadline = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            if select.select([self.master], [], [], 0.2)[0]:
                self.said += os.read(self.master, 4096).decode(errors="replace")
        before, _, self.said = self.said.partition(words)
        return before

    def type(self, text):
        os.write(self.master, text.encode())


def test_the_console_has_a_prompt_history_and_a_live_log(usb, tmp_path):
    ask(usb, "FIRMWARE")
    terminal = Terminal("--port", usb.path, "--console", home=tmp_path)
    try:
        terminal.read("device>")
        terminal.type("RESTARTTIME?\r")
        terminal.read("RESTARTTIME=10 seconds")
        usb.command("sms +358405555555 STATUS")
        terminal.read("command STATUS from +358405555555")
        terminal.type("PASSWORD=12abc\r")
        terminal.read("PASSWORD=***** - OK")
        terminal.read("device>")
        time.sleep(0.5)
        terminal.type("\x1b[A\x1b[A\r")  # two up: the question again
        terminal.read("RESTARTTIME=10 seconds")
        usb.restart("reset")
        terminal.read("started")
        terminal.type("FIRMWARE\r")
        terminal.read("v1.0.0")
        terminal.type("\x04")
        assert terminal.process.wait(20) == 0
    finally:
        terminal.process.kill()
    history = (tmp_path / ".cache/textsocket/console").read_text()
    assert "RESTARTTIME?" in history and "12abc" not in history


def test_ctrl_c_ends_the_console_without_alarm(usb, tmp_path):
    ask(usb, "FIRMWARE")
    terminal = Terminal("--port", usb.path, "--console", home=tmp_path)
    try:
        terminal.read("device>")
        time.sleep(1)  # until it listens to keys
        terminal.type("\x03")
        assert terminal.process.wait(20) == 0
    finally:
        terminal.process.kill()
    assert "lost" not in terminal.said and "update" not in terminal.said
    assert ask(usb, "FIRMWARE") == ["v1.0.0"]


# -- other people's tools ----------------------------------------------------------------------------------------


def test_mpremote_itself_takes_it_for_a_board(usb):
    command = [sys.executable, "-m", "mpremote", "connect", usb.path, "resume", "exec", "print(40 + 2)", "+", "fs", "ls", ":"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "42" in done.stdout, done.stderr
    assert "installed.json" in done.stdout


def test_mpremote_s_soft_reset(make_usb):
    """Without `resume` mpremote resets the board softly first."""
    board = make_usb()
    command = [sys.executable, "-m", "mpremote", "connect", board.path, "exec", "print(40 + 2)", "+", "soft-reset", "fs", "ls"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "42" in done.stdout, done.stderr
    assert board.causes[0] == "power" and set(board.causes[1:]) == {"soft"}
