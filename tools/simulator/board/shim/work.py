"""Work takes time: the instrumented firmware charges for each basic block (`meter.charge`), what is dear charges with a name
(`spend`), and `settle` makes virtual time of it wherever somebody looks at the clock or at a pin.

A stretch is what a task does until it gives the loop back; the long ones are told to the host with their biggest pieces.
"""

import builtins
import struct

import lockstep
import meter
from meter import cell, charge

sizes = {}  # modules by name: their bytes of .mpy
_SIZED = (list, tuple, str, bytes, bytearray, dict, set, range)
_SOME = 6  # elements, where the number is not known
_settling = False
began = 0  # the stretch
_turns = 0  # of the loop so far
_asleep = 0  # ms of the stretch in light sleep
_pieces = {}  # of the stretch: function's number or name -> ms
LONG_MS = 100
_START_TURNS = 2  # that a start takes


def start():
    """Give the firmware what it charges with."""
    builtins.print = _print
    builtins._w = charge
    builtins._l = loaded
    builtins._n = each
    builtins._hang = hang
    begin_stretch()


def spend(more_us, name):
    """Charge for something dear, by its name."""
    settle()
    cell[1] += more_us
    _pass(name)


def loaded(name, load_us, size):
    """`_l` of the instrumented firmware: a module is being loaded. Gives `_w`."""
    sizes[name] = size
    spend(load_us, "load " + name)
    return charge


def each(amount, iterable):
    """`_n` of the instrumented firmware: the microseconds of every element of an iterable. Gives it back."""
    count = len(iterable) if isinstance(iterable, _SIZED) else _SOME
    cell[0] = amount
    cell[1] += (amount & 0xFFFF) * count
    if cell[1] >= 1000:
        settle()
    return iterable


def settle():
    """Let the time pass that the work took."""
    if cell[1] >= 1000:
        _pass(cell[0] >> 16)


def took(what, start):
    """The host has let time pass: note what for."""
    ms = lockstep.now - start
    if ms:
        _pieces[what] = _pieces.get(what, 0) + ms


def _pass(what):
    global _settling
    ms = cell[1] // 1000
    if not ms or _settling:  # an interrupt while time passes
        return
    cell[1] -= ms * 1000
    _pieces[what] = _pieces.get(what, 0) + ms
    target = lockstep.now + ms
    if target < lockstep.free_until:
        lockstep.now = target
        return
    _settling = True
    try:
        while lockstep.now < target:
            lockstep.sleep_until(target)
    finally:
        _settling = False


def idle(target):
    """All tasks wait: move the clock."""
    global began
    if target < lockstep.free_until and target != lockstep.NEVER:
        lockstep.now = target
    else:
        lockstep.sleep_until(target)
    cell[1] = 0  # what was left was done long ago
    began = lockstep.now


def prompt():
    """The firmware is over."""
    settle()
    lockstep.record(b"q", b"")
    hang()


def hang():
    """Nothing goes on but the time."""
    global began
    settle()
    began = 1 << 62  # no stretch any more
    while True:
        lockstep.sleep_until(lockstep.NEVER)


def begin_stretch():
    """A task is given the processor."""
    global began, _turns, _asleep
    began = lockstep.now
    _turns += 1
    _asleep = 0
    if _pieces:
        _pieces.clear()


def end_stretch():
    """The loop has it back: tell the host if that took long."""
    global began
    ms = lockstep.now - began - _asleep
    if ms >= LONG_MS:
        pieces = sorted(_pieces.items(), key=lambda piece: -piece[1])[:5]
        text = ",".join(["%s=%d" % piece for piece in pieces])
        kind = "start" if _turns <= _START_TURNS else "task"
        lockstep.record(b"d", struct.pack("<qI", began, ms) + ("%s %s" % (kind, text)).encode())
    began = lockstep.now


def light_sleep(ms):
    """The processor stands still, the UART is deaf; the watchdog goes on."""
    global _asleep
    settle()
    start = lockstep.now
    lockstep.record(b"z", struct.pack("<q", start + ms))
    lockstep.in_light_sleep = True
    lockstep.block_ms(ms)
    lockstep.in_light_sleep = False
    _asleep += lockstep.now - start


def _print(*words, **_):
    text = " ".join([str(word) for word in words]).encode()
    cell[1] += 16 + len(text) * 13 // 10
    lockstep.record(b"l", text[:4000])


meter.settle = settle
