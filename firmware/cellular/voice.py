"""Outgoing calls, and a look at those under way."""

import asyncio

import clock
from tasks import Signal

from cellular.errors import GONE, ModemError

_LOOK_MS = 1000  # MO CONNECTED may be lost, or there is none


class Voice:
    """Calls, one at a time: who dials meanwhile waits. Everything raises `ModemError`."""

    def __init__(self, channel, modem):
        self._channel = channel
        self._modem = modem  # for its profile
        self._lock = asyncio.Lock()
        self._state = None  # of the outgoing call: "dialling", "answered", "ended"
        self._change = Signal()

    def state_is(self, state):
        """The modem tells how the outgoing call goes, if there is one."""
        if self._state is not None:
            self._state = state
            self._change.set()

    async def dial(self, number, seconds):
        """Ring `number` for up to `seconds`, then hang up. True when it was answered, as far as the modem can tell."""
        async with self._lock:
            self._state = "dialling"
            self._change.is_set = False
            try:
                return await self._dial(number, seconds)
            finally:
                self._state = None

    async def _dial(self, number, seconds):
        try:
            await self._channel.at(b"ATD" + number.encode() + b";", (), 20000)
        except ModemError as error:
            if error.kind == "ended":
                return False
            raise
        deadline = clock.uptime() + seconds
        while self._state == "dialling" and clock.uptime() < deadline:
            if not await self._change.wait(_LOOK_MS) and self._modem.profile.tells_answer:
                await self._look()
        answered = self._state == "answered"
        if self._state != "ended":  # one that is left open would keep a 4G modem from sending
            await self.hang_up()
        return answered

    async def _look(self):
        try:
            states = [state for incoming, state, _ in await self.calls() if not incoming]
        except ModemError as error:
            if error.kind in GONE:
                raise
            return  # it rings on until its time is up
        if self._state == "dialling" and (not states or 0 in states):
            self.state_is("answered" if states else "ended")

    async def hang_up(self):
        """End or reject whatever call there is."""
        await self._channel.attempt(self._modem.profile.hang_up, 20000)

    async def calls(self):
        """[(incoming, state, number)] of AT+CLCC; state 0 active, 2 dialling, 3 alerting, 4 incoming."""
        found = []
        for line in await self._channel.at(b"AT+CLCC", (b"+CLCC:",), 5000):
            fields = line[6:].split(b",")
            if len(fields) > 5 and fields[1].strip().isdigit() and fields[2].strip().isdigit():
                found.append((fields[1].strip() == b"1", int(fields[2]), fields[5].strip(b'" ').decode()))
        return found


def parse_caller(line):
    """The number in +CLIP, "+..." when it is international, "" when it is withheld, None when there is none."""
    quoted = line.split(b'"')
    if len(quoted) < 3:
        return None
    number, kind = quoted[1], quoted[2].split(b",")
    if number[:1] != b"+" and len(kind) > 1 and kind[1] == b"145":
        number = b"+" + number
    return number.decode()
