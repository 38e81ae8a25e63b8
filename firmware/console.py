"""The console over USB (R17.1): a line is carried out as if the boss had texted it, whatever list or password says.

`LOG` is a word of the console alone. Every line of an answer begins with `= `; `=` alone ends it. The log's own lines come in
between as they happen.
"""

import asyncio
import sys

from log import lines
from messages import Message
from micropython import const

_MOST = const(480)  # characters of a line, three texts long


class Console:
    """execute(message, local): coroutine, an `Outcome`; save(): coroutine; apply(): as the inbox has them; restart()."""

    def __init__(self, store, execute, save, apply, restart):
        self._store = store
        self._execute = execute
        self._save = save
        self._apply = apply
        self._restart = restart

    async def run(self):
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
                    await self._answer(text)
            elif octet in b"\x08\x7f":
                line = line[:-1]
            elif octet >= b" " and len(line) < _MOST:
                line.extend(octet)

    async def _answer(self, text):
        try:
            _show("\n".join(lines()) if text.upper() == b"LOG" else await self._carry_out(text.decode()))
        except UnicodeError:
            _show("This is no UTF-8")

    async def _carry_out(self, text):
        """The reply, or None. Nothing is found again here, so nothing is remembered of it."""
        outcome = await self._execute(Message("", None, 0, text, False), True)
        if self._store.dirty:
            await self._save()
        else:
            self._apply()
        reply = await outcome.later() if outcome.later else outcome.reply
        if outcome.restart:
            _show(reply)
            self._restart()
        return reply


def _show(answer):
    for line in (answer or "").split("\n"):
        print("= " + line)
    print("=")
