"""Real modem programs at the simulated modem: a fake is worth what accepted it. And the terminal, from outside."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time

import pytest
from gsmmodem.modem import GsmModem

from tests.conftest import ROOT

PYTHON = [sys.executable, "-W", "ignore", "-m", "tools.simulator"]


@pytest.fixture
def pty():
    """The simulated modem alone, in a process of its own: (path, command)."""
    process = subprocess.Popen([*PYTHON, "--pty"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    path = json.loads(process.stdout.readline())["pty"]

    def command(line):
        process.stdin.write(line + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    command("advance 10000")  # it boots like a real one; not in real time
    time.sleep(0.1)
    yield path, command
    process.stdin.write("quit\n")
    process.stdin.close()
    assert process.wait(5) == 0
    process.stdout.close()


def _wait(condition, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_python_gsmmodem(pty):
    path, command = pty
    texts, calls = [], []
    modem = GsmModem(path, 115200, smsReceivedCallbackFunc=texts.append, incomingCallCallbackFunc=calls.append)
    modem.connect()
    try:
        assert modem.manufacturer == "SIMCOM_Ltd"
        assert modem.waitForNetworkCoverage(10) > 0
        modem.sendSms("+358409999999", "Hello from a real program", waitForDeliveryReport=False)
        assert _wait(lambda: "to" in (sent := command("sent")) and sent)["text"] == "Hello from a real program"
        command("sms +358401111111 Are you there?")
        assert _wait(lambda: texts)[0].text == "Are you there?"
        assert texts[0].number == "+358401111111"
        command("call +358402222222")
        call = _wait(lambda: calls)[0]
        assert call.number == "+358402222222"
        call.answer()
        assert call.answered
        call.hangup()
        _wait(lambda: not modem.activeCalls)
    finally:
        modem.close()


def test_python_gsmmodem_in_text_mode(pty):
    path, command = pty
    texts = []
    modem = GsmModem(path, 115200, smsReceivedCallbackFunc=texts.append)
    modem.connect()
    try:
        modem.smsTextMode = True
        modem.sendSms("+358409999999", "In text mode", waitForDeliveryReport=False)
        assert _wait(lambda: "to" in (sent := command("sent")) and sent)["text"] == "In text mode"
        command("sms +358401111111 stored")
        assert _wait(lambda: texts)[0].text == "stored"
        time.sleep(1)  # its thread deletes the message
    finally:
        modem.close()


def test_gammu(pty, tmp_path):
    """A modem program that has met every phone of the last 25 years."""
    if not shutil.which("gammu"):
        pytest.skip("gammu is not installed (Debian: apt-get install gammu)")
    path, command = pty
    config = tmp_path / "gammurc"
    config.write_text(f"[gammu]\ndevice = {path}\nconnection = at115200\n")

    def gammu(*arguments):
        done = subprocess.run(["gammu", "-c", config, *arguments], capture_output=True, text=True, timeout=90, input="")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "SIMCOM_SIM800L" in gammu("identify")
    assert "home network" in gammu("networkinfo")
    command("sms +358401111111 Hello gammu")
    time.sleep(2)
    found = gammu("getallsms")
    assert "Hello gammu" in found and "1 SMS parts in 1 SMS sequences" in found
    gammu("sendsms", "TEXT", "+358409999999", "-text", "From gammu")
    assert command("sent")["text"] == "From gammu"


def _terminal(text, *options, code=0):
    done = subprocess.run([*PYTHON, "--terminal", *options], cwd=ROOT, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_the_terminal_answers():
    shown = _terminal("STATUS\nON\nON30\nHELP\n/wait 40\n/nonsense\n/door shut\n/door ajar\n/call\n/button\n/wait x\n", code=1)
    for words in ("<- Power socket OFF", "Signal: Good", "*  the socket is ON", "<- Power socket ON", "Power ON for 30 seconds",
                  "<- ALARM ALARMOFF", "*  the socket is OFF", "? no /nonsense", "? shut or open?", "? a number, not x"):  # fmt: skip
        assert words in shown, words


def test_the_terminal_s_trace_hides_pdus():
    shown = _terminal("PASSWORD=Zq7xK\nZq7xKSTATUS\n", "--trace")
    assert "AT+CMGL=0" in shown and "<PDU" in shown and "| " in shown
    trace = [line for line in shown.splitlines() if " < " in line or " > " in line]
    assert not [line for line in trace if "Zq7x" in line or "5AB8" in line.upper()]


def test_the_terminal_plays_a_script(tmp_path):
    script = tmp_path / "story.txt"
    script.write_text("MAKEMEBOSS\n/from +358405555555\nON\n/quit\n")
    shown = _terminal("", "--script", str(script), "--phone", "+358407777777")
    assert "Your phone number has been assigned" in shown
    assert "the socket is ON" not in shown


def test_the_page_s_terminal_takes_texts_too():
    """Started in a terminal it serves the page and takes the boss's texts."""
    master, slave = os.openpty()
    command = [*PYTHON, "--port", str(31000 + os.getpid() % 1000)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm"})
    try:
        said = _read_until(master, b"in a browser")
        os.write(master, b"ON\r")
        said = _read_until(master, b"Power socket ON")
        assert b"Traceback" not in said
        os.write(master, b"/quit\r")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def _read_until(master, words, seconds=60):
    said = b""
    deadline = time.monotonic() + seconds
    while words not in said:
        assert time.monotonic() < deadline, said
        if select.select([master], [], [], 1)[0]:
            said += os.read(master, 4096)
    return said


def test_ctrl_c_ends_the_terminal_cleanly():
    master, slave = os.openpty()
    process = subprocess.Popen(
        [*PYTHON, "--terminal"], cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm"}
    )
    os.close(slave)
    shown = bytearray()

    def reads(words):
        with contextlib.suppress(OSError):
            if select.select([master], [], [], 0.1)[0]:
                shown.extend(os.read(master, 4096))
        return words in shown

    _wait(lambda: reads(b"It is on"))
    time.sleep(0.5)
    os.write(master, b"ON\r")
    _wait(lambda: reads(b"<- Power socket ON"), 30)
    os.write(master, b"\x03")
    _wait(lambda: reads(b"nothing") or process.poll() is not None)
    os.close(master)
    assert process.returncode == 0
    assert b"Traceback" not in shown


def test_a_script_with_an_error_ends_with_1(tmp_path):
    script = tmp_path / "story.txt"
    script.write_text("/dor open\n/quit\n")
    assert "? no /dor" in _terminal("", "--script", str(script), code=1)
