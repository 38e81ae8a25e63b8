"""USSD: what the operator answers to a code such as `*100#` (R11)."""

import asyncio
from binascii import unhexlify

import clock
from micropython import const
from sms import gsm7
from sms.pdu import PduError, ucs2
from tasks import Signal

from cellular.at import LINE
from cellular.errors import ModemError

_SILENCE_MS = const(1500)  # an unfinished answer is taken as it is after this
_LOOK_MS = const(2000)
_HEX = b"0123456789ABCDEFabcdef"
_CANCEL = b"AT+CUSD=2"


class Ussd:
    """Codes, one at a time: who asks meanwhile waits."""

    def __init__(self, channel):
        self._channel = channel
        self._lock = asyncio.Lock()
        self._came = Signal()
        self._asked = False  # an answer is awaited
        self._answer = None  # all of it
        self._text = b""  # of a +CUSD that has not ended
        self._at = 0  # ticks of its latest line

    # -- the lines of an answer ----------------------------------------------------------------------------------

    def begins(self, line):
        """A +CUSD: it has several lines, until its quote is closed."""
        self._text = b""
        self._channel.more = self._more
        self._more(line)

    def _more(self, line):
        """False when `line` is no part of it."""
        channel, now = self._channel, clock.ticks_ms()
        late = clock.ticks_diff(now, self._at) > _SILENCE_MS
        if self._text and (late or channel.ends(line) or channel.is_urc(line)):
            self._finish()
            return False
        self._at = now
        text = self._text = self._text + b"\n" + line if self._text else line
        if b'"' not in text or (text.count(b'"') > 1 and _closed(text)) or len(text) > LINE:
            self._finish()
        return True

    def _finish(self):
        """Take what there is; also called when its end stays away."""
        self._channel.more = None
        if self._asked:
            self._answer = self._text
            self._came.set()
        self._text = b""

    # -- asking --------------------------------------------------------------------------------------------------

    async def ask(self, code, seconds):
        """The operator's answer as text. Raises `ModemError` when none comes in time."""
        async with self._lock:
            self._answer = None
            self._came.is_set = False
            self._asked = True
            try:
                return await self._ask(code, seconds)
            finally:
                self._asked = False

    async def _ask(self, code, seconds):
        channel = self._channel
        await channel.at(b'AT+CUSD=1,"' + code.encode() + b'",15', (), 10000)
        deadline = clock.uptime() + seconds
        while self._answer is None and clock.uptime() < deadline:
            if not await self._came.wait(_LOOK_MS) and self._text:
                self._finish()
        if self._answer is None:
            await channel.attempt(_CANCEL, 5000)
            raise ModemError("timeout", None, b"AT+CUSD")
        state, text = parse_ussd(self._answer)
        if state == 1:  # it waits for a choice: nobody will make one
            await channel.attempt(_CANCEL, 5000)
        if not text:
            raise ModemError("no answer", state, b"AT+CUSD")
        return text


def _closed(text):
    """True when a +CUSD ends in a quote or a quote, a comma and the data coding."""
    tail = text.rstrip(b" 0123456789").rstrip(b",").rstrip(b" ")
    return tail.endswith(b'"')


def parse_ussd(line):
    """(state, text) of a +CUSD: 7-bit text, UCS2 hex (dcs 72), or packed septets in hex."""
    head = line[6:].split(b",")[0].strip()
    state = int(head) if head.isdigit() else 4
    start = line.find(b'"')
    if start < 0:
        return state, ""
    end = line.rfind(b'"')
    raw = line[start + 1 : end if end > start else len(line)]
    tail = line[end + 1 :].strip(b", ") if end > start else b""
    return state, _ussd_text(raw, int(tail) if tail.isdigit() else 15)


def _ussd_text(raw, dcs):
    hexed = len(raw) > 7 and not raw.strip(_HEX)
    if hexed and (dcs & 0x0C == 0x08 or raw[:2] in (b"00", b"04")):
        try:
            return ucs2(unhexlify(raw[: len(raw) // 4 * 4]))
        except PduError:
            pass
    elif hexed and not len(raw) & 1 and raw.strip(b"0123456789"):
        octets = unhexlify(raw)
        text = gsm7.decode(gsm7.unpack(octets, len(octets) * 8 // 7)).rstrip("@\r")
        if text and all([letter >= " " or letter in "\r\n" for letter in text]):
            return text
    return gsm7.decode(raw)
