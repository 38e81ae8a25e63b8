"""How much heap the firmware takes: of the shims on the 64-bit unix port, and of the parts on a 32-bit MicroPython.

The WebAssembly port of MicroPython (an npm package) has 32-bit pointers and 31-bit small integers like an RP2040, so the
same .mpy files take about the same heap there. It runs no tasks, but makes them; the UART's buffers count, and the names that
rare modules leave behind. What there was before the firmware (asyncio, the port itself) does not. The collector takes for a
pointer whatever looks like one, so garbage is kept at times: the least of several heaps, each begun a little elsewhere, counts.
"""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tools.simulator.board import firmware
from tools.simulator.box import Box

PACKAGE = "@micropython/micropython-webassembly-pyscript@1.27.0"

_SHIFTS = ("16", "240", "800", "1504", "2000", "3008", "5008")  # bytes

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
mp.runPython(`shift = bytearray(${process.argv[4]})`);
const before = used();
mp.runPython("import app, commands, rare\\napp.started = 'power'\\nrare.borrow('rare.build').make_parts()");
const names = [];
for (const folder of ['rare', 'commands'])  // what is loaded for one use leaves its names behind
  for (const name of fs.readdirSync(path.join(process.argv[2], folder)))
    if (!name.startsWith('__')) names.push(folder + '.' + name.split('.')[0]);
mp.globals.set('names', names.join(' '));
mp.runPython("def once():\\n    for name in names.split():\\n        rare.borrow(name)\\n\\nonce()\\ndel names, once");
mp.runPython(`
import console, tasks
running = "keeper inbox outbox store relay sensors alarm scheduler calls mains leds button"
runs = [getattr(app, name).run for name in running.split()] + [app.modem.channel.listen, console.run]
kept = [(asyncio.create_task(tasks._keep_running('', run)), run()) for run in runs]
kept.append([asyncio.create_task(tasks.follow(None, None)) for _ in range(3)])
del running, runs`);
process.stdout.write(String(used() - before));
process.exit(0);
"""
_STUBS = {
    "patch": "import asyncio\n"
    "class StreamReader:\n    def __init__(self, s): self.s, self.e, self.out_buf = s, {}, b''\n"
    "if not hasattr(asyncio, 'StreamReader'):\n    asyncio.StreamReader = StreamReader\n"
    "if not hasattr(asyncio, 'ThreadSafeFlag'):\n    asyncio.ThreadSafeFlag = asyncio.Event\n",
    "machine": "class Pin:\n"
    "    IN = OUT = OPEN_DRAIN = PULL_UP = PULL_DOWN = IRQ_RISING = IRQ_FALLING = 1\n"
    "    def __init__(self, *a, **k): pass\n    def value(self, *a): return 1\n    def irq(self, *a): pass\n"
    "class UART:\n    def __init__(self, *a, **k): self.kept = bytearray(k['rxbuf']), bytearray(k['txbuf'])\n"
    "    def init(self, **k): pass\n"
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
        runs = [subprocess.run([*command, shift], cwd=folder, capture_output=True, text=True, check=True) for shift in _SHIFTS]
        return min(int(run.stdout) for run in runs)
