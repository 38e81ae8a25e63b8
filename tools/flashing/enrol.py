"""One-time codes (R20.16): a secret for the board and for the authenticator on a phone, and one code as proof.

The secret is made here, shown once and kept nowhere but on the board and on the phone.
"""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from urllib.parse import quote

import segno

from tools.flashing.finding import console
from tools.flashing.link import LinkError

_OCTETS = 20  # RFC 4226 recommends 160 bits: 32 letters
_STEP_S = 30


def new_secret() -> str:
    """32 letters of base 32."""
    return base64.b32encode(secrets.token_bytes(_OCTETS)).decode()


def code(secret, moment) -> str:
    """The six digits that an authenticator shows at a Unix time."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(moment) // _STEP_S), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[19] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def fits(secret, digits, moment) -> bool:
    """True for a code of this step or of one beside it."""
    digits = "".join(digits.split())
    return any(hmac.compare_digest(code(secret, moment + step * _STEP_S), digits) for step in (-1, 0, 1))


def address(secret, name) -> str:
    """What the QR code holds."""
    label = quote(f"TextSocket:{name}")
    return f"otpauth://totp/{label}?secret={secret}&issuer=TextSocket"


def enrol(link, ask) -> bool:
    """Have the board want codes from now on, once the phone has shown that it makes them. False: it wants none."""
    secret = new_secret()
    uri = address(secret, _name(link))
    _send(link, secret)
    proven = False
    try:
        console.print("Scan this with an authenticator on your phone, or type the secret into it:")
        segno.make(uri, error="m").terminal(compact=True)
        console.print(f"{uri}\nSecret: {secret}", markup=False, soft_wrap=True)
        proven = _prove(secret, ask)
    finally:
        if not proven:
            _send(link, "OFF")
    if proven:
        console.print("From now on every text begins with a code, as in: 123456 STATUS. Calls do nothing any more.")
        console.print("--enrol again makes another secret, --enrol-off ends it; here over USB no code is needed.")
    return proven


def off(link) -> bool:
    """Have it want no codes any more."""
    _send(link, "OFF")
    console.print("It wants no codes any more.")
    return True


def _prove(secret, ask) -> bool:
    if fits(secret, ask("The code that it shows now: ").strip(), time.time()):
        return True
    console.print(
        "That is not the code: is the phone's clock right, and this computer's? Nothing is changed: the board wants no codes.",
        style="red",
    )
    return False


def _name(link) -> str:
    """What the authenticator calls it: ID, else the chip's number."""
    name = link.ask("ID?")[0].removeprefix("ID=")
    return name if name != "NO" else link.ask("SERIALNUM")[0].removeprefix("S/N: ")


def _send(link, secret):
    answer = link.ask("ENROL " + secret)
    if answer != ["ENROL - OK"]:
        raise LinkError("The board did not take it: " + " ".join(answer).replace(secret, "..."))
