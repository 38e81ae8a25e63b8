"""TextSocket: a mains socket that you text. The way of a text:

modem --UART--> cellular/at --+CMTI--> sms/inbox --Deliver--> sms/once --> commands --transaction--> relay, settings, ...
                  ^                   (read, decode, join)        |     (authorise, parse, act)
                  +----- CMGS ---- sms/outbox <--- replies and alerts ---- alarm, mains, thermostat, scheduler

Only `at` touches the UART, `relay` the relay's pin, `outbox` sends, `storage` writes flash, `leds` blinks, `clock` imports
`time`, `hw` imports `machine`: but for the watchdog, which must run before any file of ours is looked for.
"""

import machine

# First: whatever is missing or raises ends in a restart, never in a dead prompt. An RP2040 can count no further than 8388 ms.
_dog = machine.WDT(timeout=8000)

import hw

hw.dog = _dog

import asyncio
import sys

import restarts
import tasks

_PARTS = (
    "modem cellular.health sms.outbox sms.parts sms.inbox sms.once commands sensors thermostat alarm calls scheduler mains "
    "leds button console history reports device"
)


def _restore_socket():
    """Second: the socket, before anything else is loaded or looked for (R2.3)."""
    from loading import once
    from relay import Relay
    from storage import Store

    store = Store()
    store.load(once("settings"))
    power_lost = hw.reset_cause() == "power" or store.get("outage") is not None
    relay = Relay(store)
    relay.restore(power_lost)
    return store, relay, power_lost


async def _main(store, relay, power_lost):
    """The rest, a file a turn of the loop: where files are loaded from flash this takes a second."""
    tasks.supervise("relay", relay.run)
    for name in _PARTS.split():
        __import__(name)
        hw.feed()
        await asyncio.sleep_ms(0)
    device = sys.modules["device"].Device(store, relay, power_lost)
    device.start_tasks()
    await device.watch()


try:
    _parts = _restore_socket()
    restarts.begin()
    asyncio.run(_main(*_parts))
except Exception as error:
    restarts.crash("start", error)
