"""How much heap the firmware takes: of the shims on the 64-bit unix port, and of the parts on a 32-bit MicroPython.

The WebAssembly port of MicroPython (an npm package) has 32-bit pointers and 31-bit small integers like an RP2040, so the
same .mpy files take about the same heap there. It runs no tasks: what the running tasks add is estimated by a constant.
"""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tools.simulator import firmware
from tools.simulator.box import Box

PACKAGE = "@micropython/micropython-webassembly-pyscript@1.27.0"
TASKS = 14 * 450  # coroutines and frames of the running tasks, bytes on 32 bits; measured on the 64-bit port, halved

_SCRIPT = """
import { loadMicroPython } from './node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs';
import fs from 'fs'; import path from 'path';
const mp = await loadMicroPython({ heapsize: 1024 * 1024, stdout: () => {}, linebuffer: true });
function copy(from, to) {
  mp.FS.mkdir(to);
  for (const name of fs.readdirSync(from)) {
    const file = path.join(from, name);
    if (fs.statSync(file).isDirectory()) copy(file, to + '/' + name);
    else mp.FS.writeFile(to + '/' + name, fs.readFileSync(file));
  }
}
copy(process.argv[2], '/firmware');
copy(process.argv[3], '/stubs');
function used() {  // this port collects only between calls from outside
  mp.runPython('gc.collect()'); mp.runPython('gc.collect()'); mp.runPython('used = gc.mem_alloc()');
  return mp.globals.get('used');
}
mp.runPython("import gc, sys, asyncio, json, hashlib, binascii");
mp.runPython("sys.path[:0] = ['/stubs', '/firmware']\\nimport patch, machine");
const before = used();
mp.runPython("import app, build\\napp.started = 'power'\\nbuild.make_parts()");
process.stdout.write(String(used() - before));
"""
_STUBS = {
    "patch": "import asyncio\n"
    "if not hasattr(asyncio, 'StreamReader'):\n    asyncio.StreamReader = lambda uart: None\n"
    "if not hasattr(asyncio, 'ThreadSafeFlag'):\n    asyncio.ThreadSafeFlag = asyncio.Event\n",
    "machine": "class Pin:\n"
    "    IN = OUT = OPEN_DRAIN = PULL_UP = PULL_DOWN = IRQ_RISING = IRQ_FALLING = 1\n"
    "    def __init__(self, *a, **k): pass\n    def value(self, *a): return 1\n    def irq(self, *a): pass\n"
    "class UART:\n    def __init__(self, *a, **k): pass\n    def init(self, **k): pass\n"
    "def reset(): pass\n",
    "onewire": "class OneWire:\n    def __init__(self, pin): pass\n",
    "ds18x20": "class DS18X20:\n    def __init__(self, bus): pass\n",
}


_IDLE = """
import asyncio, json, hashlib, binascii
async def idle():
    while True:
        await asyncio.sleep(1)
asyncio.run(idle())
"""


@cache
def shim_heap() -> int:
    """Heap of the shims and asyncio alone, on the unix port: not the firmware's."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.py").write_text(_IDLE)
        (Path(folder) / "boot.py").write_text("")
        compiled = firmware.compiled
        firmware.compiled = lambda *_: Path(folder)
        try:
            box = Box()
            box.board.power_on()
            used = box.heap()
            box.close()
        finally:
            firmware.compiled = compiled
    return used


def heap_32bit() -> int | None:
    """Bytes of heap that the firmware takes on 32 bits; None where node or npm is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=folder, capture_output=True)
        if done.returncode:
            return None
        stubs = Path(folder) / "stubs"
        stubs.mkdir()
        for name, text in _STUBS.items():
            (stubs / f"{name}.py").write_text(text)
        (Path(folder) / "measure.mjs").write_text(_SCRIPT)
        command = ["node", "measure.mjs", str(firmware.compiled()), str(stubs)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        return int(done.stdout) + TASKS if done.returncode == 0 else None
