"""How much heap the firmware takes on a Pico: what a 32-bit MicroPython says of its parts.

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

PACKAGE = "@micropython/micropython-webassembly-pyscript@1.27.0"

_PORT = 7400  # bytes that a Pico's port and asyncio take: what was measured there less what is measured here
_FROZEN = 1.07  # bytes of heap that a byte of .mpy takes only where it is not frozen (measured: 152 KB, 65 KB)
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
mp.runPython("sys.path[:0] = ['/stubs', '/firmware']\\nimport patch, machine, parts");
mp.runPython(`shift = bytearray(${process.argv[4]})`);
const before = used();
mp.runPython("kept = parts.make()");
const more = used() - before;
mp.runPython("names = ' '.join(sys.modules)");
process.stdout.write(more + ' ' + mp.globals.get('names'));
process.exit(0);
"""
SHIM = Path(__file__).parent / "wasm_shim"


@cache
def heap_32bit() -> tuple[int, tuple] | None:
    """Bytes of heap that the firmware takes on 32 bits, and the modules that stay loaded; None where node or npm is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=folder, capture_output=True)
        if done.returncode:
            return None
        (Path(folder) / "measure.mjs").write_text(_SCRIPT)
        command = ["node", "measure.mjs", str(firmware.compiled()), str(SHIM)]
        runs = [subprocess.run([*command, shift], cwd=folder, capture_output=True, text=True, check=True) for shift in _SHIFTS]
    least = min((run.stdout.split() for run in runs), key=lambda words: int(words[0]))
    return int(least[0]), tuple(least[1:])


def pico_heap(form: str) -> int | None:
    """Bytes of heap in use on a Pico, an estimate; None where node or npm is missing."""
    measured = heap_32bit()
    if measured is None:
        return None
    small, loaded = measured
    if form == "frozen":
        paths = [firmware.compiled() / f"{name.replace('.', '/')}{end}" for name in loaded for end in (".mpy", "/__init__.mpy")]
        small -= round(_FROZEN * sum(path.stat().st_size for path in paths if path.exists()))
    return small + _PORT
