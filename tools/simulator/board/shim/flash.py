"""The flash: a real littlefs on a block device that asks the host before every erase and program.

The host counts them, moves the clock by what they take (the UART is deaf meanwhile), and may cut the power at any of them,
also in the middle.
"""

import os
import struct
import vfs

import lockstep
import work
from disk import BLOCK, Disk, littlefs


READ_US, READ_US_BYTE = 8, 0.25  # of the driver, littlefs' own included


class Flash(Disk):
    """A disk that asks."""

    def __init__(self, path):
        super().__init__(path)
        self.quiet = True  # formatting is not part of the story

    def readblocks(self, number, buffer, offset=0):
        work.charge(int(READ_US + READ_US_BYTE * len(buffer)))
        super().readblocks(number, buffer, offset)

    def writeblocks(self, number, buffer, offset=0):
        allowed = len(buffer)
        if not self.quiet:
            _ask(b"f", struct.pack("<IHI", number, offset, len(buffer)), "program")
            (allowed,) = struct.unpack("<i", lockstep.answer)
            if allowed < 0:  # it fails: littlefs gets an error of the driver
                return allowed
        super().writeblocks(number, memoryview(buffer)[:allowed], offset)
        if allowed < len(buffer):
            lockstep.ask(b"x")  # the power is gone; the host ends this process

    def ioctl(self, operation, argument):
        if operation != 6:
            return super().ioctl(operation, argument)
        if not self.quiet:
            _ask(b"e", struct.pack("<I", argument), "erase")
            if lockstep.answer == b"x":
                lockstep.ask(b"x")
            if lockstep.answer:
                return struct.unpack("<i", lockstep.answer)[0]
        super().writeblocks(argument, b"\xff" * BLOCK)
        return 0


def _ask(kind, payload, name):
    work.settle()
    began = lockstep.now
    lockstep.ask(kind, payload)
    work.took(name, began)


def mount(path):
    """Mount the image, formatting a blank one, and work in it."""
    device = Flash(path)
    system = littlefs(device)
    device.quiet = False
    vfs.mount(system, "/flash")
    os.chdir("/flash")
