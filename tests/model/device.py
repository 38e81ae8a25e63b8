"""The device as SPEC.md describes it: state, what time does to it, starts. Moments are spans (lo, hi) of world ms."""

import datetime as dt

from .alarm import Alarm
from .climate import Climate
from .commands import Commands
from .expect import TIME, Inbox, Item, Line, exactly
from .relay import Relay, later
from .rules import Rules
from .senders import Senders
from .tables import FACTORY
from .values import dialled

MINUTE, HOUR = 60_000, 3_600_000
WINDOW = 30 * MINUTE


class Device(Senders, Commands, Climate, Alarm, Rules):
    """One world's device. `pick(options)` is asked wherever SPEC leaves a choice."""

    def __init__(self, start: dt.datetime):
        self.start_time = start  # local time of the network at world ms 0
        self.temp = 21.0  # what hangs on the bus: degrees, or None for a failing sensor
        self.contact = False
        self.pick = None
        self.inbox = Inbox()
        self.calls = []  # numbers rung, since the last look
        self.answering = {}  # number -> it takes calls
        self.calls_cut = False  # perhaps not all of them
        self.hung = []  # for each call that came: hung up and acted upon
        self.sent = [0, 0]  # messages today: at least, at most
        self.day = None
        self.errors = {}  # number -> [(lo, hi, certain)] of error replies
        self.heard = {}  # number -> [(text, arrival, answered)]
        self.span = (0, 0)
        self.reboots = False
        self.mains = self.network = True
        self.asleep = False
        self.started = None  # when the board began to run
        self.halted = 0
        self.mains_timer = None
        self.restored = None  # the last `Power supply restored`
        self.erase()

    def erase(self):
        """R13.1: factory values."""
        self.settings = dict(FACTORY)
        self.listed = {}  # digits -> role "" or "USER"
        self.alerted = []
        self.relay = Relay()
        self.window = (0, 0)  # the end of the configuration window
        self.wrong = {}  # number -> [moments] of wrong passwords
        self.ignored = {}  # number -> (lo, hi) until when
        self.erase_climate()
        self.erase_alarm()
        self.erase_rules()

    def key(self):
        """Equal for devices that are alike."""
        return repr(sorted((name, value) for name, value in vars(self).items() if name != "pick"))

    # -- time ----------------------------------------------------------------------------------------------------

    def local(self, ms) -> dt.datetime:
        """The device's local time then."""
        return self.start_time + dt.timedelta(milliseconds=ms)

    def timers(self):
        """[(name, lo, hi)] of what will happen by itself."""
        if self.asleep:
            return []
        rows = [*self.relay.timers(), *self.climate_timers(), *self.alarm_timers(), *self.rule_timers()]
        if self.mains_timer:
            rows.append(("mains", *self.mains_timer))
        return rows

    def advance(self, span):
        """Let time pass up to a moment that lies in the span: what may have happened before it may not, too."""
        while due := [row for row in self.timers() if row[1] < span[1] or row[2] <= span[0]]:
            limit = min(hi for _, _, hi in due)
            first = [row for row in due if row[1] <= limit]
            name, lo, hi = self.pick(first if limit <= span[0] else [*first, (None, 0, 0)])
            if name is None:
                break
            lo = max(lo, self.span[0])
            self.span = (lo, max(lo, min(hi, limit, span[1])))
            getattr(self, "on_" + name)()
        self.span = span
        if not self.asleep:
            self.fired = max(self.fired, span[0] - 15_000)

    def on_timed(self):
        """ONN or OFFN ends."""
        self.relay.end_timed()
        self.look()

    def on_restart(self):
        """RESTART ends."""
        self.relay.end_restart()
        self.look()

    # -- messages out --------------------------------------------------------------------------------------------

    def alert(self, text, numbers=None, optional=False, most=1):
        """To all alert numbers, or these."""
        pattern = text if text.startswith("(?") else exactly(text)
        for digits in self.alerted if numbers is None else numbers:
            self._post(Item(dialled(digits), (Line((pattern,)),), "alert", optional, most), 2)

    def tell_first(self, pattern):
        """The first alert number is told, in words that SPEC does not give."""
        self.alert(f"(?is:{pattern})", self.alerted[:1], optional=True)

    def _post(self, item, share):
        """R20.7: within the day's limit."""
        self._new_day()
        limit = share * self.settings["SMSLIMIT"]
        if self.sent[1] >= self.settings["SMSLIMIT"] - 4:
            told = (Line(("(?is:.*(?:limit|messages).*)",)),)
            self.inbox.items += [Item(dialled(digits), told, "alert", True) for digits in self.alerted[:1]]
        if self.sent[0] >= limit:
            return
        item.optional |= self.sent[1] >= limit - 3
        self.inbox.items.append(item)
        self.sent[0] += not item.optional
        self.sent[1] += 4 if item.kind != "alert" and len(item.lines) > 1 else 1

    def _new_day(self):
        day = self.local(self.span[0]).date(), self.local(self.span[1]).date()
        if day[0] != self.day:
            self.sent[0] = 0
            if day[0] == day[1]:
                self.day, self.sent[1] = day[0], 0

    def settled(self):
        """What was expected has come."""
        self.inbox = Inbox()
        self.calls, self.hung, self.calls_cut = [], [], False

    # -- starts and mains ----------------------------------------------------------------------------------------

    def start(self, cause):
        """The board starts: cause `power` (plugged in), `mains` (back after a failure), `reboot`, `reset`, `erased`."""
        power = cause in ("power", "mains")
        self.asleep, self.mains_timer, self.reboots = False, None, False
        ran, self.started = self.started, self.span
        on = self.relay.remembered()
        if power and self.settings["POWERSTATE"] != "REMEMBER":
            on = self.settings["POWERSTATE"] == "ON"
        self.relay.switch(on and not self.thermostat)
        if cause == "power" or (cause == "mains" and self.pick((True, False))):
            self.window = later(self.span, WINDOW)
        if ran and self.halted - ran[0] < (90_000 if power else 3000):
            self._untold()
        self.forget()
        self.start_climate()
        self.missed = self.due_since()
        self.owed = bool(self.missed)
        self.fired = max(self.fired, self.span[1])
        self.start_alarm()
        if power:
            self._restored(cause)
        self.look()

    def halt(self):
        """The board stops: nothing happens by itself."""
        self.asleep, self.halted = True, self.span[1]

    def forget(self):
        """SPEC does not say whether a restart forgets who was ignored, and what was answered."""
        for rows in self.errors.values():
            rows[:] = [(lo, hi, False) for lo, hi, _ in rows]
        self.heard = {number: [(text, at, None) for text, at, _ in rows] for number, rows in self.heard.items()}
        if (self.ignored or self.wrong) and self.pick((True, False)):
            self.ignored, self.wrong = {}, {}

    def _untold(self):
        """A board that did not run long enough to tell that the power is back tells it once, at the end; the one that had no time to note it, never."""
        for item in self.inbox.items:
            item.optional |= "restored" in item.lines[0].patterns[0]

    def _restored(self, cause):
        """R10.2, R20.8: after how long, where the beginning is known."""
        if self.settings["POWERALERT"] != "ON":
            return
        again = self.restored is not None and self.span[0] - self.restored[1] < 65 * MINUTE
        after = r" after \d+ (?:s|min|h|d)(?: \d+ (?:min|h))?" if cause == "mains" else ""
        self.alert(f"(?:Power supply restored {TIME}{after})", optional=again)
        self.restored = self.span if not again else self.restored

    def on_mains(self):
        """R10.1: mains lost for two seconds."""
        self.mains_timer = None
        if self.settings["POWERALERT"] == "ON":
            self.alert("ALERT! Power supply FAILURE <time>")
        self.asleep = True

    def set_mains(self, present):
        """The mains go or come back."""
        self.mains, self.mains_timer = present, None
        if not present:
            self.mains_timer = later(self.span, 2000, 4000)
        elif self.asleep:
            self._dark()
            self.restored = None
            self.start("mains")

    def _dark(self):
        """What happened on the cell, with modem and board asleep, is not in SPEC: rules may have fired then, a sensor may have been noticed."""
        due = self.due_since()
        if self.active() or any(rule[2] == "AON" for _, rule in due):
            self.alert("(?s:ALARM.*)", optional=True, most=4)
        if due and self.pick((True, False)):
            for _, rule in due:
                self.carry_out(rule[2], made_up=True)
            self.fired = self.span[1]

    def press(self):
        """R13.1: a short press."""
        self.make_up()
        if self.alarm:
            self.set_alarm(False)
        else:
            self.relay.switch(not self.relay.on)
            self.look()

    def factory_reset(self):
        """R13.1: ten seconds."""
        window = self.window
        self.erase()
        self.window = self.pick((later(self.span, WINDOW), window, (0, 0)))
        self.start("erased")

    def text(self, sender, text, arrival):
        """A whole message is executed. REBOOT is carried out when it is answered: before later texts, or after them."""
        self.before_text(arrival)
        if self.reboots and self.pick((True, False)):
            self._reboot()
        self.hears(sender, text, arrival)
        self.debouncing = False
        self.look()

    def _reboot(self):
        self.reboots = False
        self.start("reboot")

    def flush(self, now):
        """Nothing is left to be done: missed rules, and REBOOT, which waits for its answer."""
        self.make_up()
        if self.reboots:
            self.advance((self.span[0], now))
            self._reboot()

    # -- calls ---------------------------------------------------------------------------------------------------

    def ring(self, number):
        """R4.1: a call from a number ("" withheld)."""
        self.hung.append(self._ring(number))

    def _ring(self, number):
        self.make_up()
        digits = number.removeprefix("+")
        action = self.settings["RING"]
        if action == "NOACTION" or self.settings["SECLIST"] == "OFF" or digits not in self.listed:
            return False
        if action == "SWITCH":
            self.relay.switch(not self.relay.on)
            text = "Power socket " + ("ON" if self.relay.on else "OFF")
        else:
            self.relay.begin_restart(self.settings["RESTARTTIME"], self.span)
            text = "Power socket restarted"
        note = "\nNote! Thermostat is working now!" if self.thermostat else ""
        self._confirm_ring(number, text + note)
        self.look()
        return True

    def _confirm_ring(self, number, text):
        how = self.settings["RINGCONFIRM"]
        if how == "SMS":
            optional = self.settings["SMSCONFIRM"] == "OFF"  # SPEC: R1.6 speaks of commands, R4.2 of calls
            self._post(Item(number, (Line((exactly(text),)),), "reply", optional), 1)
        elif how == "CALL":
            self.calls.append(number)
