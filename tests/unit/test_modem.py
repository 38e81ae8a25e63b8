"""The simulated modem's own strictness: what it takes, what it keeps, what it refuses."""

import pytest

from tools.simulator.box import Box
from tools.simulator.modem import commands


@pytest.fixture
def ask(monkeypatch):
    """Give the modem a line: (lines before the result, result)."""
    box = Box()
    said = []
    monkeypatch.setattr(box.modem, "answer", lambda lines, result, name: said.append((lines, result)))

    def ask(line):
        commands.run(box.modem, line)
        return said.pop()

    yield ask
    box.close()


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
    assert ask("AT+CMEE?;+CREG?") == (["+CMEE: 0", "+CREG: 0,0"], "OK")
    assert ask("ATE1S0=0X4+CMEE=1") == ([], "OK")
    assert ask("AT+CMEE=2;+NONSENSE;+CMEE=0") == ([], "+CME ERROR: unknown")
    assert ask("AT+CMEE?") == (["+CMEE: 2"], "OK")
