"""The AT channel: bytes -> lines -> replies and URCs. No meaning of any command, no SMS, no health.

A line is matched in a fixed order: PDU that a header announced, final result (whole line), awaited prefix, unsolicited line
(URC), echo; the rest is passed over. Echo, `\r\r\n` and empty lines do no harm: every CR and LF ends a line.
"""

import asyncio
from binascii import unhexlify

from clock import ticks_diff, ticks_ms
from micropython import const
from tasks import Signal

from cellular.errors import GONE, ModemError, final_error

LINE = const(640)  # the longest: a PDU in hex, 352; a USSD answer
_CHUNK = const(256)
_PROMPT_MS = const(5000)
_TIMES = const(4)  # that a probe is tried before the next is
_PATIENCE_MS = const(14000)  # a command may be answered that late, and a restart takes a while
_CTRL_Z = b"\x1a"
_ESC = b"\x1b\r"
FINALS = (b"OK", b"ERROR")
_CALL_FINALS = (b"NO CARRIER", b"BUSY", b"NO ANSWER", b"NO DIALTONE")
_PROBES = (  # nothing else asks these: their answer is no late one of another question
    (b"AT+CMGF?", b"+CMGF:"),
    (b"AT+CSCS?", b"+CSCS:"),
    (b"AT+CMEE?", b"+CMEE:"),
    (b"AT+CNMI?", b"+CNMI:"),
)


