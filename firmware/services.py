"""What the modem can do: messages, calls, USSD, its clock. Everything raises `ModemError`."""

from binascii import unhexlify

import clock
import dates
from at import ModemError
from replies import parse_clock, parse_ussd
from tasks import Signal


class Services:
    """The half of `Modem` that others ask for things; `channel` is the other half's."""

    def __init__(self):
        self.call = None  # state of an outgoing call: "dialling", "answered", "ended"
        self.call_change = Signal()
        self._ussd = None
        self._ussd_came = Signal()

    async def attempt(self, request, ms, required):
        """Send a command; an ERROR matters only when it is required."""
        try:
            await self.channel.at(request, (), ms)
        except ModemError as error:
            if required or error.result != "ERROR" and error.code() is None:
                raise

    # -- messages ------------------------------------------------------------------------------------------------

    async def messages(self):
        """The indexes of all stored messages."""
        lines = await self.channel.at(b"AT+CMGL=4", (b"+CMGL:",), 20000)
        indexes = []
        for line in lines:
            index = line[6:].split(b",")[0].strip()
            if index.isdigit():
                indexes.append(int(index))
        return indexes

    async def read(self, index):
        """The octets of a stored message, None when the slot is empty. Raises `ModemError`, ValueError for noise."""
        try:
            lines = await self.channel.at(b"AT+CMGR=%d" % index, (b"+CMGR:",), 5000, pdus=True)
        except ModemError as error:
            if error.code() == 321:  # invalid index: gone
                return None
            raise
        if not lines:
            return None
        if len(lines) < 2:
            raise ModemError(b"AT+CMGR", "no answer")
        return unhexlify(lines[1])

    async def delete(self, index):
        """Delete one stored message; an empty slot is fine."""
        try:
            await self.channel.at(b"AT+CMGD=%d" % index, (), 25000)
        except ModemError as error:
            if error.code() != 321:
                raise

    async def delete_read(self):
        """Delete all messages that have been read: the way out of a full SIM whose list does not show why."""
        await self.channel.at(b"AT+CMGD=1,1", (), 25000)

    async def send(self, length, pdu):
        """Submit a message part (`length` octets without service centre, `pdu` in hex)."""
        await self.channel.at(b"AT+CMGS=%d" % length, (b"+CMGS:",), 60000, body=pdu)

    # -- calls ---------------------------------------------------------------------------------------------------

    def _call_is(self, state):
        if self.call is not None:
            self.call = state
            self.call_change.set()

    async def hang_up(self):
        """End or reject whatever call there is. ATH works only with AT+CVHU=0 on 4G modems."""
        await self.attempt(b"ATH", 20000, False)

    async def calls(self):
        """[(incoming, state, number)] of AT+CLCC; state 0 active, 2 dialling, 3 alerting, 4 incoming."""
        found = []
        for line in await self.channel.at(b"AT+CLCC", (b"+CLCC:",), 5000):
            fields = line[6:].split(b",")
            if len(fields) > 5 and fields[1].strip().isdigit() and fields[2].strip().isdigit():
                found.append((fields[1].strip() == b"1", int(fields[2]), fields[5].strip(b'" ').decode()))
        return found

    async def dial(self, number, seconds):
        """Ring `number` for up to `seconds`, then hang up. True when it was answered. Raises `ModemError`."""
        self.call = "dialling"
        try:
            await self.channel.at(b"ATD" + number.encode() + b";", (), 20000)
            deadline = clock.uptime() + seconds
            while self.call == "dialling" and clock.uptime() < deadline:
                if not await self.call_change.wait(1000):
                    await self._check_call()
            answered = self.call == "answered"
            if self.call != "ended":
                await self.hang_up()
            return answered
        finally:
            self.call = None

    async def _check_call(self):
        states = [state for incoming, state, _ in await self.calls() if not incoming]
        if self.call == "dialling":
            self.call = "ended" if not states else "answered" if 0 in states else self.call

    # -- USSD ----------------------------------------------------------------------------------------------------

    def on_ussd(self, text):
        """A whole +CUSD."""
        self._ussd = text
        self._ussd_came.set()

    async def ussd(self, code, seconds):
        """The operator's answer to a code such as `*100#`, as text. Raises `ModemError` when none comes in time."""
        self._ussd = None
        self._ussd_came.is_set = False
        await self.channel.at(b'AT+CUSD=1,"' + code.encode() + b'",15', (), 10000)
        deadline = clock.uptime() + seconds
        while self._ussd is None and clock.uptime() < deadline:
            if not await self._ussd_came.wait(2000):
                self.channel.finish_ussd()
        if self._ussd is None:
            await self.attempt(b"AT+CUSD=2", 5000, False)
            raise ModemError(b"AT+CUSD", "timeout")
        state, text = parse_ussd(self._ussd)
        if state == 1:  # it waits for a choice: nobody will make one
            await self.attempt(b"AT+CUSD=2", 5000, False)
        if not text:
            raise ModemError(b"AT+CUSD", "state %d" % state)
        return text

    # -- time ----------------------------------------------------------------------------------------------------

    async def read_clock(self):
        """Take the modem's clock over while ours is not known. A year before 20 means that it was never set."""
        if clock.source is not None:
            return
        lines = await self.channel.at(b"AT+CCLK?", (b"+CCLK:",), 2000)
        found = parse_clock(lines[0]) if lines else None
        if found:
            clock.set_utc(found[0], found[1], "modem")
            self.on_time()

    async def write_clock(self):
        """Give the modem our time, so that it bridges a restart of the board."""
        local = clock.now()
        if local is not None and 0 <= local:
            await self.attempt(b'AT+CCLK="%s%+03d"' % (dates.text(local).encode(), clock.zone), 2000, False)
