"""The shape of the firmware: imports point down, one owner a thing, files stay small, replies fit the alphabet."""

import ast
import re

import pytest
from sms import gsm7

from tests.conftest import ROOT

FIRMWARE = ROOT / "firmware"
LADDER = (  # a module imports from its own step or the steps below
    {"main", "boot"},
    {"device"},
    {"commands.status", "commands.security", "commands.temperature", "commands.date", "commands.contact", "commands.schedule",
     "commands.credit", "commands.about", "commands.selftest", "commands.measures"},
    {"console", "button", "leds", "mains", "calls", "scheduler", "alarm", "thermostat", "history", "reports"},
    {"commands"},
    {"commands.access", "commands.parsing"},
    {"commands.chapters"},
    {"commands.power"},
    {"commands.rows", "commands.codes"},
    {"sms.inbox", "sms.once"},
    {"sms.entry", "sms.outbox", "sms.parts"},
    {"sms.bill"},
    {"relay", "sensors"},
    {"storage"},
    {"journal"},
    {"settings"},
    {"modem"},
    {"cellular.health", "cellular.set_up", "cellular.messages", "cellular.polling"},
    {"cellular.heard"},
    {"cellular.voice", "cellular.ussd"},
    {"cellular.profiles", "cellular.at", "cellular.power", "cellular.times"},
    {"cellular.errors", "cellular"},
    {"sms.pdu"},
    {"kinds", "phones"},
    {"sms.gsm7", "sms"},
    {"restarts"},
    {"log"},
    {"hw", "tasks"},
    {"clock", "loading", "values"},
    {"dates"},
)  # fmt: skip
ON_DEMAND = {
    "commands.status",
    "commands.security",
    "commands.temperature",
    "commands.date",
    "commands.contact",
    "commands.schedule",
    "commands.credit",
    "commands.about",
    "commands.selftest",
    "commands.measures",
    "settings",
    "kinds",
    "phones",
}
# chapters, by the word of a text; the table of settings with its kinds
LONG = {}
OUTSIDE = {"array", "asyncio", "binascii", "collections", "gc", "hashlib", "io", "json", "micropython", "os", "sys"}
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
            assert _name(path) == "hw" or imported == "machine" and _name(path) in ("main", "boot")  # for the watchdog
        elif imported == "time":
            assert _name(path) == "clock"
        elif imported.split(".")[0] not in OUTSIDE:
            assert _step(imported) >= mine, f"{_name(path)} imports {imported}, which stands above it"


def test_what_is_loaded_on_demand_is_never_imported():
    """An import would keep a chapter in the heap for good, and load it between an event and its effect."""
    for path in FILES:
        if _name(path) not in ON_DEMAND:
            assert not set(_imports(path)) & ON_DEMAND, _name(path)
        late = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))]
        allowed = _name(path) in ("main", "hw")  # the socket before all else; drivers that a board without sensor lacks
        assert allowed or all(node.col_offset == 0 for node in late), f"{_name(path)} imports when it runs"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_files_are_small_and_documented(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no docstring"
    assert len(text.splitlines()) <= LONG.get(_name(path), 300)
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
            known = _name(path) in ("sms.gsm7",) or set(node.value) & set("“\u200b\u00a0°")
            assert fits or known, node.value


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_private_names_stay_in_their_file(path):
    tree = ast.parse(path.read_text())
    known = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_self(node.value)} | {"_task_queue"}
    known |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            assert node.attr in known, f"{ast.unparse(node)} is private to another file"


def _is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"


def test_no_f_strings_and_no_sleep():
    for path in FILES:
        text = path.read_text()
        assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.JoinedStr)], path
        assert not re.search(r"\btime\.sleep", text) or _name(path) == "clock", path
        assert "removeprefix" not in text and "removesuffix" not in text
