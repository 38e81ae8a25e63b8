"""Shared private names: MicroPython keeps every name of every file for good, some 20 bytes of heap each, and two thirds of the
firmware's names are private to one file. As it is compiled, private names become `_a`, `_b`, ... in each file alike: a quarter
fewer names, 20 KB of a Pico's heap. Lines and everything public stay, so a traceback still says where.
"""

import io
import itertools
import re
import string
import tokenize

KEPT = {"_task_queue", "_w", "_l", "_n", "_hang"}  # asyncio's, and what the virtual board puts into builtins
_PRIVATE = re.compile(r"_[A-Za-z]\w*$")


def _short():
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield "_" + "".join(letters)


def shared(source: str) -> str:
    """The source with its private names replaced; what begins with two underscores is Python's own."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    found = [t.string for t in tokens if t.type == tokenize.NAME and _PRIVATE.match(t.string) and not t.string.startswith("__")]
    private = [name for name in dict.fromkeys(found) if name not in KEPT]
    taken = {t.string for t in tokens if t.type == tokenize.NAME} - set(private)
    names = dict(zip(private, (name for name in _short() if name not in taken), strict=False))
    lines = source.splitlines(True)
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string in names:
            (row, start), (_, end) = token.start, token.end
            line = lines[row - 1]
            lines[row - 1] = line[:start] + names[token.string] + line[end:]
    return "".join(lines)
