"""The DS18B20 (R6.2, R6.3): a reading a minute, and a fresh one when somebody asks; never blocks the loop."""

import asyncio

import clock
import hw
from log import log
from micropython import const
from tasks import Signal, beat

_CONVERSION_MS = const(750)  # 12 bits
_FRESH_S = const(10)
_TRIES = const(3)  # a failed reading is repeated twice at once
_FAILED_MINUTES = const(3)  # in a row are a failure of the sensor


def plausible(celsius):
    """False for what a sensor without power or contact shows: 85.0 (its value at power-on), 127 and the like (R6.3)."""
    return celsius is not None and celsius != 85.0 and -55 <= celsius <= 125


def rounded(value):
    """The nearest whole degree, halves away from zero."""
    return int(value + 0.5) if value >= 0 else -int(0.5 - value)


def both_units(celsius):
    """`25C(77F)`: each unit rounded from the raw value (R6.1)."""
    return "%dC(%dF)" % (rounded(celsius), rounded(celsius * 9 / 5 + 32))


class Sensors:
    """`raw`: the last good reading, None when the latest failed; `failed`: three minutes without one."""

    def __init__(self, store):
        self._store = store
        self._driver = hw.thermometer()
        self._rom = None
        self._read_at = None  # uptime
        self._bad_minutes = 0
        self._lock = asyncio.Lock()
        self.raw = None  # the same without TEMPOFFSET
        self.present = False  # a sensor has been seen since boot
        self.failed = False
        self.on_reading = lambda: None

    @property
    def celsius(self):
        """The last good reading with TEMPOFFSET, None when the latest failed."""
        return None if self.raw is None else self.raw + self._store.get("TEMPOFFSET") / 10

    def text(self):
        """`25C(77F)`, `No sensor` or `Sensor error`."""
        if self.celsius is not None:
            return both_units(self.celsius)
        return "Sensor error" if self.present else "No sensor"

    async def refresh(self, now=False):
        """Take a reading unless the last is at most 10 s old (`now`: in any case)."""
        async with self._lock:
            if now or self._read_at is None or clock.uptime() - self._read_at > _FRESH_S:
                await self._read()

    async def _read(self):
        for _ in range(_TRIES):
            raw = await self._read_once()
            if raw is not None:
                break
        self.raw = raw
        self._read_at = clock.uptime()

    async def _read_once(self):
        if self._driver is None:
            return None
        try:
            if self._rom is None:
                roms = self._driver.scan()
                if not roms:
                    return None
                self._rom = bytes(min(roms))  # of several always the same one
                self.present = True
            self._driver.convert_temp()
            await asyncio.sleep_ms(_CONVERSION_MS)
            celsius = self._driver.read_temp(self._rom)
        except Exception:  # OneWireError, a bad CRC: the drivers raise what they like
            celsius = None
        if not plausible(celsius):
            self._rom = None  # it may have been replaced
            return None
        return celsius

    async def run(self):
        """The sensor's task: a reading a minute."""
        wake = Signal()
        while True:
            await self.refresh(now=True)
            self._judge()
            self.on_reading()
            beat("sensors")
            await wake.wait(60000 - (_CONVERSION_MS if self._driver else 0))

    def _judge(self):
        if self.celsius is not None:
            self._bad_minutes = 0
            if self.failed:
                log("temperature sensor works again")
            self.failed = False
            return
        self._bad_minutes += 1
        if self._bad_minutes >= _FAILED_MINUTES and not self.failed:
            self.failed = True
            log("temperature sensor failed" if self.present else "no temperature sensor")
