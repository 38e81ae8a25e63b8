"""The modem on its terminal and its port: a wire that keeps nothing, and hands that work every fault."""

import os
import re
import select
import socket
import subprocess
import sys
import time
import tty

import pytest

from tests.conftest import ROOT
from tools.simulator.modem import faults, hostile
from tools.simulator.modem.control import _WORDS, HELP, Scene
from tools.simulator.modem.profiles import PROFILES
from tools.simulator.modem.pty import LiveModem


class Program:
    """A modem program's end of the terminal."""

    def __init__(self, path):
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.file)

    def says(self, text, wanted=b"OK\r\n", seconds=5):
        """Write a line and read until the wanted octets."""
        os.write(self.file, text.encode() + b"\r")
        return self.reads(wanted, seconds)

    def reads(self, wanted=b"", seconds=0.3):
        """Read until the wanted octets, or for so long."""
        heard, end = b"", time.monotonic() + seconds
        while time.monotonic() < end and not (wanted and wanted in heard):
            if select.select([self.file], [], [], 0.02)[0]:
                heard += os.read(self.file, 4096)
        return heard

    def close(self):
        """Hang up."""
        os.close(self.file)


def _wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.fixture
def live():
    """A modem in real time, with a port."""
    with LiveModem(tcp=0) as modem:
        yield modem


@pytest.fixture
def program(live):
    """A program at its terminal."""
    one = Program(live.path)
    _wait(lambda: live.scene.ports[0]._open)
    yield one
    one.close()


def test_nobody_reads_and_it_goes_on(live, program):
    for _ in range(40):
        os.write(program.file, b"AT&V\r")
    time.sleep(1)
    assert live.command("unknown") == {"unknown": []}
    program.reads(seconds=0.5)
    assert b"OK" in program.says("AT")


def test_a_new_program_hears_nothing_of_the_old(live):
    port, store = live.scene.ports[0], live.scene.modem.store
    first = Program(live.path)
    _wait(lambda: port._open)
    first.says("ATE0")
    os.write(first.file, b"AT&V\r")
    time.sleep(0.3)
    first.close()
    _wait(lambda: not port._open)
    live.command("sms +358401111111 while nobody listens")
    _wait(lambda: store)
    time.sleep(0.1)
    second = Program(live.path)
    assert second.reads(seconds=0.3) == b""
    assert second.says("AT") == b"\r\nOK\r\n"
    second.close()


def test_the_port(live, program):
    with socket.create_connection(("127.0.0.1", live.tcp)) as client:
        client.sendall(b"AT+CSQ\r")
        time.sleep(0.2)
        assert b"+CSQ: 23,0" in client.recv(1000)
    assert b"OK" in program.says("AT")


def test_faults(live, program):
    program.says("ATE0")
    live.command("fault deaf 600")
    assert program.says("AT", seconds=0.3) == b""
    live.command("fault hears")
    assert b"OK" in program.says("AT")
    live.command("fault deaf 0.1")
    _wait(lambda: not live.scene.modem.deaf)
    live.command("fault urc-inside +CREG: 1")
    assert b"+CREG: 1" in program.says("AT+CSQ")
    live.command("fault hostile +CSQ error")
    assert b"ERROR" in program.says("AT+CSQ", b"ERROR")
    live.command("fault hostile +CSQ off")
    live.command("fault undervoltage warning")
    assert b"UNDER-VOLTAGE WARNNING" in program.reads(b"WARNNING")
    live.command("fault lose-cmti")
    live.command("sms +358401111111 quiet")
    assert b"CMTI" not in program.reads(seconds=1.3)
    live.command("fault restart")
    assert b"RDY" in program.reads(b"RDY", 3)


