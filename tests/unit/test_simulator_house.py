"""The simulated modem's house: imports without circles, files of a readable size, and it stands without the board."""

import ast
import subprocess
import sys

from tests.conftest import ROOT

ROOMS = sorted(path for room in ("modem", "network") for path in (ROOT / "tools" / "simulator" / room).rglob("*.py"))


def _name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path):
    """The modules of the house that this one names."""
    names = {_name(other) for other in ROOMS}
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return (found & names) - {_name(path)}


def test_no_circles():
    graph = {_name(path): _imports(path) for path in ROOMS if path.name != "__init__.py"}
    while graph:
        leaves = [name for name, needs in graph.items() if not needs & set(graph)]
        assert leaves, f"they import each other: {graph}"
        for name in leaves:
            del graph[name]


def test_no_file_is_too_long():
    assert not [path for path in ROOMS if len(path.read_text().splitlines()) > 300]


def test_it_stands_without_the_board():
    code = "import sys, tools.simulator.modem.pty, tools.simulator.modem.alone; print([n for n in sys.modules if 'simulator.board' in n or 'gsm0338' in n or 'gsmmodem' in n])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
