"""USSD: what the operator answers to a code such as `*100#` (R11)."""

from binascii import unhexlify

import clock
import gsm7
from at import FINALS, LINE, ModemError
from micropython import const
from pdu import PduError
from tasks import Signal

from rare.odd_pdu import ucs2
from rare.sync import attempt

_SILENCE_MS = const(1500)  # an unfinished answer is taken as it is after this


class Collector:
    """A +CUSD, which may have several lines, until its quote is closed."""

    def __init__(self, channel):
        self._channel = channel
        self._text = b""
        self._at = 0  # ticks of its latest line

    def takes(self, line):
        """False when `line` is no part of it."""
        channel, now = self._channel, clock.ticks_ms()
        late = clock.ticks_diff(now, self._at) > _SILENCE_MS
        if self._text and (late or (channel.request is not None and line in FINALS) or channel.is_urc(line)):
            self.finish()
            return False
        self._at = now
        text = self._text = self._text + b"\n" + line if self._text else line
        if b'"' not in text or (text.count(b'"') > 1 and _closed(text)) or len(text) > LINE:
            self.finish()
        return True

    def finish(self):
        """Hand over what there is; also called when its end stays away."""
        self._channel.ussd = None
        self._channel.owner.on_urc("ussd", self._text)


def _closed(text):
    """True when a +CUSD ends in a quote or a quote, a comma and the data coding."""
    tail = text.rstrip(b" 0123456789").rstrip(b",").rstrip(b" ")
    return tail.endswith(b'"')


async def ask(modem, code, seconds):
    """The operator's answer to a code such as `*100#`, as text. Raises `ModemError` when none comes in time."""
    asked = modem.ussd = _Asked()
    try:
        return await _ask(modem, asked, code, seconds)
    finally:
        modem.ussd = None


class _Asked:
    """A code whose answer is awaited."""

    def __init__(self):
        self.text = None
        self.came = Signal()

    def answer(self, text):
        """A whole +CUSD."""
        self.text = text
        self.came.set()


async def _ask(modem, asked, code, seconds):
    await modem.channel.at(b'AT+CUSD=1,"' + code.encode() + b'",15', (), 10000)
    deadline = clock.uptime() + seconds
    while asked.text is None and clock.uptime() < deadline:
        if not await asked.came.wait(2000) and modem.channel.ussd:
            modem.channel.ussd.finish()
    if asked.text is None:
        await attempt(modem, b"AT+CUSD=2", 5000, False)
        raise ModemError(b"AT+CUSD", "timeout")
    state, text = parse_ussd(asked.text)
    if state == 1:  # it waits for a choice: nobody will make one
        await attempt(modem, b"AT+CUSD=2", 5000, False)
    if not text:
        raise ModemError(b"AT+CUSD", "state %d" % state)
    return text


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
    hexed = len(raw) > 7 and not raw.strip(b"0123456789ABCDEFabcdef")
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
