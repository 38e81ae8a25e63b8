"""A command line: cut at its semicolons, carried out until the first error."""

import re

from tools.simulator.modem import hostile
from tools.simulator.modem.commands import table
from tools.simulator.modem.results import Later, Refuse, Unheard, Unknown, error

LONGEST, MOST = 556, 39  # characters and commands of a line (manual 1.4.4)
_EXTENDED = re.compile(r"([+*^][A-Za-z0-9]+)(.*)", re.DOTALL)
_BASIC = re.compile(r"(&[A-Za-z]|[Ss]\d+|[A-Za-z])(\d+|=\?|=\d*|\?)?")
MOST_UNKNOWN = 1000


def run(modem, text: str) -> None:
    """Run a line that begins with AT."""
    lines, name, argument = [], "", ""
    modem.late_ms = 0
    try:
        parts = split(text[2:]) or [("", "")]
        if len(text) > LONGEST or len(parts) > MOST:
            raise Refuse
        for name, argument in parts:
            lines += _one(modem, name, argument) or []
    except Later:
        return
    except Unheard:
        modem.unheard()
        return
    except Refuse as refused:
        modem.answer(lines, error(refused, modem.settings["CMEE"]), name + argument)
        return
    modem.answer(lines, "OK", name + argument)


def split(body: str) -> list[tuple[str, str]]:
    """[(name, argument)] of what stands behind AT."""
    parts = []
    body = body.strip()
    while body:
        if body[0] in "+*^":
            end = _end_of_extended(body)
            found = _EXTENDED.fullmatch(body[:end].rstrip())
            parts.append((found[1].upper(), found[2].strip()) if found else (body[:end], ""))
            body = body[end + 1 :].lstrip()
        elif body[0] in "Dd":
            return [*parts, ("D", body[1:])]
        elif found := _BASIC.match(body):
            parts.append((found[1].upper(), found[2] or ""))
            body = body[found.end() :].lstrip("; ")
        else:
            return [*parts, (body, "")]
    return parts


def _end_of_extended(body):
    quoted = False
    for place, letter in enumerate(body):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return place
    return len(body)


def _one(modem, name, argument):
    if name not in modem.commands:
        raise _unknown(modem, name + argument)
    if how := hostile.take(modem, name, argument):
        mode, more = how
        if mode == "ok":
            return []
        if mode != "late":
            raise Refuse(*more) if mode == "error" else Unheard
        modem.late_ms += hostile.late_ms(name, more)
    try:
        return table.call(modem, name, argument)
    except Unknown:
        raise _unknown(modem, name + argument) from None


def _unknown(modem, text):
    if len(modem.unknown) < MOST_UNKNOWN:
        modem.unknown.append(text)
    return Refuse(100)
