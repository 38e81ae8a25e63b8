"""From the text of a message to its effect and its reply: clean, authorise, parse, check, act (R1).

Every command is a row of one of the modules that words.py names; this file is the engine that runs them. A module is borrowed
for the command that needs it; `power`, which is to be quick, stays.
"""

import asyncio

import app
import clock
import gsm7
from log import failure, log
from messages import Outcome
from micropython import const
from rare import borrow

from commands import access, power
from commands.args import BadValue, Refused
from commands.rows import CONF, Row, Setting

_MOST = const(30)  # characters of a command (R1.3)
_WINDOW_S = const(1800)  # the configuration window (R1.4)
_QUOTES = "\"'`´“”„‟‘’‚‛«»‹›″′"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufe0f"
_SPACES = "\t\r\f\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_OPERATORS = "=+-* "

_window_until = _WINDOW_S  # uptime
_one_at_a_time = asyncio.Lock()


class Context:
    """What an act may want to know: who sent the command, when, and the parts of the device."""

    def __init__(self, message, digits, local):
        self.message = message
        self.digits = digits  # of the sender, "" when withheld
        self.local = local  # over USB
        self.store = app.store
        self.restart = False
        self.later = None  # coroutine function for a reply that takes its time
        self.rows_for = rows_for


# -- rows --------------------------------------------------------------------------------------------------------


def rows_of(name):
    """The rows of a module; `setting` makes three of one."""
    for row in borrow("commands." + name).ROWS:
        if isinstance(row, Row) or isinstance(row, Setting):
            yield row
        else:
            yield from row


def rows_for(word):
    """The command rows of a word, none when there is no such word."""
    found = _of(power.ROWS, word)
    if found:
        return found
    for name, words in borrow("commands.words").MODULES:
        if word in words.split(" "):
            return _of(rows_of(name), word)
    return []


def _of(rows, word):
    return [row for row in rows if isinstance(row, Row) and _word_of(row.form) == word]


def _word_of(form):
    return form.rstrip("=+-?*# ")


def _row(form):
    """The row of a form, or None."""
    for row in rows_for(_word_of(form)):
        if row.form == form:
            return row
    return None


# -- text to parts -----------------------------------------------------------------------------------------------


def clean(text):
    """The text without what phones add: invisible characters, odd spaces, quotes around it, full stops behind it."""
    text = "".join([" " if letter in _SPACES else letter for letter in text if letter not in _INVISIBLE])
    return _strip(text)


def _strip(text):
    """Without white space and quotes around it, and full stops behind it. MicroPython's strip goes by bytes and would cut
    letters in pieces: quotes are taken off one by one."""
    text = text.strip()
    while text and (text[0] in _QUOTES or text[-1] in _QUOTES or text[-1] == "."):
        text = (text[1:] if text[0] in _QUOTES else text[:-1]).strip()
    return text


def _tidy(text):
    """A command without white space around `=` and after `,`."""
    while " =" in text or "= " in text or ", " in text:
        text = text.replace(" =", "=").replace("= ", "=").replace(", ", ",")
    return text


def split(text):
    """The commands of a message (R20.1): cleaned, none empty."""
    parts = [_tidy(_strip(part)) for part in text.replace(";", "\n").split("\n")]
    return [part for part in parts if part]


def parse(text):
    """(form, value) of one command: the longest run of letters is the word."""
    end = 0
    while end < len(text) and ("A" <= text[end] <= "Z" or "a" <= text[end] <= "z"):
        end += 1
    word, rest = text[:end].upper(), text[end:]
    if not rest:
        return word, ""
    if rest[0].isdigit():
        return word + "#", rest
    if rest == "?":
        return word + "?", ""
    if rest[0] in _OPERATORS:
        return word + rest[0], rest if rest[0] == "*" else rest[1:].strip()
    return word + rest, ""


# -- executing ---------------------------------------------------------------------------------------------------


async def execute(message, local=False):
    """Do what a message says, in memory. An `Outcome`; the caller commits, then `app.relay.apply()`s."""
    text = clean(message.text)
    user = access.user_of(message.sender, local)
    if user is None:
        log("not listed:", message.sender or "withheld")
        return _said("Access deny!" if access.answers_strangers() else None)
    _take_time(message)
    if not local:
        text, refusal = access.take_password(message.sender, text)
        if text is None:
            return _said(refusal if app.store.get("ERROR") == "ON" else None)
    async with _one_at_a_time:  # of texts and the console: a command that fails puts back the state it began with
        return await _execute_all(message, split(text), user, local)


def _said(reply):
    return Outcome(reply, None, False)


def _take_time(message):
    """The first message that arrives sets a clock that is not known (R7.2)."""
    if clock.source is None and message.fresh and message.time is not None:
        clock.set_utc(message.time, message.zone, "message")
        borrow("rare.modem_clock").time_known()


async def _execute_all(message, parts, user, local):
    context = Context(message, access.digits_of(message.sender), local)
    lines = []
    for part in parts:
        if len(part) <= _MOST:
            line = await _execute_one(context, part, user)
            if line:
                lines.append(line)
    if context.later:
        return Outcome(None, _joined(lines, context.later), False)
    return Outcome("\n".join(lines) or None, None, context.restart)


def _joined(lines, later):
    async def reply():
        last = await later()
        return "\n".join(lines + [last] if last else lines) or None

    return reply


async def _execute_one(context, part, user):
    """The reply of one command, None where the rules want silence. A command that fails changes nothing."""
    form, value = parse(part)
    row = _row(form)
    answer = context.local or context.store.get("SMSCONFIRM") == "ON"
    complain = context.local or context.store.get("ERROR") == "ON"
    name = _name(form, part)
    log("command", name, "from", "USB" if context.local else context.message.sender or "withheld")
    before, plan = context.store.snapshot(), app.relay.plan
    try:
        reply = await _run(context, row, form, value, user)
        if row.kind == CONF:
            _open_window()
    except BadValue as error:
        reply = name + " - Incorrect value! Use " + str(error)
    except Refused as error:
        reply = str(error).replace("%", name)
    except Exception as error:  # ours
        failure(name, error)
        reply = "Execute error!"
    else:
        answer = answer or row.always or context.store.get("SMSCONFIRM") == "ON"
        if reply is None:
            reply = name + " - OK"
        return gsm7.fit(reply) if answer and reply else None
    context.store.restore(before)
    app.relay.plan = plan
    return gsm7.fit(reply) if complain or context.store.get("ERROR") == "ON" else None


def _name(form, part):
    """The command for replies and log: as received, in capitals, without the letters of a password."""
    return "PASSWORD=*****" if form[:4] == "PASS" and len(part) > 8 else part.upper()


async def _run(context, row, form, value, user):
    if row is None:
        raise Refused("% - No such command exists on the device!")
    if row.kind == CONF:
        if user == "USER":
            raise Refused("Access deny!")
        if not (context.local or window_open()):
            raise Refused("% - Time for configuration is expired (Conf)!")
    values = ()
    if row.converter is not None:
        values = (row.converter.parse(value),)
    elif value:
        raise Refused("% - No such command exists on the device!")
    reply = row.act(context, *values)
    return await reply if hasattr(reply, "send") else reply


def window_open():
    """True while Conf commands are accepted (R1.4)."""
    store = app.store
    secured = store.get("SECLIST") == "ON" or store.get("PASSWORD") is not None
    return secured or clock.uptime() < _window_until


def _open_window():
    global _window_until
    _window_until = clock.uptime() + _WINDOW_S
