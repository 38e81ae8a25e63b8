"""The AT channel: bytes -> lines -> replies and URCs. No meaning of any command, no SMS, no health.

A line is matched in a fixed order: echo, final result (whole line), awaited prefix, PDU line that a header announced,
unsolicited line (URC), the rest (counted). Echo, `\r\r\n` and empty lines are harmless because every CR and LF ends a line.
"""

import asyncio

from micropython import const
from rare import borrow
from tasks import Signal

LINE = const(640)  # the longest: a PDU in hex, 352; a USSD answer
_CTRL_Z = b"\x1a"
_HEX = b"0123456789ABCDEFabcdef"
FINALS = (b"OK", b"ERROR")
_CALL_FINALS = (b"NO CARRIER", b"BUSY", b"NO ANSWER", b"NO DIALTONE")
_ERRORS = (b"+CME ERROR:", b"+CMS ERROR:")
MARK = b"+CSDH: "  # a setting no restart survives and PDU mode never uses: the proof that set-up still holds


class ModemError(Exception):
    """A command failed: `request`, and `result` ("timeout", "restart", "ERROR", "+CMS ERROR: 38", "no answer")."""

    def __init__(self, request, result):
        super().__init__(request, result)
        self.result = result

    def code(self):
        """The number in +CME/+CMS ERROR, or None."""
        number = self.result.split(":")[-1].strip()
        return int(number) if ":" in self.result and number.isdigit() else None


class Channel:
    """Commands to the modem one at a time, unsolicited lines to a table of handlers, over an asyncio stream.

    urcs: rows of (name or None, prefixes): the owner's `on_urc(name, line)` gets a line that begins with one of them.
    """

    def __init__(self, uart, urcs, owner):
        self.uart = uart
        self._stream = asyncio.StreamReader(uart)
        self._urcs = urcs
        self.owner = owner
        self._lock = asyncio.Lock()
        self._rest = b""  # of a line that has not ended
        self._done = Signal()
        self.request = None  # the command that waits for its result
        self._expect = ()
        self._answers = []
        self._result = None
        self._pdus = False  # PDU lines are part of the answer
        self._prompt = False  # a `> ` is awaited
        self.for_pdu = None  # takes the PDU line that follows a header
        self.ussd = None  # collects an unfinished +CUSD
        self.synced = False
        self.echoes = 0  # lines that were our own; after set-up they tell of a restart
        self.strays = 0  # lines nobody awaited

    # -- bytes to lines ------------------------------------------------------------------------------------------

    async def listen(self):
        """Read for ever; the reader task."""
        chunk = bytearray(256)
        view = memoryview(chunk)
        while True:
            count = await self._stream.readinto(chunk)
            if count:
                self._feed(bytes(view[:count]))

    def _feed(self, octets):
        if b"\r" in octets:
            octets = octets.replace(b"\r", b"\n")
        lines = (self._rest + octets).split(b"\n")
        self._rest = lines.pop()[:LINE]
        for line in lines:
            if line:
                self._line(line)
        if self._prompt and self._rest.strip(b" \0") == b">":  # the prompt has no end of line
            self._rest = b""
            self._end(">")

    # -- lines to meaning ----------------------------------------------------------------------------------------

    def _line(self, line):
        if max(line) > 127 or min(line) < 32:  # NUL and high bytes are line noise; a USSD answer may hold low ones
            least = 1 if b"+CUSD:" in line else 32
            line = bytes([octet for octet in line if least <= octet < 128])
        if line[:1] == b" ":  # it came late, after a prompt
            line = line.lstrip(b" ")
        if not line or (self.ussd is not None and self.ussd.takes(line)):
            return
        if self.request is not None and self._reply(line):
            return
        if _is_echo(line):
            self.echoes += 1
        elif self.for_pdu and not line.strip(_HEX):
            take, self.for_pdu = self.for_pdu, None
            take(line)
        elif not self._unsolicited(line):
            self.strays += 1

    def _reply(self, line):
        """True when the line belongs to the command under way."""
        if line in FINALS or line.startswith(_ERRORS[0]) or line.startswith(_ERRORS[1]):
            self._end(line.decode())
            return True
        if line in _CALL_FINALS and self.request.startswith(b"ATD"):
            self._end(line.decode())
            return True
        for prefix in self._expect:
            if line.startswith(prefix) and (prefix or not (self.is_urc(line) or _is_echo(line))):
                self._answers.append(line)
                self.for_pdu = self._answers.append if self._pdus else ignore
                return True
        return False

    def _unsolicited(self, line):
        if line.startswith(b"+CUSD:"):
            self.ussd = borrow("rare.ussd").Collector(self)
            return self.ussd.takes(line)
        found = self._urc(line)
        if found and found[0]:
            self.owner.on_urc(found[0], line)
        return found is not None

    def _urc(self, line):
        """The row of an unsolicited line, or None."""
        for row in self._urcs:
            for prefix in row[1]:
                if line.startswith(prefix):
                    return row
        return None

    def is_urc(self, line):
        """True for an unsolicited line."""
        return self._urc(line) is not None or line.startswith(b"+CUSD:")

    def _end(self, result):
        if self._result is None:
            self._result = result
            self._done.set()

    def abort(self, reason):
        """Fail the command under way at once: the modem has restarted and will not answer."""
        self.synced = False
        if self.request is not None:
            self._end(reason)

    # -- commands ------------------------------------------------------------------------------------------------

    async def at(self, request, expect=(), timeout_ms=1000, body=None, pdus=False):
        """Send a command; the awaited lines: those that begin with a prefix of `expect` (b"": any that is no URC), and
        with `pdus` the PDU lines after them.

        `body` is sent, with Ctrl-Z, at the prompt. Raises `ModemError`; after a time-out the next command
        re-synchronises first, so that a late answer is never taken for another command's.
        """
        async with self._lock:
            if not self.synced:
                await borrow("rare.sync").resync(self)
            self._pdus = pdus
            try:
                return await self.exchange(request, expect, timeout_ms, body)
            finally:
                self._pdus = False

    async def exchange(self, request, expect, timeout_ms, body=None):
        """A command and its answer without waiting for its turn: for `at` and rare/sync.py. Raises `ModemError`."""
        self._begin(request, expect, body is not None)
        self.write(request + b"\r")
        try:
            result = await self._wait(min(timeout_ms, 5000) if body else timeout_ms)
            if result == ">":
                self._begin(request, expect, False)
                self.write(body + _CTRL_Z)
                result = await self._wait(timeout_ms)
            answers = self._answers
        finally:
            self.request = None
            self._prompt = False
        if result != "OK":
            if result == "timeout":
                self.synced = False
            raise ModemError(request, result)
        return answers

    def _begin(self, request, expect, prompt):
        self._answers = []
        self._expect = expect
        self._prompt = prompt
        self.for_pdu = None
        self._result = None
        self._done.is_set = False
        self.request = request

    async def _wait(self, ms):
        await self._done.wait(ms)
        return self._result or "timeout"

    def write(self, octets):
        """To the modem, whatever it is at."""
        self.uart.write(octets)  # fits the transmit buffer, so it never blocks; see hw.uart

    def doubt(self):
        """What came was no answer: let the line run dry and re-synchronise before the next command."""
        self.synced = False

    def quiet(self):
        """`async with channel.quiet():` no reply is awaited inside, so a flash write cannot swallow one."""
        return self._lock

    def speed(self, baud):
        """Change the speed of our side."""
        self.uart.init(baudrate=baud)
        self._rest = b""


def ignore(line):
    """What takes the PDU of nobody."""


def _is_echo(line):
    return line[:2].upper() == b"AT"
