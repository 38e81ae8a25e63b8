"""R15.3, R15.4, issue 9: weeks in which everything fails at random. TEXTSOCKET_SEEDS=20 and TEXTSOCKET_DAYS=30 for the month."""

import os
import random

import pytest

from tools.simulator.box import HOUR, MINUTE, Box

SEEDS = int(os.environ.get("TEXTSOCKET_SEEDS", "1"))
DAYS = float(os.environ.get("TEXTSOCKET_DAYS", "0.5"))
COMMANDS = ("+CMGR", "+CMGL", "+CMGD", "+CMGS", "Ctrl-Z", "+CSQ", "+CREG?", "+CUSD", "+CLCC", "H", "+CNMI", "+CMGF")
MODES = ("error", "error CMS 320", "error CMS 500", "error CMS 42", "silent", "late", "ok")
WELL = 20 * MINUTE
WARM = 8 * HOUR  # everything has been used once


class Month:
    """One box, its misfortunes, and what the boss sees of it."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.box = Box(seed=seed, draw=seed, keyed=seed % 2 == 0)
        self.restarts = []  # when the board started
        self.acts = []  # what went wrong in this round

    def begin(self):
        """A box in a cabin: a boss, the contact, rules, a code."""
        box = self.box.on()
        for text in ("MAKEMEBOSS", "SMSLIMIT=500;CREDITUMS=*100#", "ALERT=SMSCHANGE", "ALARMON", "SCHEDULER+08:00,*,ON"):
            box.boss.asks(text)
        box.board.on_line = lambda line: self.restarts.append((box.world.now, line)) if " started, " in line else None

    def misfortunes(self):
        """What goes wrong, as acts."""
        box, rng = self.box, self.rng
        return (
            box.modem.restart, box.modem.under_voltage, box.modem.power_off,
            lambda: setattr(box.modem, "deaf", True), lambda: setattr(box.modem, "lose_cmti", 5),
            lambda: setattr(box.network, "refuse_with", rng.choice((38, 42, 500, 28))),
            box.network.go_down, self._hostile, self._hostile, self._cut, self._flood, self._flap, self._worn, self._call,
            lambda: box.mains(False), box.press, box.modem.fill, self._odd,
        )  # fmt: skip

    def _hostile(self):
        self.box.modem.hostile[self.rng.choice(COMMANDS)] = self.rng.choice(MODES)

    def _cut(self):
        self.box.cut_power(self.rng.random() < 0.5)
        self.box.run(self.rng.choice((100, 5000, 30 * MINUTE)))
        self.box.restart(ready=False)

    def _flood(self):
        for number in range(self.rng.randrange(5, 40)):
            self.box.network.send_to_device(
                f"+3585000{number:04d}", self.rng.choice(("HELP", "X;" * 300, "ON", "STATUS;STATUS"))
            )

    def _flap(self):
        for at in range(30):
            self.box.world.after(700 * at, lambda at=at: self.box.contact(at % 2 == 0))

    def _worn(self):
        self.box.board.on_flash = lambda kind, length: "error" if self.rng.random() < 0.5 else None

    def _call(self):
        self.box.boss.phone.call()

    def _odd(self):
        for _ in range(5):
            self.box.network.send_pdu(self.rng.randbytes(self.rng.randrange(1, 170)))

    def heal(self):
        """The last fault ends."""
        box = self.box
        box.modem.hostile.clear()
        box.modem.deaf = False
        box.modem.lose_cmti = 0
        box.network.refuse_with = None
        box.board.on_flash = lambda kind, length: None
        box.mains(True)
        box.contact(False)
        if not box.network.up:
            box.network.come_up()
        if box.modem.power == "off" and box.modem.starts_itself:
            box.modem.power_on()

    def round(self):
        """An hour or so of trouble, then peace: a text is answered within 10 minutes."""
        rng, box = self.rng, self.box
        self.acts = []
        for _ in range(rng.randrange(1, 4)):
            act = rng.choice(self.misfortunes())
            self.acts.append(
                (
                    box.world.now,
                    getattr(act, "__qualname__", "?"),
                    act.__code__.co_names if "lambda" in act.__qualname__ else "",
                )
            )
            act()
            box.boss.texts(rng.choice(("ON", "OFF", "STATUS", "CREDIT", "TEMPERATURE", f"RESTARTTIME={rng.randrange(1, 600)}")))
            box.run(rng.randrange(1, 20) * MINUTE)
        self.heal()
        box.run(rng.randrange(1, 60) * 1000)
        seconds = rng.randrange(1, 600)
        box.boss.reads_all()
        box.boss.texts(f"RESTARTTIME={seconds}")
        begin = box.world.now
        answered = box.run(
            10 * MINUTE, lambda: f"RESTARTTIME={seconds} - OK" in [m.text[:20].split("\n")[0] for m in self._since(begin)]
        )
        state = (box.modem.power, box.modem.registered, len(box.modem.store), len(box.network.waiting), box.board.running)
        assert answered, f"at {begin}: {self.acts} {state} {[m.text for m in self._since(begin)]}\n{box.board.tail(60)}"
        box.run(2 * MINUTE)

    def _since(self, begin):
        return [message for message in self.box.boss.phone.inbox if message.at >= begin]

    def check_restarts(self):
        """Never more than 3 that nobody asked for within 10 minutes."""
        unasked = [at for at, line in self.restarts if "power reset" not in line and "command" not in line]
        for at, later in zip(unasked, unasked[3:], strict=False):
            assert later - at > 10 * MINUTE, self.restarts[-8:]


@pytest.mark.texts(5000)
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_a_hostile_month(seed):
    month = Month(seed)
    try:
        month.begin()
        heap = 0
        while month.box.world.now < DAYS * 24 * HOUR:
            month.round()
            month.check_restarts()
            heap = heap or month.box.world.now > WARM and month.box.heap()
        month.box.run(WELL)
        assert not heap or month.box.heap() < heap + 20_000
    finally:
        month.box.close()
