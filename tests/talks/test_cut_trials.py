"""R1.10: power cut at a random instant together with a second event. TEXTSOCKET_TRIALS=2000 for the many of issue 10."""

import os
import random
from functools import cache

import pytest

from tools.simulator.box import MINUTE, Box

TRIALS = int(os.environ.get("TEXTSOCKET_TRIALS", "40"))
FIRST = int(os.environ.get("TEXTSOCKET_FIRST", "0"))
NUMBER, CODE = "358405555555", "*141*5#"
REPLIES = {
    "ON30": "Power ON for 30 seconds",
    "RESTART": "Power socket restarted",
    f"SECNUMBER+{NUMBER}": f"SECNUMBER+{NUMBER} - OK",
    "PASSWORD=12abc": "PASSWORD=***** - OK",
    f"SIMCARD{CODE}": "5 EUR sent",
}
NEWER = {  # what is sent after it: its reply
    "ON30": ("ON", "Power socket ON"),
    "RESTART": ("ON", "Power socket ON"),
    f"SECNUMBER+{NUMBER}": (f"SECNUMBER-{NUMBER}", f"SECNUMBER-{NUMBER} - OK"),
    "PASSWORD=12abc": ("RESTARTTIME?", "Invalid access password!"),
    f"SIMCARD{CODE}": ("ON", "Power socket ON"),
}
HEARD_MS = 50  # until the board has heard OK and written that it has
EVENTS = ("nothing", "button", "newer", "contact", "rule")


@cache
def _prepared(rule: bool) -> bytes:
    box = Box().on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SECNUMBER+358402222222")
    box.boss.asks("ALERTNUMBER-358401111111;ALERTNUMBER+358400000001;ALERT=SMSCHANGE")
    if rule:
        box.boss.asks("SCHEDULER+14:01,*,ON")
    box.boss.asks("ALARMON")
    image = box.board.image.read_bytes()
    box.close()
    return image


class Trial:
    """One life: a text, a second event, a cut, and what must be true afterwards."""

    def __init__(self, number):
        rng = random.Random(number)
        self.number = number
        self.text = list(REPLIES)[number % len(REPLIES)]
        self.event = EVENTS[number // len(REPLIES) % len(EVENTS)]
        self.event_ms = rng.randrange(50, 3000) if self.event == "newer" else rng.randrange(500, 5000)
        self.cut_ms = rng.randrange(900, 9000)
        self.modem_too = rng.random() < 0.7
        self.box = Box(seed=number, start="2026-03-02 12:00:00")
        self.box.network.ussd[CODE] = (3000, 0, REPLIES[f"SIMCARD{CODE}"], 15)
        self.alarms = self.box.phone("+358400000001")
        self.codes = 0
        self.sending = self.cut_sending = False
        self.pressed = False

    def live(self):
        """The life, up to what is left of it two minutes after the cut."""
        box = self.box
        box.board.image.write_bytes(_prepared(self.event == "rule"))
        box.on()
        box.line.trace = self._trace
        self._until_the_rule()
        self.start = box.world.now
        box.boss.texts(self.text)
        if self.event != "nothing":
            box.world.after(self.event_ms, self._happens)
        self.cut_at = self.start + self.cut_ms
        box.run(self.cut_ms)
        self.cut_sending = self.sending
        box.cut_power(self.modem_too)
        box.run(4000)
        box.restart()
        box.run(3 * MINUTE)

    def _until_the_rule(self):
        """Where a rule is the second event, its minute begins when the event is due."""
        moment = "2026-03-02 12:00:20"
        if self.event == "rule":
            before = self.event_ms / 1000
            moment = f"2026-03-02 12:00:{60 - before - 13:06.3f}"
        self.box.network.set_time(moment)
        self.box.modem.send_time()
        self.box.run(13_000)

    def _trace(self, direction, octets):
        if direction == ">":
            self.codes += octets.count(b'"' + CODE.encode() + b'"')
            self.sending = self.sending or b"\x1a" in octets
        elif b"+CMGS:" in octets or b"ERROR" in octets:
            self.box.world.after(HEARD_MS, lambda: setattr(self, "sending", False))

    def _happens(self):
        box = self.box
        if self.event == "newer":
            box.family.texts(NEWER[self.text][0])
        elif self.event == "contact":
            box.contact(True)
        elif self.event == "button" and box.board.running:
            self.pressed = True
            box.board.set_input(10, 0)
            box.world.after(200, lambda: box.board.set_input(10, 1))

    # -- what must be true -----------------------------------------------------------------------------------------

    def check(self):
        """Nothing lost, nothing twice, the order kept."""
        self._replies()
        if self.text.startswith("SECNUMBER"):
            self._asked("SECNUMBER?", NUMBER, 0 if self.event == "newer" else 1)
        elif self.text.startswith("PASSWORD"):
            self._asked("RESTARTTIME?", "Invalid access password!", 1)
        elif self.text.startswith("SIMCARD"):
            assert self.codes <= 1, self.codes
        self._socket()
        if self.event == "contact":
            told = [text for text in self.alarms.reads_all() if text.startswith("ALARM! ")]
            assert 1 <= len(told) <= 1 + self.cut_sending, told
        assert not self.box.modem.store
        assert not [line for line in self.box.log if " error in " in line]

    def _replies(self):
        replies = self.box.boss.reads_all()
        allowed = {REPLIES[self.text]}
        if self.text.startswith("SIMCARD"):
            allowed.add("Execute error!")
        assert replies, "lost"
        assert set(replies) <= allowed, replies
        assert len(replies) <= 1 + self.cut_sending, replies
        if self.event == "newer":
            newer = self.box.family.reads_all()
            assert set(newer) == {NEWER[self.text][1]}, newer
            assert len(newer) <= 1 + self.cut_sending, newer

    def _asked(self, text, words, count):
        self.box.run(12_000)
        assert self.box.boss.asks(text).count(words) == count

    def _socket(self):
        box, moves = self.box, self.box.relay.moves(self.start)
        ons = [at for at, on in moves if on]
        timed = self.text in ("ON30", "RESTART")
        if self.event == "newer" and NEWER[self.text][0] == "ON":
            assert box.relay.on, moves
        elif self.event in ("nothing", "contact", "newer"):
            assert not box.relay.on, moves
            assert len(ons) == timed or self._cut_in_the_act(ons), moves
        elif self.event == "rule" and not timed:
            assert box.relay.on, moves
        elif self.event == "button" and not timed and not self.pressed:
            assert not box.relay.on, moves

    def _cut_in_the_act(self, ons):
        """It had begun for less than the journal takes to say so."""
        return len(ons) == 2 and self.cut_at - ons[0] < 100


@pytest.mark.parametrize("number", range(FIRST, FIRST + TRIALS))
def test_a_cut_and_a_second_event(number):
    trial = Trial(number)
    try:
        trial.live()
        trial.check()
    except AssertionError as error:
        told = (trial.number, trial.text, trial.event, trial.event_ms, trial.cut_ms, trial.modem_too, trial.cut_sending)
        raise AssertionError(f"{told}: {error}\n{trial.box.board.tail(40)}") from error
    finally:
        trial.box.close()
