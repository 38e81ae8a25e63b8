"""A line typed on the USB console (R17.1) is carried out as if the boss had texted it, whatever list or password says.

`LOG` is a word of the console alone. Every line of an answer begins with `= `; `=` alone ends it. The log's own lines come in
between as they happen.
"""

import app
from commands import execute
from events import restart
from log import lines
from messages import Message


async def answer(line):
    """Carry out a line (bytes) and print the answer."""
    try:
        _show("\n".join(lines()) if line.upper() == b"LOG" else await _carry_out(line.decode()))
    except UnicodeError:
        _show("This is no UTF-8")


async def _carry_out(text):
    """The reply, or None. Nothing is found again here, so nothing is remembered of it."""
    outcome = await execute(Message("", None, 0, text, False), True)
    if app.store.dirty:
        await app.inbox.save()
    else:
        app.relay.apply()
    reply = await outcome.later() if outcome.later else outcome.reply
    if outcome.restart:
        _show(reply)
        restart()
    return reply


def _show(answer):
    for line in (answer or "").split("\n"):
        print("= " + line)
    print("=")
