"""Incoming calls (R4): a listed caller is hung up unanswered, and the action runs at once."""

import asyncio

import clock
from at import ModemError
from commands import access
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat

_SAME_CALL_S = const(10)  # RINGs closer than this are one call
_CALL_BACK_MS = const(4000)
_CALL_BACK_S = const(20)


class Calls:
    """act(action, number): switches, and gives the reply for the confirmation."""

    def __init__(self, store, modem, outbox, act):
        self._store = store
        self._modem = modem
        self._outbox = outbox
        self._act = act
        self._signal = Signal()
        self._number = None  # of the caller; None: not known yet
        self._rang_at = None  # uptime of the latest RING
        self._handled = False  # this call has had its effect, or will have none
        self._rings = 0
        modem.on_ring = self._on_ring
        modem.on_ring_end = self._on_end

    def _on_ring(self, number):
        now = clock.uptime()
        if self._rang_at is None or now - self._rang_at > _SAME_CALL_S:
            self._number, self._handled, self._rings = None, False, 0
        self._rang_at = now
        if number is None:
            self._rings += 1
        elif self._number is None:
            self._number = number
        if not self._handled and (self._number is not None or self._rings > 1):
            self._signal.set()

    def _on_end(self):
        if not self._handled:
            self._rang_at = None

    async def sweep(self):
        """Look whether it rings, as if every RING had been lost."""
        for incoming, state, number in await self._modem.calls():
            if incoming and state == 4:
                self._on_ring(number)

    async def run(self):
        """The task for calls."""
        while True:
            beat("calls")
            if await self._signal.wait(IDLE_MS) and not self._handled:
                try:
                    await self._take()
                except ModemError as error:
                    log("call:", error.result)

    async def _take(self):
        if self._number is None:  # the network sends no +CLIP: ask
            await self.sweep()
            if self._number is None:
                return
        self._handled = True
        number, action = self._number, self._store.get("RING")
        listed = self._store.get("SECLIST") == "ON" and access.user_of(number) is not None
        log("call from", number or "withheld", "" if listed else "not listed")
        if not listed or action == "NOACTION":
            return
        reply = self._act(action, number)
        await self._modem.hang_up()
        self._rang_at = clock.uptime() - _SAME_CALL_S + 2  # what rings later is another call
        await self._confirm(number, reply)

    async def _confirm(self, number, reply):
        how = self._store.get("RINGCONFIRM")
        if how == "SMS":
            self._outbox.post(number, reply)
        elif how == "CALL":
            asyncio.create_task(self._call_back(number))

    async def _call_back(self, number):
        await asyncio.sleep_ms(_CALL_BACK_MS)
        try:
            await self._modem.dial(number, _CALL_BACK_S)
        except ModemError as error:
            log("call back:", error.result)
