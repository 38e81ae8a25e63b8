"""Plays what stands in a document's `<!-- tried ... -->`: a line each, on a box that is plugged in.

TEXT -> REPLY (of the boss; `-` for none; `A | B` for one of them) | family: TEXT -> REPLY | stranger: TEXT -> REPLY
code TEXT -> REPLY (behind a one-time code) | usb LINE | boss texts TEXT | gets BEGINNING | boss calls | stranger calls | log WORDS | log-not WORDS | operator texts TEXT | see PATH or PATH::TEST
wait SECONDS | temperature C | sensor off | contact closed | contact open | mains off | mains on | button
power off | power on | network silent to codes | socket on | socket off

In a reply `\\n` is a new line, `{time}` any time, `{any}` anything.
"""

import base64
import hmac
import re
import struct

from tests.conftest import ROOT
from tools.simulator.box import BOSS, STRANGER

_BLOCK = re.compile(r"<!-- tried\n(.*?)-->", re.S)
QUIET_MS = 40_000
SAME_MS = 12_000  # an identical text sooner would not be answered (R20.7)
PATIENCE_MS = 400_000


def blocks():
    """(where, lines) of every document."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        text = path.read_text()
        for found in _BLOCK.finditer(text):
            line = text[: found.start()].count("\n") + 1
            yield f"{path.relative_to(ROOT / 'docs')}:{line}", found[1].strip().splitlines()


def matches(expected, reply) -> bool:
    """A reply against what the document says."""
    for choice in expected.split(" | "):
        pattern = re.escape(choice.replace("\\n", "\n"))
        for word, any_ in (("{time}", r"\d\d/\d\d/\d\d,\d\d:\d\d:\d\d"), ("{any}", ".*")):
            pattern = pattern.replace(re.escape(word), any_)
        if re.fullmatch(pattern, reply, re.S):
            return True
    return False


class Play:
    """A block on a box."""

    def __init__(self, box):
        self.box = box
        self.secret = b""
        self._asked = {}  # (number, text) -> when
        self.phones = {name: getattr(box, name, None) for name in ("boss", "family", "stranger")}

    def line(self, line):
        """Play one line."""
        asked, arrow, expected = line.partition(" -> ")
        if arrow:
            who, colon, text = asked.partition(": ")
            phone, text = (self.phones[who], text) if colon and who in self.phones else (self.box.boss, asked)
            return self._ask(phone, text, expected)
        for pattern, act in _ACTS:
            found = re.fullmatch(pattern, line)
            if found:
                return act(self, *found.groups())
        raise AssertionError(f"nobody knows how to play {line!r}")

    def _ask(self, phone, text, expected):
        since = self.box.world.now - self._asked.get((phone.number, text), -SAME_MS)
        self.box.run(max(0, SAME_MS - since))
        self._asked[phone.number, text] = self.box.world.now
        phone.reads_all()
        if text.startswith("code "):
            text = self._code() + text[4:]
        if expected == "-":
            phone.texts(text)
            return phone.receives_nothing(QUIET_MS)
        reply = phone.asks(text)
        assert matches(expected, reply), f"{text!r} -> {reply!r}, the document says {expected!r}"
        return None

    def _code(self):
        """The six digits that an authenticator app would show now (RFC 6238)."""
        step = int(self.box.network.local().timestamp()) // 30
        digest = hmac.digest(self.secret, struct.pack(">Q", step), "sha1")
        return f"{(int.from_bytes(digest[digest[-1] & 15 :][:4]) & 0x7FFFFFFF) % 1_000_000:06d}"

    def usb(self, line):
        """Type a line over USB."""
        if line.startswith("ENROL "):
            self.secret = base64.b32decode(line.removeprefix("ENROL "))
        self.box.board.type(line)
        self.box.run(3000)

    def gets(self, begins):
        """The boss gets a text that begins so."""
        phone = self.box.boss
        for _ in range(5):
            if phone.receives(PATIENCE_MS).startswith(begins):
                return
        raise AssertionError(f"no text began with {begins!r}")

    def socket(self, state):
        """The relay is on or off."""
        self.box.run(3000)
        assert self.box.relay.on is (state == "on"), f"the socket is not {state}\n{self.box.board.tail()}"

    def calls(self, who):
        """Somebody rings and hangs up."""
        phone = self.phones[who].phone
        call = phone.call()
        self.box.run(8000)
        if call.state != "ended":
            phone.hang_up(call)
        self.box.run(3000)

    def power(self, state):
        """The board and its modem, cell and all."""
        if state == "off":
            self.box.run(3000)
            self.box.cut_power()
        else:
            self.box.restart()

    def log(self, words):
        """The device's log has it."""
        assert any(words in line for line in self.box.log), self.box.board.tail()

    def log_not(self, words):
        """Nobody was texted so, and the log does not have it."""
        texts = [message.text for message in self.box.boss.phone.inbox]
        assert not any(words in line for line in [*self.box.log, *texts]), texts

    def operator(self, text):
        """The operator texts, under its name."""
        self.box.network.phone("Operator").texts(text)
        self.box.run(5000)


def _see(_, path):
    file, _, name = path.partition("::")
    assert (ROOT / file).exists(), path
    assert not name or f"def {name}(" in (ROOT / file).read_text(), path


_ACTS = (
    (r"gets (.+)", Play.gets),
    (r"usb (.+)", Play.usb),
    (r"socket (on|off)", Play.socket),
    (r"(boss|family|stranger) calls", Play.calls),
    (r"power (on|off)", Play.power),
    (r"log (.+)", Play.log),
    (r"log-not (.+)", Play.log_not),
    (r"operator texts (.+)", Play.operator),
    (r"see (\S+)", _see),
    (r"boss texts (.+)", lambda play, text: play.box.network.phone(BOSS).texts(text)),
    (r"stranger texts (.+)", lambda play, text: play.box.network.phone(STRANGER).texts(text)),
    (r"wait (\d+)", lambda play, seconds: play.box.run(int(seconds) * 1000)),
    (r"temperature ([-.\d]+)", lambda play, celsius: setattr(play.box.thermometer, "celsius", float(celsius))),
    (r"sensor off", lambda play: setattr(play.box.thermometer, "roms", [])),
    (r"contact (closed|open)", lambda play, how: play.box.contact(how == "closed")),
    (r"mains (on|off)", lambda play, how: play.box.mains(how == "on")),
    (r"button", lambda play: (play.box.press(), play.box.run(2000))),
    (r"network silent to codes", lambda play: play.box.network.ussd.update({"*999#": None})),
)
