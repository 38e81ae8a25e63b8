"""SELFTEST: what a new owner wants to know of pins, sensor, modem, SIM and network; `tools/flash.py` shows it as a table."""

import gc
import sys

import clock
import dates
import hw
import restarts

from commands.about import VERSION, python_version
from commands.rows import CTRL, command

_REGISTRATIONS = {1: "home", 5: "roaming", 6: "texts only", 7: "texts only, roaming", 2: "searching", 3: "denied"}


async def _report(context):
    device = context.device
    modem, sensors = device.modem, device.sensors
    await sensors.refresh()
    gc.collect()
    rows = (
        ("Version", VERSION),
        ("Board", "%s %s" % (hw.NAME, hw.unique_id())),
        ("MicroPython", python_version() + " " + sys.platform),
        ("Started by", restarts.started),
        ("Pins", hw.levels()),
        ("Sensor", sensors.text()),
        ("Modem", modem.about()),
        ("SIM", modem.sim),
        ("Network", _REGISTRATIONS.get(modem.registration, "none") if modem.alive else "none"),
        ("Signal", device.signal_text()),
        ("Clock", dates.text(clock.now())),
        ("Heap", "%d KB used, %d KB free" % (gc.mem_alloc() // 1024, gc.mem_free() // 1024)),
    )
    return "\n".join([name + ": " + value for name, value in rows])


ROWS = (command("SELFTEST", CTRL, _report, always=True),)
