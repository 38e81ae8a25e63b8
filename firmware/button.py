"""The hidden button (R13); what a press does is in rare/press.py."""

import asyncio

import hw
from rare import borrow
from tasks import IDLE_MS, Signal, beat, follow


class Button:
    """`erasing`: it was held long enough; everything is erased when it is let go."""

    def __init__(self):
        self.pin = hw.input("button")
        self.wake = Signal()
        self.erasing = False

    async def run(self):
        """The button's task."""
        if self.pin:
            asyncio.create_task(follow(self.pin.edge, self.wake))
        while True:
            beat("button")
            if self.pin and self.pin.active():
                await borrow("rare.press").held(self)
            await self.wake.wait(IDLE_MS)
