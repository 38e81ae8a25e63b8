"""SMS PDUs (3GPP 23.040): DELIVER and STATUS-REPORT that come in, SUBMIT that goes out. Pure; malformed: `PduError`."""

from binascii import hexlify
from collections import namedtuple

import dates
from micropython import const

from sms import gsm7

Deliver = namedtuple("Deliver", ("sender", "named", "time", "zone", "text", "part", "port"))
# sender: "+358..." international, digits otherwise, "" when withheld; a name where `named` (digits in it make it no number);
# time: UTC seconds since 2000, or None; zone: quarter hours; part: (reference, total, number) or None;
# port: True when addressed to an application (WAP push, MMS): never a command
Status = namedtuple("Status", ("reference", "recipient", "status"))

DIGITS = "0123456789*#abc"
_PART_SEPTETS = const(153)  # a part with a 6 octet header: 160 septets less 7
_PART_UCS2 = const(67)
_NAME = const(0x50)
MOST_PARTS = const(4)  # of what the device says (R20.1)


class PduError(ValueError):
    """This is not a PDU that can be read."""


class Reader:
    """A cursor over the octets; running past the end is a PduError."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        chunk = self.data[self.at : self.at + count]
        if len(chunk) != count:
            raise PduError("truncated")
        self.at += count
        return chunk

    def octet(self):
        return self.take(1)[0]


def decode(pdu):
    """Decode the octets that +CMGR or +CMGL printed: a `Deliver` or a `Status`. Raises `PduError`."""
    reader = Reader(pdu)
    reader.take(reader.octet())  # service centre
    first = reader.octet()
    kind = first & 3
    if kind == 0:
        return _deliver(reader, first)
    if kind == 2:
        return _status(reader)
    raise PduError("not a received message")


def _deliver(reader, first):
    sender, kind = _address(reader)
    reader.octet()  # protocol identifier
    alphabet = _alphabet(reader.octet())
    time, zone = _timestamp(reader.take(7))
    text, part, port = _user_data(reader, alphabet, bool(first & 0x40))
    return Deliver(sender, kind == _NAME, time, zone, text, part, port)


def _status(reader):
    reference = reader.octet()
    recipient = _address(reader)[0]
    reader.take(14)  # two time stamps
    return Status(reference, recipient, reader.octet())


def _address(reader):
    """(the address, its type of number)."""
    digits = reader.octet()
    kind = reader.octet()
    octets = reader.take((digits + 1) // 2)
    if not digits:  # withheld, whatever its type
        return "", 0
    if digits > 20 or not kind & 0x80:
        raise PduError("address")
    kind &= 0x70
    if kind == _NAME:
        name = gsm7.unpack(octets, digits * 4 // 7)
        return gsm7.decode(name[:-1] if digits == 14 and name[-1:] == b"\0" else name), kind
    text = _semi_octets(octets, digits)
    return ("+" + text if kind == 0x10 else text), kind


def _semi_octets(octets, count):
    """Digits of swapped nibbles. As one little-endian number in hex they stand in reverse order."""
    text = str(bytes(reversed(b"%0*x" % (2 * len(octets), int.from_bytes(octets, "little")))), "ascii")[:count]
    if text.isdigit():
        return text
    if "f" in text:
        raise PduError("address digit")
    return "".join([DIGITS[int(letter, 16)] for letter in text])


def _alphabet(dcs):
    """7, 8 or 16 bits a character, by the data coding scheme (23.038)."""
    group = dcs >> 4
    if group < 8 and not dcs & 0x20:  # general, not compressed
        return (7, 8, 16, 7)[(dcs >> 2) & 3]
    if group == 14:
        return 16
    if group == 15:
        return 8 if dcs & 4 else 7
    return 7 if group >= 12 else 8  # message waiting; reserved or compressed: raw


def _timestamp(octets):
    """UTC seconds since 2000 and the zone in quarter hours; (None, 0) for a stamp that is no date."""
    numbers = [(octet & 15) * 10 + (octet >> 4) for octet in octets[:6]]
    zone = (octets[6] & 7) * 10 + (octets[6] >> 4)
    if octets[6] & 8:
        zone = -zone
    local = dates.seconds(*numbers)
    if local is None or zone > 79:
        return None, 0
    return local - zone * 900, zone


def _user_data(reader, alphabet, has_header):
    length = reader.octet()
    octets = reader.take((length * 7 + 7) // 8 if alphabet == 7 else length)
    part, port, skip = None, False, 0
    if has_header:
        skip = (octets[0] if octets else 0) + 1
        if skip > len(octets):
            raise PduError("header")
        part, port = _header(octets[1:skip])
    if alphabet == 7:
        fill = skip * 8
        used = (fill + 6) // 7
        if used > length:
            raise PduError("header")
        return gsm7.decode(gsm7.unpack(octets, length - used, used * 7)), part, port
    body = bytes(octets[skip:])
    if alphabet == 16:
        return ucs2(body), part, port
    return "".join([chr(octet) for octet in body]), part, port


def _header(octets):
    """(part, port) out of a user data header: concatenation, and whether an application is addressed."""
    reader = Reader(octets)
    part, port = None, False
    while reader.at < len(reader.data):
        element = reader.octet()
        content = reader.take(reader.octet())
        if element in (0, 8):
            if len(content) != (3 if element == 0 else 4):
                raise PduError("concatenation")
            reference, total, number = content[0], content[-2], content[-1]
            if element == 8:
                reference = 0x10000 | content[0] << 8 | content[1]  # never equal to an 8-bit reference
            if not 1 <= number <= total:
                raise PduError("part number")
            part = (reference, total, number)
        elif element in (4, 5):
            port = True
    return part, port


def ucs2(octets):
    """Text of UTF-16 big endian octets (surrogate pairs too). An odd length is a `PduError`."""
    if len(octets) & 1:
        raise PduError("UCS2 length")
    letters = []
    high = 0
    for i in range(0, len(octets), 2):
        code = octets[i] << 8 | octets[i + 1]
        if 0xD800 <= code < 0xDC00:
            high = code
        elif 0xDC00 <= code < 0xE000:
            letters.append(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "?")
            high = 0
        else:
            letters.append(chr(code))
            high = 0
    return "".join(letters)


# -- what goes out ------------------------------------------------------------------------------------------------


def clipped(text, tail="", most=MOST_PARTS):
    """`text` and `tail` (its last line), in at most `most` parts: ends in `...`, before the tail, where it was cut (R20.1)."""
    if len(text) > 160 * most:  # far too long: do not encode all of it to see so
        text = text[: 160 * most]
        whole = text + "..." + tail
    else:
        whole = text + tail
    if len(whole) < 64:
        return whole
    septets = gsm7.encode(whole)
    room = _PART_UCS2 * most if septets is None else _PART_SEPTETS * most - most  # an escape may not be split
    size = len(_utf16(whole)) // 2 if septets is None else len(septets)
    while size > room:
        text = text[: len(text) - max(1, (size + 3 - room + 1) // 2)]
        whole = text + "..." + tail
        size = len(_utf16(whole)) // 2 if septets is None else len(gsm7.encode(whole))
    return whole


def submit(number, text, reference):
    """The PDUs that carry `text` to `number` ("+digits" or digits): [(octets without service centre, hex)].

    7-bit where the alphabet allows, else UCS2; above 160 septets or 70 characters concatenated with the 8-bit
    `reference`. Raises `PduError` for a number that cannot be dialled.
    """
    units = gsm7.encode(text)
    septets = units is not None
    if not septets:
        units = _utf16(text)
    pieces = _split(units, septets)
    total = len(pieces)
    if total > 255:
        raise PduError("too long")
    address = _dial_address(number)
    out = []
    for i, piece in enumerate(pieces):
        header = bytes((5, 0, 3, reference & 0xFF, total, i + 1)) if total > 1 else b""
        tpdu = bytearray((0x51 if header else 0x11, 0))
        tpdu += address
        tpdu += b"\0\0\xa7" if septets else b"\0\x08\xa7"  # valid for 24 h
        tpdu += _pack_user_data(header, piece, septets)
        out.append((len(tpdu), b"00" + hexlify(tpdu).upper()))
    return out


def _pack_user_data(header, piece, septets):
    if not septets:
        return bytes((len(header) + len(piece),)) + header + piece
    fill = 1 if header else 0  # 6 octets of header are 49 bits less one
    used = 7 if header else 0
    return bytes((used + len(piece),)) + header + _pack(piece, fill)


def _split(units, septets):
    """Cut into parts; never between an escape and its letter, nor inside a surrogate pair."""
    whole, most = (160, _PART_SEPTETS) if septets else (140, _PART_UCS2 * 2)
    if len(units) <= whole:
        return [units]
    pieces = []
    start = 0
    while start < len(units):
        end = min(start + most, len(units))
        if end < len(units):
            if septets and units[end - 1] == 0x1B:
                end -= 1
            elif not septets and 0xD8 <= units[end - 2] < 0xDC:
                end -= 2
        pieces.append(units[start:end])
        start = end
    return pieces


def _dial_address(number):
    digits = number[1:] if number[:1] == "+" else number
    if not 1 <= len(digits) <= 20:
        raise PduError("number")
    nibbles = [DIGITS.find(digit) for digit in digits]
    if min(nibbles) < 0:
        raise PduError("number")
    if len(nibbles) & 1:
        nibbles.append(15)
    out = bytearray((len(digits), 0x91 if number[:1] == "+" else 0x81))
    for i in range(0, len(nibbles), 2):
        out.append(nibbles[i] | nibbles[i + 1] << 4)
    return out


def _pack(septets, fill=0):
    """Pack septets into octets, after `fill` zero bits."""
    out = bytearray((fill + 7 * len(septets) + 7) // 8)
    bit = fill
    for code in septets:
        place, shift = bit >> 3, bit & 7
        out[place] |= (code << shift) & 0xFF
        if shift > 1:
            out[place + 1] |= code >> (8 - shift)
        bit += 7
    return out


def _utf16(text):
    out = bytearray()
    for letter in text:
        code = ord(letter)
        if code > 0xFFFF:
            code -= 0x10000
            high = 0xD800 | code >> 10
            out += bytes((high >> 8, high & 0xFF))
            code = 0xDC00 | code & 0x3FF
        out += bytes((code >> 8, code & 0xFF))
    return out
