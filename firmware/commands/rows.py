"""What a command row is. HELP, the README's table and the checks come from the rows.

A form is the command's word and what follows: "ON", "ON#" (a number directly behind), "SECNUMBER+", "RING=", "RING?",
"HELP " (a space and a word), "SIMCARD*".
"""

from collections import namedtuple

from micropython import const

CTRL = const(0)  # acts, at any time
CONF = const(1)  # changes a setting, in the configuration window
INF = const(2)  # reads

Row = namedtuple("Row", ("form", "kind", "converter", "act", "always", "hint"))
# act(context, value) or act(context) gives the reply, None for `COMMAND - OK`; it may be a coroutine function;
# always: answered with SMSCONFIRM=OFF too (R1.6); hint: what to write behind the form


def command(form, kind, act, converter=None, always=False, hint=""):
    """A row whose `act` is code."""
    if converter is not None and not hint:
        hint = converter.hint
    return Row(form, kind, converter, act, always or kind == INF, hint)


def setting(row, check=None):
    """The two rows of a setting: `WORD=VALUE` and `WORD?`; `row` is its row of settings.py.

    check(context, value): called before the value is kept; raises `BadValue` or `Refused`.
    """
    word, _, kind = row

    def write(context, value):
        if check:
            check(context, value)
        context.store.set(word, value)
        return "%s=%s - OK" % (word, kind.said(value))

    def read(context):
        return word + "=" + kind.show(context.store.get(word))

    return (command(word + "=", CONF, write, kind), command(word + "?", INF, read))
