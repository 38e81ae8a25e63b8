"""Wall time from and to the modem."""

import asyncio

import app
import clock
import dates
from at import ModemError
from log import log

from rare.sync import attempt


def parse_network_time(line):
    """(UTC seconds, zone in quarters) of `*PSUTTZ: 2021,7,23,4,43,49,"+12",1`; the last field is nonsense at times."""
    try:
        numbers = [int(part) for part in line[8:].replace(b'"', b"").split(b",")[:7]]
    except ValueError:
        return None
    if len(numbers) < 7 or not 2020 <= numbers[0] < 2100 or abs(numbers[6]) > 56:
        return None
    moment = dates.seconds(numbers[0] - 2000, *numbers[1:6])
    return None if moment is None else (moment, numbers[6])


def parse_clock(line):
    """(UTC seconds, zone in quarters) of a +CCLK line, local time plus zone; None when it is not set (a year before 20)."""
    text = line.split(b'"')[1] if line.count(b'"') > 1 else b""
    try:
        numbers = [int(text[i : i + 2]) for i in range(0, 18, 3)]
        zone = int(text[17:20])
    except ValueError:
        return None
    if not 20 <= numbers[0] < 70 or abs(zone) > 56:
        return None
    local = dates.seconds(*numbers)
    return None if local is None else (local - zone * 900, zone)


def network_time(modem, line):
    """The network has told the time (NITZ)."""
    _take(modem, parse_network_time(line), "network")


async def read(modem):
    """Take the modem's clock over while ours is not known. Raises `ModemError`."""
    if clock.source is None:
        lines = await modem.channel.at(b"AT+CCLK?", (b"+CCLK:",), 2000)
        _take(modem, parse_clock(lines[0]) if lines else None, "modem")


def _take(modem, found, who):
    if found:
        clock.set_utc(found[0], found[1], who)
        time_known()


async def write(modem):
    """Give the modem our time, so that it bridges a restart of the board. Raises `ModemError`."""
    local = clock.now()
    if local is not None and 0 <= local:
        await attempt(modem, b'AT+CCLK="%s%+03d"' % (dates.text(local).encode(), clock.zone), 2000, False)


def time_known():
    """The clock was set: the scheduler looks again, and the modem keeps the time over a restart of the board."""
    app.scheduler.clock_set()
    if clock.source in ("message", "hand"):
        asyncio.create_task(_keep_time())


async def _keep_time():
    try:
        await write(app.modem)
    except ModemError as error:
        log("modem: clock not set,", error.result)
