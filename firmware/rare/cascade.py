"""The alarm that calls (R8.2)."""

import asyncio

import app
import clock
from at import ModemError
from log import log
from micropython import const

from rare.alerts import alert, alert_numbers
from rare.voice import dial

_RING_S = const(20)
_NETWORK_S = const(120)  # how long a call waits for the network before messages take its place


async def call_all(alarm, text):
    """Ring each number once, in order, until one answers; nobody: messages to all."""
    try:
        if not await _answered(alarm):
            alert(text)
            app.store.save_soon()
    finally:
        alarm.calling = False
        alarm.wake()


async def _answered(alarm):
    modem = app.modem
    deadline = clock.uptime() + _NETWORK_S
    while not (modem.ready and modem.registered):
        if clock.uptime() >= deadline:
            return False
        await asyncio.sleep(1)
    for number in alert_numbers():
        if not alarm.enabled():
            return True  # switched off meanwhile: somebody knows
        try:
            if await dial(modem, number, _RING_S):
                log("alarm: answered by", number)
                return True
        except ModemError as error:
            log("alarm: no call,", error.result)
    return False
