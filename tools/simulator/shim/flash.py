"""The flash: a real littlefs on a block device that asks the host before every erase and program.

The host counts them, moves the clock by what they take (the UART is deaf meanwhile), and may cut the power at any of them,
also in the middle.
"""

import os
import struct
import vfs

import lockstep

BLOCK = 4096


class Flash:
    """Block device on a file."""

    def __init__(self, path):
        self._file = open(path, "r+b")
        self._file.seek(0, 2)
        self.count = self._file.tell() // BLOCK
        self.quiet = False  # formatting is not part of the story

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        allowed = len(buffer)
        if not self.quiet:
            lockstep.ask(b"f", struct.pack("<IHI", number, offset, len(buffer)))
            (allowed,) = struct.unpack("<I", lockstep.answer)
        self._file.seek(number * BLOCK + offset)
        self._file.write(memoryview(buffer)[:allowed])
        if allowed < len(buffer):
            lockstep.ask(b"x")  # the power is gone; the host ends this process

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.count
        if operation == 5:
            return BLOCK
        if operation == 6:
            if not self.quiet:
                lockstep.ask(b"e", struct.pack("<I", argument))
                if lockstep.answer == b"x":
                    lockstep.ask(b"x")
            self._file.seek(argument * BLOCK)
            self._file.write(b"\xff" * BLOCK)
        return 0


def mount(path):
    """Mount the image, formatting a blank one, and work in it."""
    device = Flash(path)
    first, second = bytearray(16), bytearray(16)
    device.readblocks(0, first)
    device.readblocks(1, second)
    if first == second == b"\xff" * 16:  # one alone was being written when the power failed
        device.quiet = True
        vfs.VfsLfs2.mkfs(device, progsize=256)
        device.quiet = False
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/flash")
    os.chdir("/flash")
