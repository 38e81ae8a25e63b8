"""The simulated modem's own strictness: what it takes, what it keeps, what it refuses."""

import random

import pytest

from tools.simulator.modem.alone import Alone


@pytest.fixture
def alone():
    """A registered modem with echo off."""
    return Alone()


@pytest.fixture
def ask():
    """Give a modem with echo a line: (lines before the result, result)."""
    alone = Alone(E="1")

    def ask(line):
        *lines, result = [text for text in alone.says(line) if text != line]
        return lines, result

    return ask


@pytest.mark.parametrize(("name", "factory", "good", "bad"), [
    ("ATS0", "000", ("1", "255"), ("256", "1000")),
    ("ATS3", "013", ("13", "127"), ("128", "999")),
    ("ATS4", "010", ("10",), ("200",)),
    ("ATS7", "060", ("5", "255"), ("300",)),
    ("ATE", "001", ("0", "1"), ("2", "10")),
    ("ATX", "004", ("0", "4"), ("5",)),
    ("ATL", "000", ("3",), ("4",)),
    ("ATM", "000", ("2",), ("9",)),
    ("AT&C", "001", ("0",), ("2",)),
    ("AT&D", "000", ("2",), ("3",)),
])  # fmt: skip
def test_basic_settings_have_ranges_and_are_kept(ask, name, factory, good, bad):
    assert ask(name + "?") == ([factory], "OK")
    equals = "=" if name.startswith("ATS") else ""
    for value in good:
        assert ask(f"{name}{equals}{value}") == ([], "OK")
        assert ask(name + "?") == ([f"{int(value):03d}"], "OK")
    for value in bad:
        assert ask(f"{name}{equals}{value}")[1] == "ERROR"
    assert ask(name + "?") == ([f"{int(good[-1]):03d}"], "OK")
    assert ask("AT&W") == ([], "OK")
    assert ask("AT&F") == ([], "OK")
    assert ask(name + "?") == ([factory], "OK")
    assert ask("ATZ") == ([], "OK")
    assert ask(name + "?") == ([f"{int(good[-1]):03d}"], "OK")


@pytest.mark.parametrize(
    "line", ["AT+NONSENSE", "AT+CMGF=2", "AT+CNMI=9", "ATY", "ATS99=1", "AT+IPR=12345", "AT+CREG=7", "AT)"]
)
def test_what_it_does_not_know_is_an_error(ask, line):
    assert ask(line)[1].endswith("ERROR") or "+CM" in ask(line)[1]


def test_a_line_of_several_stops_at_the_first_error(ask):
    assert ask("AT+CMEE?;+CREG?") == (["+CMEE: 0", "+CREG: 0,1"], "OK")
    assert ask("ATE1S0=0X4+CMEE=1") == ([], "OK")
    assert ask("AT+CMEE=2;+NONSENSE;+CMEE=0") == ([], "+CME ERROR: unknown")
    assert ask("AT+CMEE?") == (["+CMEE: 2"], "OK")


def test_hostile_answers(alone):
    modem = alone.modem
    modem.hostile = {"+CSQ": "error", "+CMGD": "error CMS 320", "+CREG=": "ok", "+CGREG": "silent", "+CBC": ("error ERROR", 2)}
    assert alone.says("AT+CSQ") == ["ERROR"]
    assert alone.says("AT+CMEE=1;+CMGD=1") == ["+CMS ERROR: 320"]
    assert alone.says("AT+CMEE=0") == ["OK"]
    assert alone.says("AT+CREG=2") == ["OK"]
    assert alone.says("AT+CREG?") == ["+CREG: 0,1", "OK"]
    assert alone.says("AT+CGREG?") == []
    assert [alone.says("AT+CBC")[-1] for _ in range(3)] == ["ERROR", "ERROR", "OK"]
    assert alone.says("AT+CMEE=1;+CSQ") == ["+CME ERROR: 100"]


def test_hostile_late(alone):
    alone.modem.hostile = {"+CSQ": "late", "AT": ("late 7000", 1)}
    assert alone.says("AT+CSQ", 11_000) == []
    assert alone.says(b"", 2000) == ["+CSQ: 23,0", "OK"]
    assert alone.says("AT", 6900) == []
    assert alone.says(b"", 200) == ["OK"]
    assert alone.says("AT") == ["OK"]


_PDU = bytes.fromhex("01000C91538403111111000005C8329BFD06")  # Hello


@pytest.mark.parametrize(("key", "mode", "heard", "sent"), [
    ("+CMGS", "error CMS 500", ["+CMS ERROR: 500"], 0),
    ("+CMGS", "ok", ["OK"], 0),
    ("+CMGS", "silent", [], 0),
    ("Ctrl-Z", "error CMS 38", ["> ", "+CMS ERROR: 38"], 0),
    ("Ctrl-Z", "ok", ["> ", "OK"], 0),
    ("Ctrl-Z", "silent", ["> "], 0),
    ("Ctrl-Z", "lost", ["> "], 1),
    ("Ctrl-Z", "late 9000", ["> "], 1),
])  # fmt: skip
def test_hostile_sending(alone, key, mode, heard, sent):
    alone.says("AT+CMEE=1")
    alone.modem.hostile = {key: mode}
    said = alone.says(f"AT+CMGS={len(_PDU)}", 5000)
    if "> " in said:
        said += alone.says(b"00" + _PDU.hex().encode() + b"\x1a", 5000)
    assert said == heard
    assert len(alone.network.submitted) == sent
    assert alone.says(b"", 9000) == (["+CMGS: 1", "OK"] if "late" in mode else [])
    alone.modem.hostile.clear()
    assert alone.says("AT") == ["OK"]


def test_a_modem_from_elsewhere_is_drawn():
    drawn = [_drawn(seed) for seed in range(60)]
    assert drawn[3] == _drawn(3)
    for key, most in (("IPR", 3), ("CMEE", 3), ("CNMI", 6), ("starts_itself", 2), ("V", 2), ("Q", 2)):
        assert len({one[key] for one in drawn}) == most
    assert all(10 <= one["capacity"] <= 50 for one in drawn)
    assert any(one["old"] for one in drawn)


def _drawn(seed):
    alone = Alone()
    alone.modem.power_off()
    found = alone.modem.draw(random.Random(seed))
    assert alone.modem.settings["CMEE"] == found["CMEE"]
    assert set(alone.modem.store) == set(found["old"])
    return found
