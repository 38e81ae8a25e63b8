"""The scheduler: R9."""

import datetime as dt

from .values import days_of

DAY_MS = 86_400_000


class Rules:
    """rules: [(hh:mm, days, action, since when)]."""

    def erase_rules(self):
        """Factory values."""
        self.rules = []
        self.missed = []  # rules that fell into the time without power
        self.owed = False  # they may not have been made up for yet
        self.fired = 0  # world ms up to which rules are dealt with

    def rule_moments(self, since, until):
        """[(ms, rule)] of what is due after `since` and not after `until`."""
        found = []
        for rule in self.rules:
            hour, minute = int(rule[0][:2]), int(rule[0][3:])
            day = self.local(since).replace(hour=hour, minute=minute, second=0, microsecond=0)
            while (ms := self._ms(day)) <= until:
                if ms > max(since, rule[3]) and day.isoweekday() in days_of(rule[1]):
                    found.append((ms, rule))
                day += dt.timedelta(days=1)
        return sorted(found, key=lambda row: row[0])

    def _ms(self, local):
        return round((local - self.start_time).total_seconds() * 1000)

    def rule_timers(self):
        """The next rule that is due."""
        if not self.rules:
            return []
        moments = self.rule_moments(self.fired, self.fired + 8 * DAY_MS)
        return [("rule", moments[0][0] - 3000, moments[0][0] + 8000)] if moments else []

    def on_rule(self):
        """R9.1: every rule of the minute fires once."""
        moments = self.rule_moments(self.fired, self.fired + 8 * DAY_MS)
        self.fired = moments[0][0]
        for ms, rule in moments:
            if ms == self.fired:
                self.carry_out(rule[2])

    def carry_out(self, action, made_up=False):
        """One action."""
        if action in ("ON", "OFF"):
            self.relay.switch(action == "ON")
        elif action in ("AON", "AOF"):
            self.set_alarm(action == "AON")
        elif action in ("TON", "TOF"):
            self.set_thermostat(action == "TON")
        elif action == "INF" and not made_up:
            self.alert(f"(?:{self.status_pattern()})")
        self.look()

    def add_rule(self, rule):
        """The same rule twice is one. Whether one that is made in its own minute fires at once is open."""
        if rule in [row[:3] for row in self.rules]:
            return
        since = self.span[0]
        if self.local(since).strftime("%H:%M") == rule[0]:
            since = self.pick((since, since - 60_000))
        self.rules.append((*rule, since))

    def due_since(self):
        """What was missed: [(ms, rule)]."""
        return self.rule_moments(max(self.fired, self.span[1] - DAY_MS), self.span[1])

    def make_up(self):
        """After a power cut what was missed in the last 24 h is applied in order, INF not."""
        self.owed = False
        for _, rule in self.missed:
            self.carry_out(rule[2], made_up=True)
        self.missed = []

    def before_text(self, sent):
        """A text that is older than a missed rule may be executed before it; one that is newer overtakes it."""
        if self.owed and (sent > self.missed[-1][0] or self.pick((True, False))):
            self.make_up()
