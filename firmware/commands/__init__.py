"""From the text of a message to its effect and its reply: clean, authorise, parse, check, act (R1).

Every command is a row of a chapter (or of settings.py); this file is the engine that runs them. What a message changes is a
transaction of its own: the caller commits it.
"""

import asyncio
from collections import namedtuple

import clock
import log
import restarts
from micropython import const
from sms import gsm7
from sms.pdu import clipped
from storage import Transaction
from values import BadValue, Refused, digits_of

from commands import parsing
from commands.chapters import find, word_of
from commands.rows import CONF

_MOST = const(10)  # commands in a message (R20.1)
_TOO_MANY = "Too many commands! Use up to 10"
_WINDOW_S = const(1800)  # the configuration window (R1.4)

Message = namedtuple("Message", ("sender", "named", "time", "zone", "text", "fresh", "local"))
# sender: "+358...", digits, a name (`named`) or ""; time: UTC seconds since 2000 or None; zone: quarter hours;
# fresh: False when it was found in storage at start-up; local: typed over USB
Outcome = namedtuple("Outcome", ("lines", "tail", "transaction", "restart", "failed"))
# lines: of the reply; a code for the operator stands as ("ask", code) where its answer shall; restart: after the reply;
# failed: every line is an error


def reply_of(lines, tail=""):
    """The reply's text, None when there is nothing to say."""
    lines = [line for line in lines if line]
    if not lines:
        return tail or None
    return clipped("\n".join(lines), "\n" + tail if tail else "")


class Context:
    """What an act may want to know: who sent the command, when, its transaction, and the parts of the device."""

    def __init__(self, device, message):
        self.device = device
        self.message = message
        self.store = Transaction(device.store)
        self.digits = "" if message.named else digits_of(message.sender)  # of the sender, "" when withheld
        self.restart = False
        self.opened = False  # the configuration window, by a command of this message
        self._on = None  # the socket as this message has planned it

    @property
    def on(self):
        """The socket's state as this message sees it."""
        return self.device.relay.on if self._on is None else self._on

    def move(self, move, on):
        """Plan a move of the socket; it is carried out behind the commit. `on`: the state that it begins."""
        device, message = self.device, self.message
        cause = "command from " + ("USB" if message.local else message.sender or "withheld")
        self.plan(move, on, cause)
        self.orders(device.relay)

    def orders(self, part):
        """A command decides about the socket or the thermostat: rules from before it was sent are overtaken (R9.1)."""
        message, ago = self.message, 0
        if not message.fresh and not message.local and message.time is not None and clock.utc() is not None:
            ago = max(0, clock.utc() - message.time)
        self.store.then(lambda: part.ordered(ago))

    def plan(self, move, on, cause, lazy=False):
        """Plan a move that is no order; see `Relay.plan`."""
        self._on = on
        self.store.then(lambda: self.device.relay.plan(move, cause, lazy))

    def expect(self, on):
        """The socket will be like this behind the commit, by another part."""
        self._on = on

    def mark(self):
        """What to `undo` to when a command fails."""
        return self.store.mark(), self._on, self.restart

    def undo(self, mark):
        """Forget what came after the mark."""
        self.store.undo(mark[0])
        self._on, self.restart = mark[1:]