class Channel:
    """Commands to the modem one at a time, unsolicited lines to their owner, over an asyncio stream.

    urcs: {head of an unsolicited line (up to its colon, or all of it): the owner's method that takes it, or None}.
    """

    def __init__(self, uart, urcs, owner):
        self.uart = uart
        self._stream = asyncio.StreamReader(uart)
        self._urcs = urcs
        self._owner = owner
        self._lock = asyncio.Lock()
        self._rest = b""  # of a line that has not ended
        self._done = Signal()
        self._request = None  # the command that waits for its result
        self._expect = ()
        self._answers = []
        self._result = None
        self._broken = None  # the kind of what ended it without a result
        self._prompt = False  # a `> ` is awaited
        self._record = None  # takes the records of the answer: header, octets
        self._header = None  # of a record whose PDU has not come yet
        self.direct = None  # takes the PDU that follows an unsolicited header
        self.more = None  # takes the next lines of an unsolicited line that has several
        self.synced = False
        self._probe = 0  # the one that is tried first
        self.overdue = b""  # the command whose answer may come late
        self._silent = False  # it did not answer for long: whoever asks is told so at once, until `sync` finds it
        self.echoes = 0  # lines that were our own; after set-up they tell of a restart
        self.heard = 0  # lines, all told

    # -- bytes to lines ------------------------------------------------------------------------------------------

    async def listen(self):
        """Read for ever; the reader task."""
        chunk = bytearray(_CHUNK)
        view = memoryview(chunk)
        while True:
            count = await self._stream.readinto(chunk)
            if count:
                self._feed(bytes(view[:count]))

    def _feed(self, octets):
        if b"\r" in octets:
            octets = octets.replace(b"\r", b"\n")
        if b"\n" in octets:
            lines = (self._rest + octets).split(b"\n")
            self._rest = lines.pop()[:LINE]
            for line in lines:
                if line:
                    self._line(line)
        else:
            self._rest = (self._rest + octets)[:LINE]
        if self._prompt and self._rest.strip(b" \0") == b">":  # the prompt has no end of line
            self._rest = b""
            self._end(b">")

    # -- lines to meaning ----------------------------------------------------------------------------------------

    def _line(self, line):
        self.heard += 1
        if (self._header is not None or self.direct is not None) and self._pdu(line):
            return
        if max(line) > 127 or min(line) < 32:  # NUL and high bytes are line noise; a USSD answer may hold low ones
            least = 1 if b"+CUSD:" in line else 32
            line = bytes([octet for octet in line if least <= octet < 128])
        if line[:1] == b" ":  # it came late, after a prompt
            line = line.lstrip(b" ")
        if not line or (self.more is not None and self.more(line)):
            return
        if self._request is not None and self._reply(line):
            return
        if not self._unsolicited(line) and line[:2].upper() == b"AT":
            self.echoes += 1

    def _pdu(self, line):
        """True when the line is the PDU that is waited for."""
        try:
            octets = unhexlify(line)
        except ValueError:
            return False
        if self._header is not None:
            header, self._header = self._header, None
            self._record(header, octets)
        else:
            take, self.direct = self.direct, None
            take(octets)
        return True

    def _reply(self, line):
        """True when the line belongs to the command under way."""
        if line in FINALS or line[:11] in (b"+CME ERROR:", b"+CMS ERROR:"):
            self._end(line)
            return True
        if line in _CALL_FINALS and self._request.startswith(b"ATD"):
            self._end(line)
            return True
        for prefix in self._expect:
            if line.startswith(prefix) and (prefix or not (self.is_urc(line) or line[:2].upper() == b"AT")):
                if self._record is not None:
                    self._no_pdu()
                    self._header = line
                else:
                    self._answers.append(line)
                return True
        return False

    def _no_pdu(self):
        """The last header's PDU did not come, or not in one piece."""
        if self._header is not None:
            header, self._header = self._header, None
            self._record(header, None)

    def _unsolicited(self, line):
        head = self._head(line)
        if head not in self._urcs:
            return False
        take = self._urcs[head]
        if take is not None:
            take(self._owner, line)
        return True

    def _head(self, line):
        end = line.find(b":")
        return line[:end] if end > 0 else line

    def is_urc(self, line):
        """True for an unsolicited line."""
        return self._head(line) in self._urcs

    def ends(self, line):
        """True when the line is the result of the command under way."""
        return self._request is not None and line in FINALS

    def _end(self, result):
        if self._result is None and self._broken is None:
            self._result = result
            self._done.set()

    def abort(self, kind):
        """Fail the command under way at once: the modem has restarted and will not answer."""
        self.synced = False
        if self._request is not None and self._result is None:
            self._broken = kind
            self._done.set()

    # -- commands ------------------------------------------------------------------------------------------------

    async def at(self, request, expect=(), timeout_ms=1000, body=None, record=None):
        """Send a command; the awaited lines: those that begin with a prefix of `expect` (b"": any that is no URC).

        `body` is sent, with Ctrl-Z, at the prompt. With `record` the awaited lines are headers of PDUs and not kept:
        record(header, octets) gets each as it comes, octets None when its PDU was not readable. Raises `ModemError`; after
        a time-out the next command re-synchronises first, so that a late answer is never taken for another command's.
        """
        async with self._lock:
            if not self.synced:
                await self._resync(request)
            self._record = record
            self.overdue = request
            try:
                return await self._exchange(request, expect, timeout_ms, body)
            finally:
                self._record = self._header = None

    async def attempt(self, request, ms=1000):
        """Send a command that need not work: True when it did. Raises `ModemError` only when the modem is gone."""
        try:
            await self.at(request, (), ms)
            return True
        except ModemError as error:
            if error.kind in GONE:
                raise
            return False

    async def _exchange(self, request, expect, timeout_ms, body=None):
        self._begin(request, expect, body is not None)
        self.write(request + b"\r")
        try:
            result = await self._wait(_PROMPT_MS if body else timeout_ms)
            if result == b">":
                self._begin(request, expect, False)
                self.write(body)
                self.write(_CTRL_Z)
                result = await self._wait(timeout_ms)
        finally:
            self._request = None
            self._prompt = False
        if result == b"OK":
            if self._record is not None:
                self._no_pdu()
            return self._answers
        if result is not None:
            raise final_error(result, request)
        self.synced = False
        raise ModemError(self._broken or "timeout", None, request)

    def _begin(self, request, expect, prompt):
        self._answers = []
        self._expect = expect
        self._prompt = prompt
        self._header = None
        self._result = self._broken = None
        self._done.is_set = False
        self._request = request

    async def _wait(self, ms):
        await self._done.wait(ms)
        return self._result

    def write(self, octets):
        """To the modem, whatever it is at."""
        self.uart.write(octets)  # fits the transmit buffer, so it never blocks; see hw.uart

    def quiet(self):
        """`async with channel.quiet():` no reply is awaited inside, so a flash write cannot swallow one."""
        return self._lock

    # -- finding one another -------------------------------------------------------------------------------------

    def speed(self, baud):
        """Change the speed of our side."""
        self.uart.init(baudrate=baud)
        self._rest = b""

    async def sync(self, attempts):
        """Find the modem at the present speed: `AT` until OK. True when it answers; echo alone proves nothing."""
        async with self._lock:
            self.write(_ESC)
            await asyncio.sleep_ms(20)
            for turn in range(attempts):
                try:
                    await self._exchange(b"ATQ0V1" if turn & 1 else b"AT", (), 500)
                    self.synced, self._silent = True, False
                    return True
                except ModemError as error:
                    if error.kind == "error":  # it hears us: a rest of the line before
                        await asyncio.sleep_ms(50)
            return False

    async def _resync(self, request):
        """After a time-out: leave a prompt with ESC (Ctrl-Z would send half a message), then ask a question whose answer
        cannot be mistaken for a late one. Raises `ModemError`.
        """
        begin, turn = ticks_ms(), 0
        while not self._silent and ticks_diff(ticks_ms(), begin) < _PATIENCE_MS:
            place = (self._probe + turn // _TIMES) % len(_PROBES)
            probe, answer = _PROBES[place]
            turn += 1
            if self.overdue.startswith(probe[:-1]):
                continue
            self.write(_ESC)
            await asyncio.sleep_ms(120)
            try:
                if await self._exchange(probe, (answer,), 1000):
                    self.synced, self._probe = True, place
                    return
            except ModemError as error:
                if error.kind in ("restart", "off"):
                    raise
        self._probe += 1
        self._silent = True
        raise ModemError("silent", None, request)
