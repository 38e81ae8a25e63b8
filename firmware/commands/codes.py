"""One-time codes against forged sender numbers (R20.16): RFC 6238, SHA-1, 30 s, 6 digits."""

import hashlib

from micropython import const

_STEP_S = const(30)
_EPOCH = const(946684800)  # 2000-01-01 in seconds since 1970
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def key_of(secret):
    """The octets of a base 32 secret."""
    bits, count, out = 0, 0, bytearray()
    for letter in secret:
        bits = (bits << 5 | ALPHABET.find(letter)) & 0xFFFF
        count += 5
        if count >= 8:
            count -= 8
            out.append(bits >> count & 0xFF)
    return bytes(out)


def code(key, step):
    """The six digits of a step (HOTP, RFC 4226)."""
    key = key + bytes(64 - len(key))
    inner = hashlib.sha1(bytes([octet ^ 0x36 for octet in key]) + step.to_bytes(8, "big")).digest()
    digest = hashlib.sha1(bytes([octet ^ 0x5C for octet in key]) + inner).digest()
    place = digest[19] & 15
    number = (digest[place] & 0x7F) << 24 | digest[place + 1] << 16 | digest[place + 2] << 8 | digest[place + 3]
    return "%06d" % (number % 1000000)


def step_of(utc):
    """The step of a moment, UTC seconds since 2000."""
    return (utc + _EPOCH) // _STEP_S


def matching_step(secret, digits, utc, used):
    """The step near `utc` whose code these are, above `used`; None for a wrong or used one."""
    key = key_of(secret)
    for step in range(step_of(utc) - 1, step_of(utc) + 2):
        if step > used and code(key, step) == digits:
            return step
    return None
