"""Finding the modem: whether it answers, at what speed, and which commands it takes."""

import asyncio

from at import MARK, ModemError
from log import log
from modem import BAUD

_ESC = b"\x1b"
_BAUDS = (BAUD, 57600, 9600)  # 57600 is the most that auto-bauding finds on a SIM800L


async def find(modem):
    """Sync with the modem at any speed and fix the speed. False when it is silent."""
    for baud in _BAUDS:
        modem.channel.speed(baud)
        if await sync(modem.channel, 4):
            await _fix_speed(modem, baud)
            _alive_is(modem, True)
            return True
    modem.channel.speed(BAUD)
    _alive_is(modem, False)
    return False


def _alive_is(modem, alive):
    if alive != modem.alive:
        modem.alive = alive
        log("modem:", "answers" if alive else "silent")
        modem.on_change()


async def _fix_speed(modem, baud):
    """Auto-bauding prints no RDY, so a restart goes unnoticed: fix the speed, once, and save it."""
    at = modem.channel.at
    (line,) = await at(b"AT+IPR?", (b"+IPR:",)) or (b"+IPR: 115200",)
    if line[5:].strip() == b"115200" and baud == BAUD:
        return
    log("modem: speed fixed")
    await at(b"AT+IPR=115200")
    modem.channel.speed(BAUD)
    await asyncio.sleep_ms(100)
    if not await sync(modem.channel, 4):
        modem.channel.speed(baud)  # some boards refuse: go on as they are
        return
    for request in (b"AT+CLTS=1", b"AT&W"):
        await attempt(modem, request, 2000, False)


async def sync(channel, attempts):
    """Find the modem at the present speed: `AT` until OK. True when it answers; echo alone proves nothing."""
    async with channel.quiet():
        channel.write(_ESC + b"\r")
        await asyncio.sleep_ms(20)
        for turn in range(attempts):
            try:
                await channel.exchange(b"ATQ0V1" if turn & 1 else b"AT", (), 500)
                channel.synced = True
                return True
            except ModemError as error:
                if error.result == "ERROR":  # it hears us: a rest of the line before
                    await asyncio.sleep_ms(50)
        return False


async def resync(channel):
    """After a time-out: leave a prompt with ESC (Ctrl-Z would send half a message), then ask a question whose answer cannot be
    mistaken for a late one. Raises `ModemError`.
    """
    for _ in range(3):
        channel.write(_ESC + b"\r")
        await asyncio.sleep_ms(120)
        try:
            if await channel.exchange(b"AT+CSDH?", (MARK,), 1500):
                channel.synced = True
                return
        except ModemError as error:
            if error.result == "restart":
                raise
    raise ModemError(b"AT", "silent")


async def attempt(modem, request, ms, required):
    """Send a command; an ERROR matters only when it is required. Raises `ModemError`."""
    try:
        await modem.channel.at(request, (), ms)
    except ModemError as error:
        if required or error.result != "ERROR" and error.code() is None:
            raise
