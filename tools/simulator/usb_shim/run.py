"""Starts as a board does: the flash is the root folder, `boot.py` and `main.py` run, Ctrl-C leads to the REPL.

Arguments: control pipe, the modem's line, flash image, reset cause, "whole" or "bare" (an image without the drivers).
"""

import os
import sys

import vfs

_HERE = __file__.rsplit("/", 1)[0]
sys.path[:] = [_HERE]
import machine  # noqa: F401

if sys.argv[5] == "whole":  # what a board's image brings along
    import ds18x20  # noqa: F401
    import onewire  # noqa: F401


class Flash:
    """Block device on a file."""

    def __init__(self, path):
        self._file = open(path, "r+b")
        self._file.seek(0, 2)
        self._count = self._file.tell() // 4096

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * 4096 + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self._file.seek(number * 4096 + offset)
        self._file.write(buffer)
        self._file.flush()

    def ioctl(self, operation, argument):
        if operation == 4:
            return self._count
        if operation == 5:
            return 4096
        return 0


def _mount(path):
    device = Flash(path)
    first, second = bytearray(16), bytearray(16)
    device.readblocks(0, first)
    device.readblocks(1, second)
    if first == second == b"\xff" * 16:  # one alone was being written when the power failed
        vfs.VfsLfs2.mkfs(device, progsize=256)
    vfs.umount("/")
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib"]


_mount(sys.argv[3])
for _name in ("boot.py", "main.py"):
    try:
        os.stat(_name)
    except OSError:
        continue
    try:
        execfile(_name, {"__name__": "__main__"})  # noqa: F821
    except KeyboardInterrupt as _error:
        sys.print_exception(_error)
        break
    except Exception as _error:
        sys.print_exception(_error)
