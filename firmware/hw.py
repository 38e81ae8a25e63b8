"""The board's rows made into pins, UART, 1-Wire and watchdog. The only importer of `machine`."""

import asyncio
import binascii

import board
import clock
import machine
from micropython import const

_SLICE_MS = const(500)  # of light sleep: an RP2040 up to MicroPython 1.28 locks up when the watchdog bites inside it
_ROWS = {row[0]: row for row in board.PINS}

NAME = board.NAME
MODEM_STARTS = getattr(board, "MODEM_STARTS", True)  # with the board; else it waits for its power key
dog = None  # the watchdog, which main.py has started
reset = machine.reset
RECEIVE = const(2560)  # bytes of the UART's buffer: 220 ms at 115200 baud, an erase of 45 ms and a long listing


class Output:
    """An output pin by its meaning: `set(True)` is active, whatever the level. It starts as `on` says, without a glitch."""

    def __init__(self, role, on=False):
        _, gpio, self._kind, self._active = _ROWS[role]
        mode = machine.Pin.OPEN_DRAIN if self._kind == "open_drain" else machine.Pin.OUT
        self._pin = machine.Pin(gpio, mode, value=self._active if on else 1 - self._active)
        self._hold(True)

    def _hold(self, hold):
        """An ESP32 keeps a held pin as it is over a reset."""
        if self._kind == "out_held":
            self._pin.init(hold=hold)

    def set(self, on):
        """Drive the pin active or inactive."""
        self._hold(False)
        self._pin.value(self._active if on else 1 - self._active)
        self._hold(True)


class Input:
    """An input pin by its meaning. `edge` is a ThreadSafeFlag that every change of level sets."""

    def __init__(self, role):
        _, gpio, kind, self._active = _ROWS[role]
        pull = {"in_up": machine.Pin.PULL_UP, "in_down": machine.Pin.PULL_DOWN}.get(kind)
        self._pin = machine.Pin(gpio, machine.Pin.IN, pull)
        self.edge = asyncio.ThreadSafeFlag()
        self._pin.irq(self._on_edge, machine.Pin.IRQ_RISING | machine.Pin.IRQ_FALLING)

    def _on_edge(self, _pin):
        self.edge.set()

    def active(self):
        """True while the pin is at its active level."""
        return self._pin.value() == self._active


def output(role, on=False):
    """The role's Output, active from the start with `on`; None where the board has no such pin."""
    return Output(role, on) if role in _ROWS else None


def input(role):
    """The role's Input, or None where the board has no such pin."""
    return Input(role) if role in _ROWS else None


def uart(baud):
    """The modem's UART."""
    tx, rx = machine.Pin(_ROWS["uart_tx"][1]), machine.Pin(_ROWS["uart_rx"][1])
    return machine.UART(board.UART, baudrate=baud, tx=tx, rx=rx, rxbuf=RECEIVE, txbuf=512)


def thermometer():
    """The DS18X20 driver on the 1-Wire pin, or None where the board has no such pin."""
    if "ds18b20" not in _ROWS:
        return None
    import ds18x20
    import onewire

    return ds18x20.DS18X20(onewire.OneWire(machine.Pin(_ROWS["ds18b20"][1])))


def light_sleep():
    """Sleep for half a second with the clocks off, the watchdog fed just before."""
    feed()
    machine.lightsleep(_SLICE_MS)


def feed():
    """Feed the watchdog."""
    dog.feed()


def pause(seconds):
    """Wait without a loop to run, the watchdog fed: before a restart after a mistake at the start."""
    for _ in range(2 * seconds):
        feed()
        clock.sleep_ms(500)


def levels():
    """The inputs and whether they are active, for the self-test."""
    rows = [(role, machine.Pin(gpio).value() == active) for role, gpio, kind, active in board.PINS if kind[:2] == "in"]
    return ", ".join([role + (" active" if active else " idle") for role, active in rows])


def reset_cause():
    """Why the board started, in a word."""
    names = {"PWRON_RESET": "power", "WDT_RESET": "watchdog", "SOFT_RESET": "soft", "HARD_RESET": "reset"}
    names["DEEPSLEEP_RESET"] = "sleep"
    cause = machine.reset_cause()
    for name, word in names.items():
        if getattr(machine, name, None) == cause:
            return word
    return "cause %s" % cause


def unique_id():
    """The chip's unique id in hex."""
    return binascii.hexlify(machine.unique_id()).decode()
