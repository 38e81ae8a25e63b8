"""Chapter 9 of SPEC (manual 10): the scheduler's rules."""

import app
import scheduler
from micropython import const

from commands.args import BadValue, Refused
from commands.rows import CTRL, INF, command

_MOST = const(8)


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
        return scheduler.is_rule(value)


class _Minute:
    """`hh:mm`, or ALL (None)."""

    hint = "hh:mm of a rule, or ALL"

    def parse(self, text):
        """The minute as text, or None."""
        if text.upper() == "ALL":
            return None
        if not scheduler.is_time(text):
            raise BadValue(self.hint)
        return text


def _add(context, rule):
    rules = context.store.get("rules")
    if rule not in rules:
        if len(rules) >= _MOST:
            raise Refused("SCHEDULER list is full!")
        place = len([old for old in rules if old[:5] <= rule[:5]])  # MicroPython's sort is not stable
        app.scheduler.change(rules[:place] + [rule] + rules[place:])
    return "SCHEDULER+%s - OK" % rule


def _remove(context, minute):
    rules = context.store.get("rules")
    left = [rule for rule in rules if minute is not None and rule[:5] != minute]
    if minute is not None and len(left) == len(rules):
        raise BadValue(_Minute.hint)
    app.scheduler.change(left)
    return "SCHEDULER-%s - OK" % (minute or "ALL")


def _show(context):
    return "\n".join(context.store.get("rules")) or "SCHEDULER is empty"


ROWS = (
    command("SCHEDULER+", CTRL, _add, _Rule()),
    command("SCHEDULER-", CTRL, _remove, _Minute()),
    command("SCHEDULER?", INF, _show),
)
