"""Starts as a board does: the flash is the root folder, `boot.py` and `main.py` run, Ctrl-C leads to the REPL.

Arguments: control pipe, the modem's line, flash image, reset cause, "whole" or "bare" (an image without the drivers).
"""

import os
import sys

import vfs

_HERE = __file__.rsplit("/", 1)[0]
sys.path[:] = [_HERE, _HERE + "/../shim"]
import machine  # noqa: F401
from disk import Disk, littlefs

if sys.argv[5] == "whole":  # what a board's image brings along
    import ds18x20  # noqa: F401
    import onewire  # noqa: F401


def _mount(path):
    system = littlefs(Disk(path))
    vfs.umount("/")
    vfs.mount(system, "/")
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
