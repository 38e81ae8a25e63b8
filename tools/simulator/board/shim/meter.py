"""The busiest functions of the virtual board, as machine code; meter_plain.py is for machines that have none."""

from array import array

cell = array("i", [0, 0])  # what charged last, and the microseconds of computing that are not made into time yet
settle = None  # work.py makes time of them


@micropython.viper  # noqa: F821
def charge(amount: int):
    """`_w` of the instrumented firmware: microseconds, and the function in the bits above 16. Gives None."""
    counts = ptr32(cell)  # noqa: F821
    counts[0] = amount
    us = counts[1] + (amount & 0xFFFF)
    counts[1] = us
    if us > 5000:  # the clock lags behind by so much at most
        settle()


@micropython.viper  # noqa: F821
def ticks_diff(a: int, b: int) -> int:
    """As on a board: signed, within half a period of 2**30 ms."""
    return ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000


@micropython.viper  # noqa: F821
def ticks_add(ticks: int, delta: int) -> int:
    """Ticks a while later."""
    return (ticks + delta) & 0x3FFFFFFF
