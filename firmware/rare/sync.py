"""Finding out whether the modem answers, and what it takes."""

import asyncio

from at import MARK, ModemError

_ESC = b"\x1b"


async def sync(channel, attempts):
    """Find the modem at the present speed: `AT` until OK. True when it answers; echo alone proves nothing."""
    async with channel.quiet():
        channel._write(_ESC + b"\r")
        await asyncio.sleep_ms(20)
        for attempt in range(attempts):
            try:
                await channel._run(b"ATQ0V1" if attempt & 1 else b"AT", (), 500)
                channel._synced = True
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
        channel._write(_ESC + b"\r")
        await asyncio.sleep_ms(120)
        try:
            if await channel._run(b"AT+CSDH?", (MARK,), 1500):
                channel._synced = True
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
