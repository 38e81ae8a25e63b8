"""The modem's pins: reset, power key, supply."""

import asyncio

import hw
from micropython import const

_SUPPLY_MS = const(1000)  # without supply a modem is off for certain


class Power:
    """Pins of the modem, each of which a board may lack. The supply is on from the start."""

    def __init__(self):
        self._reset = hw.output("modem_reset")
        self._key = hw.output("modem_key")
        self._supply = hw.output("modem_supply", True)
        self.has_reset = self._reset is not None
        self.has_key = self._key is not None or self._supply is not None

    async def reset(self, profile):
        """Press reset."""
        await _pulse(self._reset, profile.reset_ms)

    async def press(self, ms):
        """Press the power key: on when it was off, off when it was on."""
        await _pulse(self._key, ms)

    async def cycle(self):
        """Take the supply away for a moment, where the board can."""
        if self._supply:
            self._supply.set(False)
            await asyncio.sleep_ms(_SUPPLY_MS)
            self._supply.set(True)
            await asyncio.sleep_ms(100)

    def supply(self, on):
        """Switch the supply, where the board can."""
        if self._supply:
            self._supply.set(on)


async def _pulse(pin, ms):
    if pin:
        pin.set(True)
        await asyncio.sleep_ms(ms)
        pin.set(False)
