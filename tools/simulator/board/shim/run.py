"""Runs the firmware on the real MicroPython in virtual time: puts the shims in place, mounts the flash, runs
`boot.py` and `main.py` as a board does.

Arguments: pipe in, pipe out, flash image, firmware folder, reset cause, ticks at boot, unique id, "mpy" or "frozen".
"""

import io
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])
import lockstep
import work

lockstep.connect(sys.argv)
import dear
import loop
import pins
import wire

sys.modules["time"] = lockstep.time_module()
sys.modules["_asyncio"] = loop
sys.modules["machine"] = pins
sys.modules["onewire"] = wire
sys.modules["ds18x20"] = wire
dear.install(sys.argv[8])
loop.install()

import flash

flash.mount(sys.argv[3])
sys.path[:] = [sys.argv[4], ".frozen"]
lockstep.start()
work.spend(110000 if lockstep.cause == "power" else 30000, "port")  # MicroPython's own start
for name in ("boot.py", "main.py"):
    try:
        execfile(sys.argv[4] + "/" + name)  # noqa: F821  the firmware
    except BaseException as error:
        text = io.StringIO()
        sys.print_exception(error, text)
        for line in text.getvalue().split("\n"):
            print(line)
work.prompt()  # as a board that has nothing to run any more; only the watchdog can help
