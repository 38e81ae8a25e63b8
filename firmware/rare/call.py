"""Incoming calls (R4): a listed caller is hung up unanswered, and the action runs at once."""

import asyncio

import app
import clock
from at import ModemError
from commands import access, power
from log import log
from micropython import const

from rare.voice import dial, hang_up, under_way

_SAME_CALL_S = const(10)  # RINGs closer than this are one call
_CALL_BACK_MS = const(4000)
_CALL_BACK_S = const(20)


def ring(calls, number):
    """It rings; `number` is "" when it is withheld, None when it is not known (yet)."""
    now = clock.uptime()
    if calls.rang_at is None or now - calls.rang_at > _SAME_CALL_S:
        calls.number, calls.handled, calls.rings = None, False, 0
    calls.rang_at = now
    if number is None:
        calls.rings += 1
    elif calls.number is None:
        calls.number = number
    if not calls.handled and (calls.number is not None or calls.rings > 1):
        calls.wake.set()


def ended(calls):
    """It has stopped."""
    if not calls.handled:
        calls.rang_at = None


async def sweep(calls):
    """Look whether it rings, as if every RING had been lost. Raises `ModemError`."""
    for incoming, state, number in await under_way(app.modem):
        if incoming and state == 4:
            ring(calls, number)


async def take(calls):
    """Do what RING says for a call. Raises `ModemError`."""
    if calls.number is None:  # the network sends no +CLIP: ask
        await sweep(calls)
        if calls.number is None:
            return
    calls.handled = True
    number = calls.number
    action = app.store.get("RING")
    listed = app.store.get("SECLIST") == "ON" and access.user_of(number) is not None
    log("call from", number or "withheld", "" if listed else "not listed")
    if not listed or action == "NOACTION":
        return
    reply = _act(action, number)
    await hang_up(app.modem)
    calls.rang_at = clock.uptime() - _SAME_CALL_S + 2  # what rings later is another call
    how = app.store.get("RINGCONFIRM")
    if how == "SMS":
        app.outbox.post(number, reply)
    elif how == "CALL":
        asyncio.create_task(_call_back(number))


def _act(action, number):
    """Switch or restart; the reply of the command that does the same."""
    if action == "SWITCH":
        app.relay.switch(not app.relay.on, "call from " + number)
        reply = power.socket_text(app.relay.on)
    else:
        app.relay.restart(app.store.get("RESTARTTIME"), "call from " + number)
        reply = power.RESTARTED
    app.relay.local()
    return app.thermostat.note(reply)


async def _call_back(number):
    await asyncio.sleep_ms(_CALL_BACK_MS)
    try:
        await dial(app.modem, number, _CALL_BACK_S)
    except ModemError as error:
        log("call back:", error.result)
