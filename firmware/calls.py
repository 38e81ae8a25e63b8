"""Incoming calls (R4). Which RINGs are one call, whose it is and what it does is in rare/call.py."""

from at import ModemError
from log import log
from rare import borrow
from tasks import IDLE_MS, Signal, beat


class Calls:
    """The latest call."""

    def __init__(self):
        self.number = None  # of the caller; None: not known yet
        self.rang_at = None  # uptime of the latest RING
        self.handled = False  # this call has had its effect, or will have none
        self.rings = 0
        self.wake = Signal()

    async def run(self):
        """The task for calls."""
        while True:
            beat("calls")
            if await self.wake.wait(IDLE_MS) and not self.handled:
                try:
                    await borrow("rare.call").take(self)
                except ModemError as error:
                    log("call:", error.result)
