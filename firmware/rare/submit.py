"""SMS PDUs (3GPP 23.040) that go out: SUBMIT, in as many parts as the text needs. Pure."""

from binascii import hexlify

import gsm7
from micropython import const
from pdu import DIGITS, PduError

_PART_SEPTETS = const(153)  # a part with a 6 octet header: 160 septets less 7
_PART_UCS2 = const(67)


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
