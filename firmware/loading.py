"""Code that is not kept: loaded from flash for one use, and gone when the last thing of it is let go. Where the code is frozen
a load costs nothing, and all of this is a plain import."""

import gc
import sys


def once(path):
    """The module `path` ("settings", "commands.status"), with what it imports that is not there already."""
    gc.collect()  # it shall find room in one piece
    stays = set(sys.modules)
    try:
        return __import__(path, None, None, ("*",))
    finally:
        for name in [name for name in sys.modules if name not in stays]:
            package, _, leaf = name.rpartition(".")
            del sys.modules[name]
            if package in sys.modules:
                delattr(sys.modules[package], leaf)
