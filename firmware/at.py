"""The AT channel: bytes -> lines -> replies and URCs. No meaning of any command, no SMS, no health.

A line is matched in a fixed order: echo, final result (whole line), awaited prefix, PDU line that a header announced,
unsolicited line (URC), the rest (counted). Echo, `\r\r\n` and empty lines are harmless because every CR and LF ends a line.
"""

import asyncio

import clock
from log import log
from micropython import const
from tasks import Signal

_LINE = const(640)  # the longest: a PDU in hex, 352; a USSD answer
_ESC = b"\x1b"
_CTRL_Z = b"\x1a"
_CUSD_MS = const(1500)  # an unfinished USSD answer is taken as it is after this silence
_HEX = b"0123456789ABCDEFabcdef"
_FINALS = (b"OK", b"ERROR")
_CALL_FINALS = (b"NO CARRIER", b"BUSY", b"NO ANSWER", b"NO DIALTONE")
_ERRORS = (b"+CME ERROR:", b"+CMS ERROR:")
_MARK = b"+CSDH: "  # a setting no restart survives and PDU mode never uses: the proof that set-up still holds


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

    urcs: rows of (prefix, name of the owner's method that gets the line or None, two_lines); the method of a two-line URC
    gets the PDU line instead. The owner's `on_ussd` gets a whole +CUSD, however many lines it took.
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
        self._pdus = False  # PDU lines are part of the answer
        self._prompt = False  # a `> ` is awaited
        self._for_pdu = None  # takes the PDU line that follows a header
        self._ussd = None  # an unfinished +CUSD
        self._ussd_at = 0
        self._synced = False
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
        self._rest = lines.pop()[:_LINE]
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
        if not line or (self._ussd is not None and self._more_ussd(line)):
            return
        if self._request is not None and self._reply(line):
            return
        if _is_echo(line):
            self.echoes += 1
        elif self._for_pdu and not line.strip(_HEX):
            take, self._for_pdu = self._for_pdu, None
            take(line)
        elif not self._unsolicited(line):
            self.strays += 1

    def _reply(self, line):
        """True when the line belongs to the command under way."""
        if line in _FINALS or line.startswith(_ERRORS[0]) or line.startswith(_ERRORS[1]):
            self._end(line.decode())
            return True
        if line in _CALL_FINALS and self._request.startswith(b"ATD"):
            self._end(line.decode())
            return True
        for prefix in self._expect:
            if line.startswith(prefix) and (prefix or not (self._is_urc(line) or _is_echo(line))):
                self._answers.append(line)
                self._for_pdu = self._answers.append if self._pdus else _ignore
                return True
        return False

    def _unsolicited(self, line):
        if line.startswith(b"+CUSD:"):
            self._ussd = b""
            self._more_ussd(line)
            return True
        for prefix, name, two_lines in self._urcs:
            if line.startswith(prefix):
                if two_lines:
                    self._for_pdu = getattr(self._owner, name) if name else _ignore
                elif name:
                    getattr(self._owner, name)(line)
                return True
        return False

    def _more_ussd(self, line):
        """Collect a +CUSD until its quote is closed; False when `line` is no part of it."""
        late = clock.ticks_diff(clock.ticks_ms(), self._ussd_at) > _CUSD_MS
        if self._ussd and (late or (self._request is not None and line in _FINALS) or self._is_urc(line)):
            self.finish_ussd()
            return False
        self._ussd_at = clock.ticks_ms()
        self._ussd = self._ussd + b"\n" + line if self._ussd else line
        text = self._ussd
        if b'"' not in text or (text.count(b'"') > 1 and _closed(text)) or len(text) > _LINE:
            self.finish_ussd()
        return True

    def _is_urc(self, line):
        return any([line.startswith(row[0]) for row in self._urcs]) or line.startswith(b"+CUSD:")

    def finish_ussd(self):
        """Hand over what there is of a +CUSD; also called when its end stays away."""
        text, self._ussd = self._ussd, None
        if text:
            self._owner.on_ussd(text)

    def _end(self, result):
        if self._result is None:
            self._result = result
            self._done.set()

    def abort(self, reason):
        """Fail the command under way at once: the modem has restarted and will not answer."""
        self._synced = False
        if self._request is not None:
            self._end(reason)

    # -- commands ------------------------------------------------------------------------------------------------

    async def at(self, request, expect=(), timeout_ms=1000, body=None, pdus=False):
        """Send a command; the awaited lines: those that begin with a prefix of `expect` (b"": any that is no URC), and
        with `pdus` the PDU lines after them.

        `body` is sent, with Ctrl-Z, at the prompt. Raises `ModemError`; after a time-out the next command
        re-synchronises first, so that a late answer is never taken for another command's.
        """
        async with self._lock:
            if not self._synced:
                await self._resync()
            self._pdus = pdus
            try:
                return await self._run(request, expect, timeout_ms, body)
            finally:
                self._pdus = False

    async def _run(self, request, expect, timeout_ms, body=None):
        self._begin(request, expect, body is not None)
        self._write(request + b"\r")
        try:
            result = await self._wait(min(timeout_ms, 5000) if body else timeout_ms)
            if result == ">":
                self._begin(request, expect, False)
                self._write(body + _CTRL_Z)
                result = await self._wait(timeout_ms)
            answers = self._answers
        finally:
            self._request = None
            self._prompt = False
        if result != "OK":
            if result == "timeout":
                self._synced = False
            raise ModemError(request, result)
        return answers

    def _begin(self, request, expect, prompt):
        self._answers = []
        self._expect = expect
        self._prompt = prompt
        self._for_pdu = None
        self._result = None
        self._done.is_set = False
        self._request = request

    async def _wait(self, ms):
        await self._done.wait(ms)
        return self._result or "timeout"

    def _write(self, octets):
        self.uart.write(octets)  # fits the transmit buffer, so it never blocks; see hw.uart

    async def _resync(self):
        """After a time-out: leave a prompt with ESC (Ctrl-Z would send half a message), then ask a question whose
        answer cannot be mistaken for a late one."""
        for _ in range(3):
            self._write(_ESC + b"\r")
            await asyncio.sleep_ms(120)
            try:
                if await self._run(b"AT+CSDH?", (_MARK,), 1500):
                    self._synced = True
                    return
            except ModemError as error:
                if error.result == "restart":
                    raise
        raise ModemError(b"AT", "silent")

    async def sync(self, attempts):
        """Find the modem at the present speed: `AT` until OK. True when it answers; echo alone proves nothing."""
        async with self._lock:
            self._write(_ESC + b"\r")
            await asyncio.sleep_ms(20)
            for attempt in range(attempts):
                try:
                    await self._run(b"ATQ0V1" if attempt & 1 else b"AT", (), 500)
                    self._synced = True
                    return True
                except ModemError as error:
                    if error.result == "ERROR":  # it hears us: a rest of the line before
                        await asyncio.sleep_ms(50)
            return False

    def doubt(self):
        """What came was no answer: let the line run dry and re-synchronise before the next command."""
        self._synced = False

    def quiet(self):
        """`async with channel.quiet():` no reply is awaited inside, so a flash write cannot swallow one."""
        return self._lock

    def mark_holds(self, lines):
        """True when the answer to AT+CSDH? shows that the set-up has not been forgotten."""
        return any([line.startswith(_MARK + b"1") for line in lines])

    def speed(self, baud):
        """Change the speed of our side."""
        self.uart.init(baudrate=baud)
        self._rest = b""


def _ignore(line):
    pass


def _is_echo(line):
    return line[:2].upper() == b"AT"


def _closed(text):
    """True when a +CUSD ends in a quote or a quote, a comma and the data coding."""
    tail = text.rstrip(b" 0123456789").rstrip(b",").rstrip(b" ")
    return tail.endswith(b'"')


def note_strays(channel):
    """Log and clear the count of lines that nobody awaited."""
    if channel.strays:
        log("modem:", channel.strays, "stray lines")
        channel.strays = 0
