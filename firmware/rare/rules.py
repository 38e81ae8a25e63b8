"""Rules of the scheduler that are due, or may have been missed (R9)."""

import asyncio

import app
from commands.status import status
from log import failure, log
from micropython import const
from scheduler import matches

from rare.alerts import alert_numbers

_JUMP = const(10)  # minutes that a clock set forward may jump over
_DAY = const(1440)


def due(rules, fired, last, now):
    """[(minute, rule)] to fire, in order: those of the minutes after `last` up to `now` that have not fired there."""
    found = []
    for minute in range(last + 1, now + 1):
        found += [(minute, rule) for rule in rules if matches(rule, minute) and fired.get(rule, 0) < minute]
    return found


def first_to_look_at(last, now, restarted):
    """The minute before the first one that counts. A clock set forward makes up for up to 10 minutes, a power cut for a
    day; a clock set back looks at nothing twice (rules that fired are in `fired`).
    """
    if last == 0 or now < last:
        return now - 1
    most = _DAY if restarted else _JUMP
    return last if now - last <= most else now - _DAY if restarted else now - 1


def catch_up(scheduler, now):
    """Fire what is due in minute `now`, and what was missed since the latest one looked at."""
    store = app.store
    restarted = scheduler.last == 0
    last = store.get("minute") if restarted else scheduler.last
    fired = store.get("fired")
    if now < last - _DAY:  # a clock that was wrong by more than a day: what it fired does not count
        fired = {}
    start = first_to_look_at(last, now, restarted)
    for minute, rule in due(store.get("rules"), fired, start, now):
        fired = _fire(rule, minute, now, fired)
    if fired is not store.get("fired"):
        store.set("fired", fired)
        store.save_soon()


def _fire(rule, minute, now, fired):
    action = rule.split(",")[2]
    fired = dict(fired)
    fired[rule] = minute
    if action != "INF" or now - minute <= _JUMP:
        log("rule", rule, "" if minute == now else "made up for")
        _act(action)
    return fired


def _act(action):
    """Carry out an action; the caller saves."""
    if action in ("ON", "OFF"):
        app.relay.switch(action == "ON", "schedule")
        app.relay.apply()
    elif action in ("AON", "AOF"):
        app.alarm.enable(action == "AON")
    else:
        asyncio.create_task(_send_status())


async def _send_status():
    try:
        text = await status()
        for number in alert_numbers():
            app.outbox.post(number, text)
    except Exception as error:  # ours
        failure("INF", error)
