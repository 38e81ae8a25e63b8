"""Incoming calls (R4): a listed caller is hung up unanswered, and the action runs at once."""

import asyncio

import clock
import tasks
from commands.power import RESTARTED, socket_text
from log import log
from micropython import const
from modem import ModemError
from relay import RESTART
from tasks import IDLE_MS, Signal, beat

_SAME_CALL_S = const(10)  # RINGs closer than this are one call
_CALL_BACK_MS = const(4000)
_CALL_BACK_S = const(20)


class Calls:
    """The latest call."""

    def __init__(self, store, relay, thermostat, outbox, modem, access):
        self._store = store
        self._relay = relay
        self._thermostat = thermostat
        self._outbox = outbox
        self._modem = modem
        self._access = access
        self._number = None  # of the caller; None: not known yet
        self._rang_at = None  # uptime of the latest RING
        self._handled = False  # this call has had its effect, or will have none
        self._rings = 0
        self._wake = Signal()
        modem.on_ring = self._ring
        modem.on_ring_end = self._ended

    def _ring(self, number):
        """It rings; `number` is "" when it is withheld, None when it is not known (yet)."""
        now = clock.uptime()
        if self._rang_at is None or now - self._rang_at > _SAME_CALL_S:
            self._number, self._handled, self._rings = None, False, 0
        self._rang_at = now
        if number is None:
            self._rings += 1
        elif self._number is None:
            self._number = number
        if not self._handled and (self._number is not None or self._rings > 1):
            self._wake.set()

    def _ended(self):
        if not self._handled:
            self._rang_at = None

    async def poll(self):
        """Look whether it rings, as if every RING had been lost. Raises `ModemError`."""
        for incoming, state, number in await self._modem.calls():
            if incoming and state == 4:
                self._ring(number)

    async def run(self):
        """The task for calls."""
        while True:
            if await self._wake.wait(IDLE_MS) and not self._handled:
                try:
                    await self._take()
                except ModemError as error:
                    log("call:", error)
            beat("calls")

    async def _take(self):
        """Do what RING says for a call. Raises `ModemError`."""
        if self._number is None:  # the network sends no +CLIP: ask
            await self.poll()
            if self._number is None:
                return
        self._handled = True
        number = self._number
        action = self._store.get("RING")
        listed = bool(number) and self._access.listed(number)
        if not listed or action == "NOACTION":
            log("call from", number or "withheld", "" if listed else "not listed")
            return
        reply = self._act(action, number)
        await self._modem.hang_up()
        self._rang_at = clock.uptime() - _SAME_CALL_S + 2  # what rings later is another call
        how = self._store.get("RINGCONFIRM")
        if how == "SMS":
            self._outbox.reply(number, reply)
        elif how == "CALL":
            tasks.guard("call back", self._call_back(number))

    def _act(self, action, number):
        """Switch or restart; the reply of the command that does the same."""
        relay = self._relay
        if action == "SWITCH":
            relay.switch(not relay.on, "call from " + number)
            reply = socket_text(relay.on)
        else:
            relay.local((RESTART, None, self._store.get("RESTARTTIME")), "call from " + number)
            reply = RESTARTED
        relay.ordered()
        return self._thermostat.note(self._store, reply)

    async def _call_back(self, number):
        await asyncio.sleep_ms(_CALL_BACK_MS)
        try:
            await self._modem.dial(number, _CALL_BACK_S)
        except ModemError as error:
            log("call back:", error)
