# For a MicroPython image with the firmware frozen in: code then runs from flash and leaves the heap to its work.
#
#   TEXTSOCKET_BOARD=RPI_PICO make -C ports/rp2 BOARD=RPI_PICO FROZEN_MANIFEST=/path/to/boards/manifest.py
#
# boot.py stays out: what is frozen is updated with the image.

import os
import shutil
import tempfile
from pathlib import Path

include("$(PORT_DIR)/boards/manifest.py")  # noqa: F821  what the port itself freezes
require("onewire")  # noqa: F821
require("ds18x20")  # noqa: F821

_here = Path(__file__).resolve().parent if "__file__" in globals() else Path.cwd()
_folder = tempfile.mkdtemp(prefix="textsocket-board-")
shutil.copy(_here / (os.environ.get("TEXTSOCKET_BOARD", "RPI_PICO") + ".py"), Path(_folder) / "board.py")
module("board.py", base_path=_folder)  # noqa: F821

_firmware = _here.parent / "firmware"
for _path in sorted(_firmware.glob("*.py")):
    if _path.name != "boot.py":
        module(_path.name, base_path=str(_firmware))  # noqa: F821
for _name in ("cellular", "commands", "sms"):
    package(_name, base_path=str(_firmware))  # noqa: F821
