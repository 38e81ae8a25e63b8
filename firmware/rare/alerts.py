"""Telling the alert numbers (R3.3, R15.2)."""

import app
import clock
from commands.args import dial_form
from log import log
from micropython import const

_MOST_ALERTS = const(8)  # under way at once, each to any number of recipients


def alert_numbers():
    """The alert numbers as they are dialled, in order."""
    return [dial_form(digits) for digits in app.store.get("ALERTNUMBERS")]


def alert(text):
    """Tell all alert numbers; the caller saves the store."""
    tell(text, alert_numbers())


def tell(text, numbers):
    """Tell every one of `numbers`; survives a restart. The caller commits the store, or `save_soon`s it."""
    if not numbers:
        return
    outbox, store = app.outbox, app.store
    alerts = store.get("alerts")
    outbox.born[text] = clock.uptime()
    if outbox.pending(text):
        return
    if len(alerts) >= _MOST_ALERTS:
        outbox.dropped += 1
        log("outbox: alert dropped,", alerts[0][0])
        alerts = alerts[1:]
        outbox.alert = None
    store.set("alerts", alerts + [[text, clock.utc() or 0, list(numbers)]])
    app.modem.online.set()
