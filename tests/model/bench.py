"""A real box and the model side by side: time, quiet moments, and the comparison."""

import datetime as dt
import random
import re

from tools.simulator.box import MINUTE, Box

from . import known
from .device import Device
from .worlds import Worlds

QUIET = 14_000  # nothing sent, nobody rung for so long
PATIENCE = 20 * MINUTE
NAMES = {"+358401111111": "box.boss", "+358402222222": "box.family", "+358403333333": "box.stranger"}


class Disagreement(Exception):
    """What the model expects and what the box does differ."""


class Bench:
    """One box, its worlds, and the conversation as lines of Python."""

    def __init__(self, seed):
        self.box = Box(seed=seed, **({"heap": "1200k"} if 14 in known.PASSED else {}))
        self.rng = random.Random(seed)
        self.told = [f"box = make_box(seed={seed}).on()"]
        self.box.on()
        begin = self.box.network.local().replace(tzinfo=None) - dt.timedelta(milliseconds=self.box.world.now)
        self.worlds = Worlds(Device(begin))
        started = self.box.board.boot_at
        self.worlds.apply(lambda one: self._first(one, (started, started + 3000)))
        self.secrets = set()
        self.looked = self.box.network.local()
        self.seen = {}
        self.calls = []
        self.rings = []
        self.cuts = []
        self.disorder = self.double = False  # replies may come in another order; twice
        self.slow_until = 0  # after a fault of modem or network: what waits may take longer
        self.last_out = 0
        self.log = []  # lines since the last look
        self.box.board.on_line = self.log.append
        self.known = set()
        self.sent = {}
        self.unasked = []
        self.event_end = 0

    @staticmethod
    def _first(one, span):
        one.advance(span)
        one.start("power")

    def say(self, line):
        """Note a line of the conversation."""
        self.told.append(line)

    def run(self, ms, stop=None):
        """Let time pass; noted."""
        start = self.box.world.now
        self.box.run(ms, stop)
        if self.box.world.now > start:
            self.say(f"box.run({self.box.world.now - start})")

    @property
    def now(self):
        """World time."""
        return self.box.world.now

    # -- to a quiet moment ---------------------------------------------------------------------------------------

    def settle(self):
        """Wait until nothing waits and nothing is under way; then until nothing is open."""
        start = self.last_out = self.now
        while True:
            self._quiet()
            self.worlds.apply(lambda one: one.flush(self.now))
            end = self.worlds.waits(self.now)
            if end is None:
                break
            self.box.run(end - self.now + 1)
            self.worlds.apply(lambda one: one.advance((self.now, self.now)))
        if self.now > start:
            self.say(f"box.run({self.now - start})")
        self.worlds.apply(lambda one: one.advance((self.now, self.now)))

    def empty(self):
        """Every message has been dealt with."""
        box = self.box
        return not box.modem.store and not box.network.waiting and box.world.now >= self.last_arrival

    last_arrival = 0

    def take_in(self):
        """Wait until the SIM is empty; when that was."""
        start = self.now
        if not self.box.run(PATIENCE, self.empty):
            raise Disagreement(f"texts stay on the SIM: {self.box.modem.store}")
        if self.now > start:
            self.say(f"box.run({self.now - start})")
        return self.now + 500

    def simply(self, event, span=300):
        """Something that happens now, in every world."""
        at = self.now
        self.worlds.apply(lambda one: (one.advance((at, at + span)), event(one)))

    def _quiet(self):
        box, until = self.box, max(self.now, self.slow_until) + PATIENCE
        while self.now < until:
            box.run(2000)
            sent = box.network.submitted[-1][2] if box.network.submitted else 0
            if box.modem.call:
                self.last_out = self.now
            quiet = self.now - max(sent, self.last_out) > QUIET and self.now >= self.slow_until
            if quiet and self.empty() and box.modem.power == "on" and box.modem.registered == 1:
                return
        raise Disagreement("it never comes to rest")

    @staticmethod
    def hear(one, rows, done, since=0):
        """A world's device executes texts, each after its arrival and after `since`, all before `done`."""
        for arrival, (sender, text, _) in rows:
            one.advance((max(arrival, since), max(done, since)))
            one.text(sender, text, arrival)

    # -- judging -------------------------------------------------------------------------------------------------

    def check(self):
        """Settle, and compare."""
        self.settle()
        fresh = self._fresh()
        calls = self._fresh_calls()
        self.doubled = self._doubled()
        wrongs = self.worlds.see(lambda one: self._judge(one, fresh, calls))
        self._log(fresh)
        self._times(fresh)
        self.cuts, self.rings, self.disorder, self.double = [], [], False, False
        if self.box.modem.unknown:
            raise Disagreement(f"unknown to the modem: {self.box.modem.unknown}")
        if wrongs:
            raise Disagreement("\n  or\n".join(sorted(set(wrongs), key=len)[:2]))

    def _doubled(self):
        """R1.10: what was handed to the network just when the power failed (between Ctrl-Z and OK) may come twice."""

        def close(ms):
            early = -8000 if 10 in known.PASSED else -1500
            return self.double or any(early <= ms - at <= 2700 for at in self.cuts)

        phones = self.box.network.phones.values()
        return [message.text for phone in phones for message in phone.inbox if close(message.at - 1000)]

    def _fresh(self):
        found = {}
        for number, phone in self.box.network.phones.items():
            found[number] = [message.text for message in phone.inbox[self.seen.get(number, 0) :]]
            self.seen[number] = len(phone.inbox)
        return found

    def _fresh_calls(self):
        rows = [call for phone in self.box.network.phones.values() for call in phone.calls if not call.incoming]
        fresh = sorted((call for call in rows if call not in self.calls), key=lambda call: call.started)
        self.calls += fresh
        return [call.number for call in fresh]

    def _judge(self, one, fresh, calls):
        if one.relay.on != self.box.relay.on:
            return f"socket: expected {'ON' if one.relay.on else 'OFF'}, got {'ON' if self.box.relay.on else 'OFF'}"
        if one.hung != self.rings:
            return f"calls acted upon: expected {one.hung}, got {self.rings}"
        if one.calls != calls and not (one.calls_cut and one.calls[: len(calls)] == calls):
            return f"numbers called: expected {one.calls}, got {calls}"
        for number in {*fresh, *(item.number for item in one.inbox.items)}:
            wrong = one.inbox.mismatch(number, fresh.get(number, []), self.doubled, self.disorder)
            if wrong:
                return wrong
        return None

    def _times(self, fresh):
        """A text tells the time between the last look and now."""
        since, until = self.looked - dt.timedelta(seconds=15), self.box.network.local() + dt.timedelta(seconds=3)
        for text in (text for texts in fresh.values() for text in texts):
            for stamp in re.findall(
                r"(?:Time: |^DATE |activated |normal |restored |FAILURE )(\d\d/\d\d/\d\d,\d\d:\d\d:\d\d)", text
            ):
                moment = dt.datetime.strptime(stamp, "%y/%m/%d,%H:%M:%S").replace(tzinfo=until.tzinfo)
                if not since <= moment <= until:
                    raise Disagreement(f"time: between {since} and {until}, got {text!r}")
        self.looked = self.box.network.local()

    def _log(self, fresh):
        """R3.4, whatever the model thinks: nothing shows the password, nor what somebody tried to set as one. No error of ours."""
        shown = [text for texts in fresh.values() for text in texts] + self.log
        before, self.known = self.known, {one.settings["PASSWORD"] for one in self.worlds.devices} - {None}
        ours = [line for line in self.log if " error in " in line or " hung: " in line]
        for secret in before & self.known | self.secrets:
            for text in shown:
                if secret.lower() in text.lower():
                    raise Disagreement(f"the password {secret} is shown: {text!r}")
        self.secrets = set()
        self.log.clear()
        if ours:
            raise Disagreement("in the log: " + "\n".join(ours))

    def _tried(self, text):
        for word in text.replace(";", "\n").split("\n"):
            name, sign, value = word.strip().partition("=")
            if "PAS" in name.upper() and sign and len(value) >= 5 and value.isalnum() and text.count(value) == 1:
                self.secrets.add(value)
