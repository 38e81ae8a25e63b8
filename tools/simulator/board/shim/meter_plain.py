"""meter.py for machines whose code mpy-cross or MicroPython does not know."""

from array import array

cell = array("i", [0, 0])
settle = None


def charge(amount):
    cell[0] = amount
    cell[1] += amount & 0xFFFF
    if cell[1] > 5000:
        settle()


def ticks_diff(a, b):
    return ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000


def ticks_add(ticks, delta):
    return (ticks + delta) & 0x3FFFFFFF
