"""Borrowing, on the real MicroPython with the compiled files: what is borrowed goes, what stays stays."""

import json
import subprocess

from tools.simulator.board import firmware

SCRIPT = """
import sys, json
sys.path[:0] = [sys.argv[1]]
sys.modules['machine'] = type('machine', (), {'reset': None})
import commands, rare
from rare import borrow
def loaded():
    return sorted([name for name in sys.modules if name.split('.')[0] in ('rare', 'commands')])
before, attributes = loaded(), (sorted(dir(rare)), sorted(dir(commands)))
result = {'before': before, 'names': []}
for name in sys.argv[2:]:
    module = borrow(name)
    result['names'].append(module.__name__)
    assert loaded() == before, (name, loaded())
    assert (sorted(dir(rare)), sorted(dir(commands))) == attributes, name
assert borrow('commands.power') is commands.power
act = borrow('commands.status').signal_text
assert act(31) == 'Excellent (-51dBm)'
assert borrow('commands.status').signal_text is not act
for name in ('rare.broken', 'rare.none'):
    try:
        borrow(name)
        assert False
    except (ValueError, ImportError):
        pass
    assert loaded() == before, loaded()
print(json.dumps(result))
"""


def test_nothing_that_is_borrowed_stays(tmp_path):
    built = firmware.compiled()
    folder = tmp_path / "firmware"
    (folder / "rare").mkdir(parents=True)
    for path in built.rglob("*.mpy"):
        target = folder / path.relative_to(built)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "rare" / "broken.py").write_text("from rare.voice import dial\nraise ValueError\n")
    names = sorted(".".join(path.relative_to(built).with_suffix("").parts) for path in built.glob("*/*.mpy"))
    names = [name for name in names if not name.endswith("__init__")]
    (tmp_path / "look.py").write_text(SCRIPT)
    command = [firmware.micropython(), str(tmp_path / "look.py"), str(folder), *names]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["names"] == names
    assert result["before"] == ["commands", "commands.access", "commands.args", "commands.power", "commands.rows", "rare"]
