"""The console over USB: a line typed there is carried out as if the boss had texted it, whatever list or password says (R17.1).

`LOG` is a word of the console alone. Every line of an answer begins with `= `; `=` alone ends it. The log's own lines come in
between as they happen.
"""

import asyncio
import sys

import log
import restarts
from micropython import const

_MOST = const(480)  # characters of a line, three texts long


async def run(typed):
    """The console's task; `typed(text)` is awaited and gives the reply. No beat: a board without USB has nobody to type."""
    stream = asyncio.StreamReader(sys.stdin.buffer)
    line = bytearray()
    while True:
        octet = await stream.read(1)
        if not octet:
            return  # nobody there: on a board it never ends
        if octet in b"\r\n":
            text, line = bytes(line).strip(), bytearray()
            if text:
                await _answer(text, typed)
        elif octet in b"\x08\x7f":
            line = line[:-1]
        elif octet >= b" " and len(line) < _MOST:
            line.extend(octet)


async def _answer(line, typed):
    try:
        show("\n".join(_log()) if line.upper() == b"LOG" else await typed(line.decode()))
    except UnicodeError:
        show("This is no UTF-8")


def _log():
    """What `tools/flash.py --log` shows: the log, the last restarts, the last traceback."""
    rows = ["restart %d: %s" % (restarts.count - len(restarts.rows) + i + 1, row[0]) for i, row in enumerate(restarts.rows)]
    return log.lines() + rows + (["last mistake:"] + restarts.trace.split("\n") if restarts.trace else [])


def show(answer):
    """Print an answer in its frame."""
    for line in (answer or "").split("\n"):
        print("= " + line)
    print("=")
