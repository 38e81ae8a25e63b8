"""Starts as a board does: the flash is the root folder, `boot.py` and `main.py` run, Ctrl-C leads to the REPL.

Arguments: control pipe, the modem's line, flash image, reset cause, kind, "main" or "boot" (what runs), and the firmware's
folder where the kind is "frozen". Kind "bare" is an image without the drivers. A frozen firmware lies in `/rom`, as in a
ROMFS: code cannot be frozen into a MicroPython that is built already.
"""

import os
import sys

import vfs

_HERE = __file__.rsplit("/", 1)[0]
sys.path[:] = [_HERE, _HERE + "/../shim"]
import machine  # noqa: F401
from disk import Disk, littlefs

if sys.argv[5] != "bare":  # what a board's image brings along
    import ds18x20  # noqa: F401
    import onewire  # noqa: F401


def _mount(path):
    system = littlefs(Disk(path))
    rom = vfs.VfsPosix(sys.argv[7]) if len(sys.argv) > 7 else None
    vfs.umount("/")
    vfs.mount(system, "/")
    if rom:
        vfs.mount(rom, "/rom", readonly=True)
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/rom", "/lib"]


_mount(sys.argv[3])


def _found(name):
    for folder in ("", "/rom/"):
        try:
            os.stat(folder + name)
            return folder + name
        except OSError:
            pass
    return None


for _name in ("boot.py", "main.py") if sys.argv[6] == "main" else ("boot.py",):
    _path = _found(_name)
    if not _path:
        continue
    try:
        execfile(_path, {"__name__": "__main__"})  # noqa: F821
    except KeyboardInterrupt as _error:
        sys.print_exception(_error)
        break
    except Exception as _error:
        sys.print_exception(_error)
