"""Outgoing calls, and a look at those under way. Everything raises `ModemError`."""

import clock
from tasks import Signal

from rare.sync import attempt


async def hang_up(modem):
    """End or reject whatever call there is. ATH works only with AT+CVHU=0 on 4G modems."""
    await attempt(modem, b"ATH", 20000, False)


async def under_way(modem):
    """[(incoming, state, number)] of AT+CLCC; state 0 active, 2 dialling, 3 alerting, 4 incoming."""
    found = []
    for line in await modem.channel.at(b"AT+CLCC", (b"+CLCC:",), 5000):
        fields = line[6:].split(b",")
        if len(fields) > 5 and fields[1].strip().isdigit() and fields[2].strip().isdigit():
            found.append((fields[1].strip() == b"1", int(fields[2]), fields[5].strip(b'" ').decode()))
    return found


async def dial(modem, number, seconds):
    """Ring `number` for up to `seconds`, then hang up. True when it was answered. Raises `ModemError`."""
    call = modem.call = _Call()
    try:
        await modem.channel.at(b"ATD" + number.encode() + b";", (), 20000)
        deadline = clock.uptime() + seconds
        while call.state == "dialling" and clock.uptime() < deadline:
            if not await call.change.wait(1000):
                await _check(modem, call)
        answered = call.state == "answered"
        if call.state != "ended":
            await hang_up(modem)
        return answered
    finally:
        modem.call = None


class _Call:
    """An outgoing call; `state` is "dialling", "answered" or "ended"."""

    def __init__(self):
        self.state = "dialling"
        self.change = Signal()

    def is_now(self, state):
        """The modem, or a question, tells."""
        self.state = state
        self.change.set()


async def _check(modem, call):
    states = [state for incoming, state, _ in await under_way(modem) if not incoming]
    if call.state == "dialling" and (not states or 0 in states):
        call.is_now("answered" if states else "ended")
