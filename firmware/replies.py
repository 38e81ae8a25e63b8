"""The modem's lines made into values, pure. Odd lines give None, never an exception."""

from binascii import unhexlify

import dates
import gsm7
from pdu import PduError, ucs2


def parse_notice(line):
    """The index in `+CMTI: "SM",3`, also with more behind it; None when it names no store we know."""
    fields = line[6:].split(b",")
    known = len(fields) > 1 and fields[0].strip() in (b'"SM"', b'"ME"') and fields[1].strip().isdigit()
    return int(fields[1]) if known else None


def parse_registration(line):
    """The status in +CREG, as an answer `<n>,<stat>[,lac,ci]` or by itself `<stat>[,lac,ci]`; a lac is quoted or long."""
    fields = line[6:].split(b",")
    second = fields[1].strip() if len(fields) > 1 else b""
    stat = second if second.isdigit() and len(second) < 3 else fields[0].strip()
    return int(stat) if stat.isdigit() else None


def parse_caller(line):
    """The number in +CLIP, "+..." when it is international, "" when it is withheld."""
    quoted = line.split(b'"')
    if len(quoted) < 3:
        return None
    number, kind = quoted[1], quoted[2].split(b",")
    if number[:1] != b"+" and len(kind) > 1 and kind[1] == b"145":
        number = b"+" + number
    return "".join([chr(octet) for octet in number])


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
    """(UTC seconds, zone in quarters) of a +CCLK line, local time plus zone; None when it is not set."""
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
