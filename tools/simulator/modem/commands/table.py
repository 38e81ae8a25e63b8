"""The table of commands: a name, its forms, what each needs and takes. Chapters fill it, `run` looks things up.

    execute("+CSQ")   AT+CSQ      read("+CSQ")  AT+CSQ?      write("+CREG", number(0, 2))  AT+CREG=1      test(...)  AT+CREG=?

An act gets the modem (and the converted values) and returns the lines before OK; it raises `Refuse` for an error, `Later` when
it answers by itself. A line may hold several lines: what belongs together without an empty line between.
"""

from dataclasses import dataclass

from tools.simulator.modem import arguments
from tools.simulator.modem.results import Refuse, Unknown


@dataclass
class Command:
    """One row. A form that is None is an ERROR."""

    execute: object = None
    read: object = None
    write: object = None
    test: object = None  # lines, or f(modem)
    converters: tuple = ()
    needs: object = None  # f(modem): raises Refuse while it cannot be done
    bad: tuple | None = None  # (code, kind) of the error for values that do not fit
    digits: bool = False  # a basic command: E1, not E=1
    raw: object = None  # f(modem, all that stands behind the name)


COMMANDS: dict[str, Command] = {}


def row(name: str) -> Command:
    """The row of a command, made at its first mention."""
    return COMMANDS.setdefault(name, Command())


def execute(*names):
    """Register what AT+NAME does."""
    return _register(names, "execute")


def read(*names):
    """Register what AT+NAME? tells."""
    return _register(names, "read")


def write(name, *converters, bad=None):
    """Register what AT+NAME=... does with its converted values. bad: the error for values that do not fit."""
    row(name).converters, row(name).bad = converters, bad
    return _register((name,), "write")


def test(name, *lines):
    """What AT+NAME=? answers: lines, a function of the modem, or nothing but OK."""
    row(name).test = lines[0] if lines and callable(lines[0]) else lambda modem: list(lines)


def needs(check, *names):
    """These commands, in every form but =?, are refused by `check`."""
    for name in names:
        row(name).needs = check


def _register(names, form):
    def register(act):
        for name in names:
            setattr(row(name), form, act)
        return act

    return register


def call(modem, name: str, argument: str):
    """Carry out one command. Returns its lines. Raises Unknown for what the table has not."""
    command = modem.commands[name]
    if command.raw:
        return command.raw(modem, argument)
    if argument == "=?":
        return _known(command.test)(modem)
    if command.digits:
        if argument[:1] == "=":
            raise Unknown
        argument = argument if argument == "?" else "=" + (argument or "0")
    elif argument and argument[0] not in "=?":
        raise Unknown
    act = _known(command.read if argument == "?" else command.write if argument else command.execute)
    if command.needs:
        command.needs(modem)
    if argument in ("", "?"):
        return act(modem)
    try:
        values = arguments.convert(argument[1:], command.converters)
    except Refuse as refused:
        raise Refuse(*command.bad) if command.bad else refused from None
    return act(modem, *values)


def _known(act):
    if act is None:
        raise Unknown
    return act
