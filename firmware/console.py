"""The console over USB: reads lines; rare/typed.py answers them."""

import asyncio
import sys

from micropython import const
from rare import borrow

_MOST = const(480)  # characters of a line, three texts long


async def run():
    """The console's task. It shows no beat: a board without USB has nobody to type."""
    stream = asyncio.StreamReader(sys.stdin.buffer)
    line = bytearray()
    while True:
        octet = await stream.read(1)
        if not octet:
            return  # nobody there: on a board it never ends
        if octet in b"\r\n":
            text, line = bytes(line).strip(), bytearray()
            if text:
                await borrow("rare.typed").answer(text)
        elif octet in b"\x08\x7f":
            line = line[:-1]
        elif octet >= b" " and len(line) < _MOST:
            line.extend(octet)
