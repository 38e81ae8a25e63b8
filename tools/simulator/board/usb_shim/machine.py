"""`machine` of the board on a pseudo terminal: real time, pins that only remember, the modem on a terminal of its own."""

import io
import sys
import time

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
_CAUSES = {"power": PWRON_RESET, "reset": HARD_RESET, "watchdog": WDT_RESET}
_IDLE = {10: 1, 11: 1, 12: 1, 13: 1}  # button, contact, cover, mains
_RELAY = 6
_control = open(int(sys.argv[1]), "wb")  # what the host acts upon: R reset, B boot loader, W watchdog fed, 0 and 1 the relay
_line = open(int(sys.argv[2]), "r+b")  # of the modem; never blocks


class Pin:
    """A GPIO that remembers its level."""

    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, gpio, mode=IN, pull=None, value=None):
        self._gpio = gpio
        self._level = _IDLE.get(gpio, 0) if value is None else value

    def value(self, level=None):
        if level is None:
            return self._level
        if self._gpio == _RELAY and level != self._level:
            _control.write(b"1" if level else b"0")
        self._level = level

    def irq(self, handler, trigger):
        pass


class UART(io.IOBase):
    """The modem's terminal."""

    def __init__(self, number, baudrate=9600, tx=None, rx=None, rxbuf=256, txbuf=256):
        pass

    def init(self, baudrate):
        pass

    def write(self, octets):
        return _line.write(octets)

    def readinto(self, buffer):
        return _line.readinto(buffer)

    def ioctl(self, request, argument):
        return _line.fileno() if request == 10 else 0


class WDT:
    """A watchdog that the host keeps; like a real one it cannot be stopped."""

    def __init__(self, timeout):
        self.feed()

    def feed(self):
        _control.write(b"W")


def reset():
    """The host ends this process and starts the next."""
    _control.write(b"R")
    while True:
        time.sleep(1)


def bootloader():
    """The host ends this process and shows the drive."""
    _control.write(b"B")
    while True:
        time.sleep(1)


def reset_cause():
    return _CAUSES[sys.argv[4]]


def unique_id():
    return b"pty board"


def lightsleep(ms):
    time.sleep_ms(ms)
