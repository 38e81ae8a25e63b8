"""Chapter 9 of SPEC (manual 10): the scheduler's rules."""

from kinds import Rule, is_minute
from settings import MOST_RULES
from values import BadValue, Refused

from commands.rows import CTRL, INF, command


class _Minute:
    """`hh:mm`, or ALL (None)."""

    hint = "hh:mm of a rule, or ALL"

    def parse(self, text):
        """The minute as text, or None."""
        if text.upper() == "ALL":
            return None
        if not is_minute(text):
            raise BadValue(self.hint)
        return text


def _change(context, rules):
    context.store.set("rules", rules)
    context.store.then(context.device.scheduler.rules_changed)


def _add(context, rule):
    rules = context.store.get("rules")
    if rule not in rules:
        if len(rules) >= MOST_RULES:
            raise Refused("SCHEDULER list is full!")
        place = len([old for old in rules if old[:5] <= rule[:5]])  # MicroPython's sort is not stable
        _change(context, rules[:place] + [rule] + rules[place:])
    return "SCHEDULER+%s - OK" % rule


def _remove(context, minute):
    rules = context.store.get("rules")
    left = [rule for rule in rules if minute is not None and rule[:5] != minute]
    if minute is not None and len(left) == len(rules):
        raise BadValue(_Minute.hint)
    _change(context, left)
    return "SCHEDULER-%s - OK" % (minute or "ALL")


def _show(context):
    return "\n".join(context.store.get("rules")) or "SCHEDULER is empty"


ROWS = (
    command("SCHEDULER+", CTRL, _add, Rule()),
    command("SCHEDULER-", CTRL, _remove, _Minute()),
    command("SCHEDULER?", INF, _show),
)