def test_events_codes_and_several_phones(live, program):
    live.command("events on")
    live.command("phone +358402222222 answers 100")
    live.command("phone +358403333333 refuses")
    program.says("ATD+358402222222;")
    program.says("AT+NONSENSE", b"ERROR")
    _wait(lambda: live.scene.modem.call.state == "active")
    program.says("ATH")
    assert b"BUSY" in program.says("ATD+358403333333;", b"BUSY")
    live.command("ussd *101# 1 1 Menu\\n2 More")
    assert b'+CUSD: 1, "1 Menu\n2 More", 15' in program.says('AT+CUSD=1,"*101#",15', b", 15")
    seen = {(event["event"], event.get("state") or event.get("command")) for event in live.scene.events}
    assert {("call", "ringing"), ("call", "active"), ("call", "ended"), ("unknown", "+NONSENSE")} <= seen


@pytest.mark.parametrize("word", faults.FAULTS)
def test_every_fault_says_what_it_wants(word):
    scene = Scene()
    scene.modem.power_on()
    wrong = scene.command(f"fault {word} nonsense nonsense nonsense")
    assert wrong == [{"ok": "fault"}] or "error" in wrong[0]
    assert scene.command("fault")[0]["faults"]
    assert "error" in scene.command("fault nonsense")[0]


@pytest.mark.parametrize("line", ["nonsense", "sms", "sms +35840", "answer x", "phone", "phone 1 dances", "ussd", "press 1", "events maybe", "fault hostile +CSQ late soon", "fault hostile +CSQ error CMX 3", "fault chunk -5", "fault delay +CSQ -1", "sms Ф x", "broadcast 70000 x", "{}", "{", '{"do": "fly"}'])  # fmt: skip
def test_bad_lines_have_an_answer(line):
    (answer,) = Scene().command(line)
    assert set(answer) in ({"error"}, {"ok"})


def test_lines_as_json_and_line_ends():
    scene = Scene()
    scene.modem.power_on()
    scene.command('{"do": "sms", "from": "+358401111111", "text": "two\\nlines €"}')
    scene.command("sms +358401111111 two\\nlines")
    while scene.world.next() and scene.world.next() < 12_000:
        scene.world.step()
    assert len(scene.modem.store) == 2
    assert all(word in HELP for word in _WORDS)


def test_every_profile_starts():
    for name in PROFILES:
        with LiveModem(profile=name) as live:
            program = Program(live.path)
            _wait(lambda live=live: live.scene.ports[0]._open)
            live.command("advance 10000")
            assert b"OK" in program.says("AT")
            program.close()


def test_the_options(tmp_path):
    command = [sys.executable, "-m", "tools.simulator", "--pty", "--profile", "SIM800C", "--tcp", "0"]
    done = subprocess.run(command, cwd=ROOT, input="state\nhelp\nquit\n", capture_output=True, text=True, timeout=30)
    first, state, words = done.stdout.splitlines()
    assert '"tcp": ' in first and '"power": "booting"' in state and "urc-inside" not in words and '"help"' in words
    alone = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tools.simulator.modem.__main__ import main; sys.exit(main([]))"]  # fmt: skip
    done = subprocess.run(alone, input="quit\n", capture_output=True, text=True, timeout=30)  # without any package
    assert done.returncode == 0 and done.stdout.startswith('{"pty": ')
    for wrong in (["--tcp", "0"], ["--pty", "--tcp", "70000"], ["--pty", "--profile", "SIM9"]):
        done = subprocess.run(
            [sys.executable, "-m", "tools.simulator", *wrong], cwd=ROOT, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 2 and "error" in done.stderr


def test_the_page_s_examples_run_and_its_tables_are_whole():
    text = (ROOT / "docs" / "testing-your-modem-program.md").read_text()
    for place, block in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        scope = {}
        exec(compile(block, f"example {place}", "exec"), scope)
        for name in [name for name in scope if name.startswith("test_")]:
            scope[name]()
    for word in (*faults.FAULTS, *_WORDS, *hostile.MODES):
        assert f"`{word}" in text, word
