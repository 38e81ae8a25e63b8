"""What few messages have: a user data header, UCS2. Pure; malformed input is a `PduError`."""

from pdu import PduError, Reader


def header(octets):
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
