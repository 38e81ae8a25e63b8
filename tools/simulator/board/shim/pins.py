"""`machine` of the virtual board."""

import struct

import lockstep
import work

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
_CAUSES = {"power": PWRON_RESET, "reset": HARD_RESET, "watchdog": WDT_RESET, "sleep": DEEPSLEEP_RESET, "soft": SOFT_RESET}
_LEDS = (7, 8, 9)  # their moves change nothing in the world, so they need no lockstep


class Pin:
    """A GPIO. Outputs are told to the host with their time, inputs are as it says."""

    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, gpio, mode=IN, pull=None, value=None):
        self.gpio = gpio
        self._out = mode != Pin.IN
        if self._out and value is not None:
            self.value(value)

    def value(self, level=None):
        work.settle()
        if level is None:
            return lockstep.levels.get(self.gpio, 0)
        if lockstep.levels.get(self.gpio) != level:
            lockstep.levels[self.gpio] = level
            lockstep.edge(self.gpio, level, self.gpio not in _LEDS)

    __call__ = value

    def irq(self, handler, trigger):
        lockstep.on_level[self.gpio] = lambda: handler(self)


class UART:
    """The modem's line."""

    def __init__(self, number, baudrate=9600, tx=None, rx=None, rxbuf=256, txbuf=256):
        lockstep.received_limit = rxbuf
        self._txbuf = txbuf
        self.init(baudrate)

    def init(self, baudrate):
        work.settle()
        lockstep.record(b"b", struct.pack("<I", baudrate))

    def write(self, octets):
        work.settle()
        if len(octets) > self._txbuf:
            raise ValueError("does not fit the transmit buffer: a board would block here")
        lockstep.record(b"u", bytes(octets))
        return len(octets)

    def readinto(self, buffer):
        work.settle()
        count = min(len(buffer), len(lockstep.received))
        buffer[:count] = lockstep.received[:count]
        lockstep.received = lockstep.received[count:]
        return count

    def any(self):
        work.settle()
        return len(lockstep.received)

    def ioctl(self, request, flags):
        return 1 if lockstep.received else 0


class WDT:
    """A watchdog that bites in virtual time."""

    def __init__(self, timeout):
        if timeout > 8388:
            raise ValueError("an RP2040 counts no further than 8388 ms")
        lockstep.watchdog_ms = timeout
        self.feed()

    def feed(self):
        work.settle()
        lockstep.watchdog_at = lockstep.now + lockstep.watchdog_ms
        lockstep.limit_freedom()


def reset():
    """Ends this process; the host starts the next."""
    work.settle()
    lockstep.ask(b"r", b"reset")


def reset_cause():
    return _CAUSES[lockstep.cause]


def unique_id():
    return lockstep.unique_id


def lightsleep(ms):
    """Everything stands still for `ms`, but the watchdog goes on counting."""
    work.light_sleep(ms)
