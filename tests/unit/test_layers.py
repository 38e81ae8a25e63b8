"""The shape of the firmware: imports point down, one owner a thing, files stay small, replies fit the alphabet."""

import ast
import re

import gsm7
import pytest

from tests.conftest import ROOT

FIRMWARE = ROOT / "firmware"
LADDER = (  # a module imports from its own step or the steps below
    {"main"},
    {"rare.build", "boot"},
    {"rare.rules", "rare.schema", "rare.load"},  # rare modules among themselves; see test_what_is_borrowed
    {"commands.alarms", "commands.schedule", "commands.credit", "commands.date", "commands.device", "commands.confirm",
     "commands.security", "commands.status", "commands.supply", "commands.temperature", "commands.calls", "commands.selftest"},
    {"commands.settings", "commands.words"},
    {"rare.activation", "rare.cascade", "rare.ladder", "rare.odd_messages", "rare.outage", "rare.parts",
     "rare.password", "rare.press", "rare.restore", "rare.sending", "rare.set_up", "rare.typed", "rare.ussd"},
    {"rare.modem_power"},
    {"rare.urcs"},
    {"rare.alerts", "rare.call", "rare.letters", "rare.modem_clock", "rare.submit", "rare.voice"},
    {"rare.sync"},
    {"events"},
    {"commands", "calls"},
    {"commands.power"},
    {"commands.access", "commands.rows"},
    {"commands.args"},
    {"alarm", "thermostat", "scheduler", "mains", "leds", "button"},
    {"inbox", "outbox", "relay", "sensors", "storage", "keeper", "console"},
    {"modem"},
    {"messages", "rare.odd_pdu"},
    {"at", "pdu"},
    {"gsm7", "tasks", "app"},
    {"hw", "log"},
    {"clock"},
    {"dates"},
    {"rare"},
)  # fmt: skip
STAYS = {"commands.access", "commands.args", "commands.power", "commands.rows"}  # of the folders whose modules are borrowed
OUTSIDE = {"asyncio", "binascii", "collections", "gc", "hashlib", "json", "micropython", "os", "sys"}
FILES = sorted(FIRMWARE.rglob("*.py"))
MODULES = {".".join(path.relative_to(FIRMWARE).with_suffix("").parts) for path in FILES}


def _name(path):
    parts = path.relative_to(FIRMWARE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in within)


def _is_borrowed(name):
    return name.startswith(("rare.", "commands.")) and name not in STAYS


def _step(name):
    for step, names in enumerate(LADDER):
        if name in names:
            return step
    raise AssertionError(f"{name} has no step on the ladder")


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_imports_point_down(path):
    mine = _step(_name(path))
    for imported in _imports(path):
        if imported in ("machine", "board", "ds18x20", "onewire"):
            assert _name(path) == "hw"
        elif imported == "time":
            assert _name(path) == "clock"
        elif imported.split(".")[0] not in OUTSIDE:
            assert _step(imported) >= mine, f"{_name(path)} imports {imported}, which stands above it"


def test_what_is_borrowed_is_there_and_never_imported():
    """An import would keep a rare module in the heap for good."""
    names = {_name(path) for path in FILES}
    used = set()
    for path in FILES:
        used.update(name for name in re.findall(r'(?:borrow|rarely)\("([\w.]+)"', path.read_text()) if name != "commands.")
        imported = {name for name in _imports(path) if name.startswith(("rare.", "commands.")) and name in names} - STAYS
        used |= imported
        assert not imported or _is_borrowed(_name(path)), f"{_name(path)} stays loaded, and would keep {imported}"
        late = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))]
        if _is_borrowed(_name(path)):
            assert all(node.col_offset == 0 for node in late), (
                f"{_name(path)} imports when it runs, and what it imports would stay"
            )
    assert used <= names
    assert {name for name in names if name.startswith("rare.")} <= used


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_files_are_small_and_documented(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no docstring"
    assert len(text.splitlines()) <= 300
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 45, f"{node.name} needs scrolling"


def test_main_is_a_page():
    assert len((FIRMWARE / "main.py").read_text().splitlines()) < 80


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_what_is_said_fits_the_alphabet(path):
    """Every text the firmware can send is a literal somewhere: all of them fit GSM 7-bit."""
    tree = ast.parse(path.read_text())
    docs = {id(node.body[0].value) for node in ast.walk(tree) if hasattr(node, "body") and isinstance(node.body, list)
            and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            fits = gsm7.encode(node.value) is not None
            known = _name(path) in ("gsm7",) or set(node.value) & set("“\u200b\u00a0°")
            assert fits or known, node.value


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_private_names_stay_in_their_file(path):
    tree = ast.parse(path.read_text())
    known = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_self(node.value)} | {"_task_queue"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            assert node.attr in known, f"{ast.unparse(node)} is private to another file"


def _is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"


def test_no_f_strings_and_no_sleep():
    for path in FILES:
        text = path.read_text()
        assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.JoinedStr)], path
        assert not re.search(r"\btime\.sleep", text), path
        assert "removeprefix" not in text and "removesuffix" not in text
