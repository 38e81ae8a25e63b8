"""Chapter 9 of SPEC (manual 10): the scheduler's rules."""

import app
import clock

from commands.args import BadValue, Refused
from commands.rows import CTRL, INF, command

MOST = 8  # rules
_ACTIONS = ("ON", "OFF", "INF", "AON", "AOF")


def is_time(text):
    """True for `hh:mm` with leading zeros."""
    hour, colon, minute = text.partition(":")
    numbers = hour.isdigit() and minute.isdigit() and len(hour) == len(minute) == 2
    return bool(numbers and colon and int(hour) < 24 and int(minute) < 60)


def is_rule(text):
    """True for a rule as it is kept: `hh:mm,day,action`."""
    fields = text.split(",")
    return len(fields) == 3 and is_time(fields[0]) and len(fields[1]) == 1 and fields[1] in "*1234567" and fields[2] in _ACTIONS


class _Rule:
    """`hh:mm,day,action`, kept as text."""

    hint = "hh:mm,*|1..7,ON|OFF|INF|AON|AOF"

    def parse(self, text):
        """The rule in capitals."""
        rule = text.upper()
        if not self.ok(rule):
            raise BadValue(self.hint)
        return rule

    def ok(self, value):
        """True for a rule."""
        return is_rule(value)


class _Minute:
    """`hh:mm`, or ALL (None)."""

    hint = "hh:mm of a rule, or ALL"

    def parse(self, text):
        """The minute as text, or None."""
        if text.upper() == "ALL":
            return None
        if not is_time(text):
            raise BadValue(self.hint)
        return text


def _change(store, rules):
    """Other rules. What the new ones missed before now is no business of theirs."""
    store.set("rules", rules)
    store.set("fired", {rule: minute for rule, minute in store.get("fired").items() if rule in rules})
    now = clock.now()
    if now is not None:
        store.set("minute", now // 60)
        app.scheduler.last = app.scheduler.last or now // 60


def _add(context, rule):
    rules = context.store.get("rules")
    if rule not in rules:
        if len(rules) >= MOST:
            raise Refused("SCHEDULER list is full!")
        place = len([old for old in rules if old[:5] <= rule[:5]])  # MicroPython's sort is not stable
        _change(context.store, rules[:place] + [rule] + rules[place:])
    return "SCHEDULER+%s - OK" % rule


def _remove(context, minute):
    rules = context.store.get("rules")
    left = [rule for rule in rules if minute is not None and rule[:5] != minute]
    if minute is not None and len(left) == len(rules):
        raise BadValue(_Minute.hint)
    _change(context.store, left)
    return "SCHEDULER-%s - OK" % (minute or "ALL")


def _show(context):
    return "\n".join(context.store.get("rules")) or "SCHEDULER is empty"


ROWS = (
    command("SCHEDULER+", CTRL, _add, _Rule()),
    command("SCHEDULER-", CTRL, _remove, _Minute()),
    command("SCHEDULER?", INF, _show),
)
