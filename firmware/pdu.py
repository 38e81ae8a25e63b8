"""SMS PDUs (3GPP 23.040) that come in: DELIVER and STATUS-REPORT. Pure; malformed input is a `PduError`. rare/submit.py makes
those that go out.
"""

from collections import namedtuple

import dates
import gsm7
from rare import borrow

Deliver = namedtuple("Deliver", ("sender", "time", "zone", "text", "part", "port"))
# sender: "+358..." international, digits otherwise, the name of an alphanumeric one, "" when withheld;
# time: UTC seconds since 2000, or None; zone: quarter hours; part: (reference, total, number) or None;
# port: True when addressed to an application (WAP push, MMS): never a command
Status = namedtuple("Status", ("reference", "recipient", "status"))

DIGITS = "0123456789*#abc"


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
    sender = _address(reader)
    reader.octet()  # protocol identifier
    alphabet = _alphabet(reader.octet())
    time, zone = _timestamp(reader.take(7))
    text, part, port = _user_data(reader, alphabet, bool(first & 0x40))
    return Deliver(sender, time, zone, text, part, port)


def _status(reader):
    reference = reader.octet()
    recipient = _address(reader)
    reader.take(14)  # two time stamps
    return Status(reference, recipient, reader.octet())


def _address(reader):
    digits = reader.octet()
    kind = reader.octet()
    if digits > 20 or not kind & 0x80:
        raise PduError("address")
    octets = reader.take((digits + 1) // 2)
    if kind & 0x70 == 0x50:
        name = gsm7.unpack(octets, digits * 4 // 7)
        return gsm7.decode(name[:-1] if digits == 14 and name[-1:] == b"\0" else name)
    text = _semi_octets(octets, digits)
    return "+" + text if kind & 0x70 == 0x10 and text else text


def _semi_octets(octets, count):
    letters = []
    for i in range(count):
        nibble = (octets[i >> 1] >> (4 * (i & 1))) & 15
        if nibble == 15:
            raise PduError("address digit")
        letters.append(DIGITS[nibble])
    return "".join(letters)


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
        part, port = borrow("rare.odd_pdu").header(octets[1:skip])
    if alphabet == 7:
        fill = skip * 8
        used = (fill + 6) // 7
        if used > length:
            raise PduError("header")
        return gsm7.decode(gsm7.unpack(octets, length - used, used * 7)), part, port
    body = bytes(octets[skip:])
    if alphabet == 16:
        return borrow("rare.odd_pdu").ucs2(body), part, port
    return "".join([chr(octet) for octet in body]), part, port
