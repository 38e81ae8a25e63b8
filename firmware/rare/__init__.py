"""The rare half of the firmware: what starts, sets up, recovers, sends and ends. Its modules are loaded from flash for one
use and forgotten afterwards, so that a Pico's heap holds only what a text needs at once.

What stays loaded never imports them, it `borrow`s; among themselves they import as usual. Their functions take the part they
belong to (`modem`, `inbox`), as methods would; the other parts they find in `app`.
"""

import gc
import sys

_FOLDERS = ("rare", "commands")


def borrow(path):
    """The module `path` ("rare.set_up", "commands.security"), with what it imports from these two folders. All of it lives
    for as long as somebody holds something of it."""
    gc.collect()  # it shall find room in one piece
    stays = set(sys.modules)
    try:
        return __import__(path, None, None, ("*",))
    finally:
        for name in list(sys.modules):
            package, _, leaf = name.partition(".")
            if name not in stays and package in stays and leaf and package in _FOLDERS:
                del sys.modules[name]
                delattr(sys.modules[package], leaf)
