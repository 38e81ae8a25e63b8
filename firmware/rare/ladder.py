"""What the keeper does while the modem is not well (R15.1): repeat, set up again, AT+CFUN=1,1, reset pin, power key, board
reset. Each step is logged, the delays grow, and it starts over after an hour of health.
"""

import asyncio

import app
import clock
from at import ModemError
from events import restart
from keeper import GRACE_S
from log import log
from micropython import const

from rare import borrow

_MOST_DOUBLINGS = const(4)
_PATIENCE_S = {"silent": 0, "refuses": 60, "SIM": 300, "network": 900}  # before the ladder's first step
_LADDER = (  # step, seconds until the next
    ("repeat", 5),
    ("set up again", 15),
    ("AT+CFUN=1,1", 60),
    ("reset pin", 120),
    ("power key", 300),
    ("board reset", 900),
)


async def unwell(keeper, error):
    """Note the trouble and take the ladder's next step when it is due. Seconds until the next look."""
    now = clock.uptime()
    if error.result in ("restart", "off"):
        keeper.grace_until = now + GRACE_S
        return 2
    kind = "silent" if error.result in ("silent", "timeout") else error.result.split()[0]
    if kind not in _PATIENCE_S:
        kind = "refuses"
    if keeper.trouble != kind:
        keeper.trouble = kind
        keeper.well_since = None
        log("modem: trouble,", error.result)
        keeper.patient_until = now + _PATIENCE_S[kind]
        keeper.level = min(keeper.level, len(_LADDER) - 2)  # never begin with the board
    if now < keeper.grace_until and kind != "silent":
        return 2
    if now >= max(keeper.next_step, keeper.patient_until):
        await _step(keeper, kind)
    return 10 if kind != "network" else 30


async def _step(keeper, kind):
    name, delay = _LADDER[keeper.level]
    keeper.next_step = clock.uptime() + (delay << keeper.rounds)
    keeper.level += 1
    if keeper.level == len(_LADDER):
        keeper.level = 2
        keeper.rounds = min(keeper.rounds + 1, _MOST_DOUBLINGS)
    if name == "board reset" and kind != "silent":
        return  # a SIM or network fault is not the board's, and the relay stays as it is
    log("recovery:", name)
    keeper.recoveries += 1
    try:
        await _do(keeper, name)
    except ModemError as error:
        log("recovery:", name, error.result)


async def _do(keeper, name):
    modem = app.modem
    if name == "set up again":
        modem.ready = False
    elif name == "AT+CFUN=1,1":
        modem.ready = False
        await modem.channel.at(b"AT+CFUN=1,1", (), 10000)
    elif name == "reset pin":
        await borrow("rare.modem_power").pulse_reset(modem)
    elif name == "power key":
        pulse_key = borrow("rare.modem_power").pulse_key
        await pulse_key(modem)
        await asyncio.sleep(3)
        if not await borrow("rare.sync").sync(modem.channel, 6):  # it was on, and is off now
            await pulse_key(modem)
    elif name == "board reset":
        await _reset_board()
    if keeper.level > 2:
        keeper.grace_until = clock.uptime() + GRACE_S


async def _reset_board():
    """The modem stays silent whatever is done: restart the board, more seldom each time."""
    count = app.store.get("resets")
    if clock.uptime() < 3600 << min(count, 5):
        log("recovery: board reset not yet")
        return
    app.store.set("resets", count + 1)
    await app.store.save()
    restart()


def count_restart(keeper):
    """The modem has restarted by itself: four times within an hour is a fault."""
    now = clock.uptime()
    keeper.boots = [at for at in keeper.boots if now - at < 3600] + [now]
    if len(keeper.boots) == 4:
        log("modem: 4 restarts within an hour, look at its power supply")


async def switch_on(keeper):
    """It was switched off, by us, for want of supply or for no reason: the key brings it back."""
    log("recovery: switch on")
    await borrow("rare.modem_power").switch_on(app.modem)
    keeper.grace_until = clock.uptime() + GRACE_S
    keeper.next_step = clock.uptime() + 15
    await asyncio.sleep(3)
