"""TextSocket: a mains socket that you text. The way of a text:

SIM800 --UART--> at --+CMTI--> inbox --Message--> commands --> relay, settings, thermostat, alarm, ...
                  ^             (read, decode,     (authorise,           |
                  |              join, journal)     parse, act)          v
                  +---- CMGS ---- outbox <---- replies and alerts ---- alarm, mains, thermostat, scheduler

Only `at` touches the UART, `relay` the relay's pin, `outbox` sends, `storage` writes flash, `leds` blinks, `clock` imports
`time`, `hw` imports `machine`. What a text does not need at once is in `rare/` and in the command modules, loaded for its use
by `borrow`.
"""

import asyncio
import gc

import app
import clock
import commands  # noqa: F401  stays loaded
import hw
import tasks
from log import log
from micropython import const
from rare import borrow

_FEED_S = const(6)  # of the watchdog's 8


async def _watch():
    """Feed the watchdog while every task shows its beat; keep the heap in shape."""
    watchdog = hw.watchdog()
    rounds = 0
    while True:
        clock.uptime()
        hung = tasks.hung()
        if hung:
            log("hung:", hung)
        else:
            watchdog.feed()
        rounds += 1
        if rounds % 120 == 0:
            gc.collect()
        await asyncio.sleep(_FEED_S)


async def _main():
    app.started = hw.reset_cause()
    log("started,", app.started, "reset")
    build = borrow("rare.build")
    build.make_parts()
    build.start_tasks()
    del build
    gc.collect()
    await _watch()


asyncio.run(_main())