class Engine:
    """Executes messages, one at a time."""

    def __init__(self, device):
        self._device = device
        self._store = device.store
        self._one_at_a_time = asyncio.Lock()
        self._window_until = self._window_at_start()  # uptime

    async def execute(self, message):
        """Do what a message says, in a transaction. An `Outcome`; the caller commits and acts."""
        device = self._device
        user = "BOSS" if message.local else device.access.user_of(message.sender, message.named)
        if message.named:
            outcome = self._said(None)
            outcome.transaction.then(lambda: device.reports.forward(message))
            return outcome
        if user is None:
            log.log("dropped, not listed:", message.sender or "withheld")
            return self._said("Access deny!" if device.access.answers_strangers() else None)
        device.take_time(message)
        text = parsing.clean(message.text)
        step = None
        if not message.local:
            text, refusal, step = device.access.take_code(message, text)
            if text is not None:
                text, refusal = device.access.take_password(message.sender, text)
            if text is None:
                return self._said(refusal if self._store.get("ERROR") == "ON" else None, step)
        async with self._one_at_a_time:
            context = Context(device, message)
            _use_up(context.store, step)
            return await self._execute_all(context, text, user)

    def _said(self, reply, step=None):
        transaction = Transaction(self._store)
        _use_up(transaction, step)
        return Outcome([reply], "", transaction, False, True)

    async def _execute_all(self, context, text, user):
        parts = parsing.split(text, _MOST + 1)
        password = None if context.message.local else self._store.get("PASSWORD")
        lines, errors = [], 0
        for part in parts[:_MOST]:
            if password and part[:5] == password:
                part = part[5:].lstrip()
            form, value = parsing.parse(part)
            if len(part) <= parsing.longest(form):
                line, failed = await self._execute_one(context, part, form, value, user)
                errors += failed
                lines.append(line)
            if len(parts) > 1:
                await asyncio.sleep_ms(0)
        secret = context.store.values.get("PASSWORD")
        if secret:
            lines = [log.hide(line, secret) if isinstance(line, str) else line for line in lines]
        tail = _TOO_MANY if len(parts) > _MOST else ""
        return Outcome(lines, tail, context.store, context.restart, bool(lines) and errors == len(lines))

    async def _execute_one(self, context, part, form, value, user):
        """(the line of the reply or None where the rules want silence, 1 when it failed). What failed changes nothing."""
        message = context.message
        name = log.mask(gsm7.fit(part.upper()))
        word = word_of(form).split(" ")[0]
        if word[:3] == "PAS" and name[len(word) : len(word) + 1] == " " and value:
            name = word + " *****"  # a blank for the `=` (R3.4)
        log.log("command", name, "from", "USB" if message.local else message.sender or "withheld")
        answer = message.local or context.store.get("SMSCONFIRM") == "ON"
        complain = message.local or context.store.get("ERROR") == "ON"
        mark = context.mark()
        try:
            row = self._row(form, value, name)
            reply = await self._run(context, row, value, user)
        except BadValue as error:
            reply = name + " - Incorrect value! Use " + str(error)
        except Refused as error:
            reply = str(error).replace("%", name)
        except Exception as error:  # ours
            log.failure(name, error)
            reply = "Execute error!"
        else:
            if not (answer or row.always or context.store.get("SMSCONFIRM") == "ON"):
                return None, 0
            if isinstance(reply, tuple):
                return reply, 0
            return log.mask(gsm7.fit(name + " - OK" if reply is None else reply)), 0
        context.undo(mark)
        return (log.mask(gsm7.fit(reply)) if complain or context.store.get("ERROR") == "ON" else None), 1

    def _row(self, form, value, name):
        """The row of a form; raises `Refused` with what else may have been meant."""
        word = word_of(form)
        rows, known = find(word)
        for row in rows:
            if row.form == form and (row.converter is not None or not value):
                return row
        meant = parsing.near(word, known)
        raise Refused("% - No such command exists on the device!" + (" %s?" % meant if meant else ""))

    async def _run(self, context, row, value, user):
        local = context.message.local
        if row.kind == CONF:
            if user == "USER":
                raise Refused("Access deny!")
            if not (local or context.opened or self.window_open(context.store)):
                context.store.lasting = True  # the next power-on opens the window, but not for this text
                raise Refused("% - Time for configuration is expired (Conf)!")
        values = () if row.converter is None else (row.converter.parse(value),)
        reply = row.act(context, *values)
        if hasattr(reply, "send"):
            reply = await reply
        if row.kind == CONF:
            context.opened = True
            context.store.then(self._open_window)
        return reply

    # -- the configuration window (R1.4) ---------------------------------------------------------------------------

    def window_open(self, store):
        """True while Conf commands are accepted."""
        return _secured(store) or clock.uptime() < self._window_until

    def _open_window(self):
        self._window_until = clock.uptime() + _WINDOW_S

    def _window_at_start(self):
        """Only a power-on opens the window; any other restart leaves it as it was, as far as that is known."""
        if restarts.started in ("power", "mains back", "factory reset"):
            self._store.set("window", _WINDOW_S)
            self._store.save_soon()
        lived = 0 if restarts.started == "command" else restarts.lived()  # by command what was left is noted
        return max(0, self._store.get("window") - lived)

    def keep_window(self):
        """Note for a restart by command how long the window is still open."""
        self._store.set("window", max(0, self._window_until - clock.uptime()))

    def tick(self):
        """Note that the window has closed, where that matters: a watchdog must not open it again."""
        store = self._store
        if clock.uptime() >= self._window_until and store.get("window") and not _secured(store):
            store.set("window", 0)
            store.save_soon()


def _use_up(store, step):
    """A one-time code that was right is none any more, whatever becomes of its message."""
    if step is not None:
        store.set("otp_step", step)


def _secured(store):
    return store.get("SECLIST") == "ON" or store.get("PASSWORD") is not None
