"""What Python costs on a Pico (RP2040 at 125 MHz), in microseconds by kind of node: the charge for work.

Calibrated with `../shared/examples/pico_costs.py` and the measured rows of `../shared/data/pico.tsv`; tests/unit/test_charge.py
compares. Estimates of what a node does straight away: what a called function of the firmware does is charged in it.
"""

import ast

# What the single operations cost on a nearly empty heap is less than what they cost in the middle of the firmware, where room
# is harder to find: fitted to the measured paths.
SCALE = {"bare": 1.0, "mpy": 2.0, "frozen": 1.5}
LOAD_US, LOAD_US_BYTE = 20_600, 6.34  # a module in a folder of littlefs, by the bytes of its .mpy
LOAD_US_TOP = 13_500  # the same in the root folder
FROZEN_US, FROZEN_US_BYTE = 560, 0.45
SOURCE_US_BYTE = 5  # main.py and boot.py are compiled on the board

ENTER = 3.4  # a function
TURN = 2.6  # of a `for`, with its jump
TEST = 1.2  # a jump
ELEMENT = 7  # of a comprehension, appended
_STORE = {ast.Name: 0.5, ast.Attribute: 1.9, ast.Subscript: 3.5}
_SIMPLE = {
    ast.Constant: 0.3, ast.Name: 0.6, ast.Attribute: 1.5, ast.Subscript: 3, ast.Slice: 22, ast.BinOp: 2, ast.UnaryOp: 1.3,
    ast.Compare: 2, ast.Tuple: 8, ast.List: 16, ast.Dict: 24, ast.Set: 26, ast.Lambda: 14, ast.ListComp: 24, ast.GeneratorExp:
    28, ast.SetComp: 34, ast.DictComp: 34, ast.Await: 14, ast.Yield: 12, ast.YieldFrom: 14, ast.IfExp: TEST, ast.BoolOp: TEST,
    ast.JoinedStr: 95, ast.NamedExpr: 0.5, ast.Return: 1, ast.Raise: 12, ast.AugAssign: 1.4, ast.Delete: 3, ast.Try: 3,
    ast.With: 14, ast.AsyncWith: 60, ast.Import: 9, ast.ImportFrom: 14, ast.FunctionDef: 14, ast.AsyncFunctionDef: 14,
    ast.For: 4, ast.If: TEST, ast.Assert: 1,
}  # fmt: skip
FORMAT = 91  # `"..." % values`
CALL, METHOD = 4.3, 4.5
_BUILTINS = {
    "bytes": 14, "bytearray": 16, "str": 18, "int": 6, "list": 18, "dict": 26, "set": 26, "tuple": 14, "sorted": 40,
    "reversed": 18, "zip": 20, "enumerate": 20, "map": 20, "range": 10, "min": 8, "max": 8, "sum": 12, "any": 6, "all": 6,
    "repr": 40, "getattr": 5, "setattr": 5, "isinstance": 3, "len": 1, "ord": 1, "chr": 8, "abs": 1, "round": 4, "memoryview":
    14, "namedtuple": 150, "open": 40, "print": 0,
}  # fmt: skip
_MADE = 20  # an object of a class of ours, without what its __init__ does
_METHODS = {
    "append": 12, "join": 62, "split": 50, "rsplit": 50, "replace": 32, "strip": 18, "rstrip": 16, "lstrip": 16, "upper": 22,
    "lower": 22, "encode": 16, "decode": 20, "format": 95, "startswith": 2, "endswith": 2, "find": 4, "rfind": 4, "index": 5,
    "count": 5, "isdigit": 3, "items": 10, "keys": 9, "values": 9, "pop": 4, "insert": 20, "extend": 24, "remove": 6, "sort":
    30, "add": 8, "discard": 3, "copy": 20, "partition": 40, "read": 30, "readline": 60, "write": 20, "update": 20, "gmtime":
    40, "create_task": 90, "sleep_ms": 25, "sleep": 30, "wait_for": 250, "wait": 10, "acquire": 20, "to_bytes": 14,
    "from_bytes": 8, "pack": 20, "unpack": 30, "splitlines": 60, "center": 30,
}  # fmt: skip


def load_us(name: str, size: int, form: str) -> int:
    """Microseconds to load a module of so many bytes of `.mpy`, or of source."""
    if name in ("boot", "main"):
        return SOURCE_US_BYTE * size
    if form == "frozen":
        return round(FROZEN_US + FROZEN_US_BYTE * size)
    return round((LOAD_US if "." in name else LOAD_US_TOP) + LOAD_US_BYTE * size)


def of(node) -> float:
    """Microseconds of an expression, with all in it but the bodies of lambdas and comprehensions."""
    own = _OWN.get(type(node))
    if own:
        return own(node)
    cost = _SIMPLE.get(type(node), 0)
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        cost = _STORE.get(type(node), 1)
    return cost + sum(
        of(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr | ast.keyword | ast.Slice)
    )


def _call(node):
    cost = sum(of(argument) for argument in [*node.args, *node.keywords])
    function = node.func
    if isinstance(function, ast.Attribute):
        return cost + METHOD + of(function.value) + _METHODS.get(function.attr, 0)
    if isinstance(function, ast.Name):
        made = _MADE if function.id[:1].isupper() or function.id[:2].strip("_")[:1].isupper() else 0
        return cost + CALL + _BUILTINS.get(function.id, made)
    return cost + CALL + of(function)


def _binary(node):
    text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str | bytes)
    own = FORMAT if text and isinstance(node.op, ast.Mod) else _SIMPLE[ast.BinOp]
    if isinstance(node.op, ast.Add) and any(_is_text(side) for side in (node.left, node.right)):
        own = 16  # a new text
    return own + of(node.left) + of(node.right)


def _is_text(node):
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        or isinstance(node, ast.BinOp)
        and _is_text(node.left)
    )


def _either(node):  # not all of it is always evaluated
    return TEST + of(node.values[0]) + 0.6 * sum(of(value) + TEST for value in node.values[1:])


def _choice(node):
    return TEST + of(node.test) + 0.5 * (of(node.body) + of(node.orelse))


def _comprehension(node):
    return _SIMPLE[type(node)] + of(node.generators[0].iter)


def turn(generator) -> float:
    """Microseconds of a turn of a comprehension, its conditions included."""
    return TURN + of(generator.target) + sum(of(test) + TEST for test in generator.ifs)


_OWN = {
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.BoolOp: _either,
    ast.IfExp: _choice,
    ast.Lambda: lambda node: _SIMPLE[ast.Lambda],
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
}


def of_statement(node) -> float:
    """Microseconds of a statement, of a compound one only what stands before its colon."""
    cost = _SIMPLE.get(type(node), 0)
    if isinstance(node, ast.While | ast.ClassDef):
        return 0
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return cost + sum(of(default) for default in node.args.defaults)
    if isinstance(node, ast.With | ast.AsyncWith):
        return cost + sum(of(item.context_expr) for item in node.items)
    if isinstance(node, ast.AugAssign):
        return cost + of(node.target) + _SIMPLE[ast.BinOp] + of(node.value)
    return cost + sum(of(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
