"""A virtual year in a family's cabin: every alert arrived once, every rule fired, heap flat, flash writes counted.

Frost, break-ins, power cuts, a modem that restarts weekly, a SIM that is full once, clock changes, a schedule that changes with
the season. The story is told week by week; the account is kept by what the phones received.
"""

import datetime as dt
import time
from collections import Counter

from tools.simulator.box import DAY, HOUR, MINUTE, Box
from tools.simulator.room.room import Room

DAYS = 365


class Cabin:
    """The box in its cabin: weather, heater, family, and what should have been told."""

    def __init__(self, days=DAYS):
        self.days = days
        self.box = Box(start="2026-01-01 00:00:00", without="led_")  # a box without LEDs: nobody looks at them for a year
        self.fired = []
        self.due = Counter()  # rule -> times its minute has come while it was in force
        self._rules: dict[str, object] = {}  # rule -> local time up to which it has been counted
        self.box.board.on_line = self._note
        self.room = Room(lambda: self.box.relay.on, celsius=12.0, heater=2.5, leak=0.03, season=12.0)
        self.box.thermometer.celsius = self.room.celsius
        self.expected = Counter()
        self.asked = self.answered = 0
        self.modem_restarts = 0

    def _note(self, line):
        if " rule " in line:
            self.fired.append(line.split(" rule ")[1].strip())

    def rule(self, text, there=True):
        """A rule comes into force or is taken back; what was due until now is counted by the calendar."""
        now = self.box.network.local().replace(tzinfo=None)
        for rule, since in list(self._rules.items()):
            self.due[rule] += _times(rule, since, now)
            self._rules[rule] = now
        if there:
            self._rules.setdefault(text, now)
        else:
            self._rules.pop(text, None)

    # -- what happens --------------------------------------------------------------------------------------------

    def ask(self, phone, text):
        """A family member texts; the reply is counted."""
        self.asked += 1
        reply = phone.asks(text)
        self.answered += 1
        return reply

    def begin(self):
        """Settings of a careful owner."""
        box = self.box
        box.on()
        boss, family = box.boss, box.family
        self.ask(boss, "MAKEMEBOSS")
        self.ask(boss, f"SECNUMBER+{family.number[1:]};ALERTNUMBER+{family.number[1:]}")
        self.ask(boss, "SWITCHOFFTEMP=8C;THERMOSTATON;TFALLALERT=3C;TSENSFAILALERT=ON;ALERT=SMS")
        for rule in ("09:00,1,AON", "17:00,5,AOF", "12:00,7,INF"):
            self.ask(boss, "SCHEDULER+" + rule)
            self.rule(rule)

    def week(self, number):
        """A week: someone asks, the modem restarts, Friday to Sunday the family is there."""
        box = self.box
        self.ask(box.boss, "STATUS")
        box.run(2 * DAY)
        box.modem.restart()
        self.modem_restarts += 1
        box.run(2 * DAY + 3 * HOUR)
        self.ask(box.family, "SWITCHOFFTEMP=20C" if number % 2 else "SWITCHOFFTEMP=18C")
        box.run(2 * DAY)
        self.ask(box.family, "SWITCHOFFTEMP=8C")

    def break_in(self):
        """The door opens while the alarm is on."""
        self.ask(self.box.boss, "ALARMON")
        self.box.contact(closed=True)
        self.box.run(30_000)
        self.box.contact(closed=False)
        self.expected["ALARM! Sensor activated"] += 1
        self.box.run(5 * MINUTE)

    def power_cut(self, hours):
        """The mains fails; the cell carries the message out."""
        self.box.mains(False)
        self.expected["ALERT! Power supply FAILURE"] += 1
        self.box.run(int(hours * HOUR))
        self.box.mains(True)
        self.expected["Power supply restored"] += 1
        self.box.run(20 * MINUTE)

    def cold_wave(self):
        """The heater does not keep up: the pipes are about to freeze."""
        self.ask(self.box.boss, "THERMOSTATOFF;OFF")
        self.room.cold = -25.0
        self.box.run(3 * DAY)
        self.expected["ALERT! Temperature fall"] += 1
        self.room.cold = 0.0
        self.ask(self.box.boss, "THERMOSTATON")
        self.box.run(DAY)

    def full_sim(self):
        """Advertisements fill the SIM while nobody listens."""
        box = self.box
        box.modem.lose_cmti = 100
        box.modem.fill()
        self.ask(box.boss, "STATUS")
        box.modem.lose_cmti = 0

    def live(self):
        """The year."""
        box = self.box
        self.begin()
        events = {5: self.cold_wave, 9: self.break_in, 13: self.full_sim, 33: self.break_in}
        cuts = {3: 5, 11: 0.5, 20: 30, 28: 1, 46: 9}
        heaps = []
        for number in range(self.days // 7):
            if number == 12:
                box.network.zone_quarters = 12  # summer time
            if number == 43:
                box.network.zone_quarters = 8
            if number in (15, 40):
                old, new = ("12:00,7,INF", "12:00,3,INF") if number == 15 else ("12:00,3,INF", "12:00,7,INF")
                self.ask(box.boss, "SCHEDULER-12:00")
                self.rule(old, there=False)
                self.ask(box.boss, "SCHEDULER+" + new)
                self.rule(new)
            start = box.world.now
            if number in events:
                events[number]()
            if number in cuts:
                self.power_cut(cuts[number])
            self.week(number)
            box.run(max(0, 7 * DAY - (box.world.now - start)))
            heaps.append(box.heap())
        self.rule("", there=False)
        return heaps


def _times(rule, since, until):
    """How often the rule's minute lies in (since, until]."""
    clock, day, _ = rule.split(",")
    moment = since.replace(hour=int(clock[:2]), minute=int(clock[3:]), second=0, microsecond=0)
    count = 0
    while moment <= until:
        count += moment > since and day in ("*", str(moment.isoweekday()))
        moment += dt.timedelta(days=1)
    return count


def account(cabin):
    """(alert, expected, arrived at the boss, arrived at the family) and the weekly status messages."""
    rows = []
    inboxes = [[text.text for text in phone.phone.inbox] for phone in (cabin.box.boss, cabin.box.family)]
    for alert, count in cabin.expected.items():
        rows.append((alert, count, *(sum(text.startswith(alert) for text in texts) for texts in inboxes)))
    return rows


def report(days=DAYS):
    """Live the year and print its account."""
    start = time.monotonic()
    cabin = Cabin(days)
    box = cabin.box
    try:
        heaps = cabin.live()
        print(f"\n| a year in the cabin{'':<31} | {'expected':>10} | {'boss':>8} | {'family':>8} |")
        print(f"| {'-' * 48} | {'-' * 10} | {'-' * 8} | {'-' * 8} |")
        for alert, count, boss, family in account(cabin):
            print(f"| {alert:<48} | {count:>10} | {boss:>8} | {family:>8} |")
        for rule, count in sorted(Counter(cabin.fired).items()):
            print(f"| rule {rule:<43} | {cabin.due[rule]:>10} | {count:>8} | {'':>8} |")
        print(f"\ncommands asked {cabin.asked}, answered {cabin.answered}; modem restarts {cabin.modem_restarts}")
        print(f"board starts {box.board.starts}; relay moves {len(box.relay.moves())}")
        print(f"heap (64-bit, with shims) after the first week {heaps[0]:,}, highest {max(heaps):,}, last {heaps[-1]:,}")
        print(f"flash programs {box.board.programs:,}, erases {box.board.erases:,}")
        print(f"{box.world.now / DAY:.0f} virtual days in {time.monotonic() - start:.0f} s")
    finally:
        box.close()
