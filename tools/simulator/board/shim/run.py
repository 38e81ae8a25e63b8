"""Runs the firmware on the real MicroPython in virtual time: puts the shims in place, mounts the flash, runs
`boot.py` and `main.py` as a board does.

Arguments: pipe in, pipe out, flash image, firmware folder, reset cause, ticks at boot, unique id.
"""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])
import lockstep

lockstep.connect(sys.argv)
import loop
import pins
import wire

sys.modules["time"] = lockstep.time_module()
sys.modules["_asyncio"] = loop
sys.modules["machine"] = pins
sys.modules["onewire"] = wire
sys.modules["ds18x20"] = wire
loop.install()

import flash

flash.mount(sys.argv[3])
sys.path[:] = [sys.argv[4], ".frozen"]
lockstep.start()
for name in ("boot.py", "main.py"):
    execfile(sys.argv[4] + "/" + name)  # noqa: F821  the firmware; it never returns
