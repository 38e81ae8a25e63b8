"""Chapter 11 of SPEC (manual 12): credit and other codes of the operator."""

import app
from at import ModemError
from log import log
from micropython import const
from rare.ussd import ask

from commands.args import BadValue
from commands.rows import CONF, CTRL, INF, Setting, command

_SILENCE_S = const(60)


class _Code:
    """`*`, `#` and digits, ending in `#`; with `no`, NO is None."""

    def __init__(self, no=False):
        self.no = no
        self.hint = "*100#" + (" or NO" if no else "")

    def parse(self, text):
        """The code, None for NO."""
        if self.no and text.upper() == "NO":
            return None
        if not self.ok(text):
            raise BadValue(self.hint)
        return text

    def ok(self, value):
        """True for a code."""
        return len(value) > 2 and value[0] in "*#" and value[-1] == "#" and not value.strip("*#0123456789")


def _set(context, code):
    context.store.set("CREDITUMS", code)
    return "CREDITUMS=%s - OK" % (code or "NO")


def _ask_later(context, code):
    """The operator may take a minute: the reply follows when the answer is there."""

    async def answer():
        try:
            return await ask(app.modem, code, _SILENCE_S)
        except ModemError as error:
            log("USSD:", error.result)
            return "Execute error!"

    before = context.later

    async def both():
        first = await before()
        return first + "\n" + await answer()

    context.later = both if before else answer
    return ""


def _credit(context):
    code = context.store.get("CREDITUMS")
    if code is None:
        raise BadValue("CREDITUMS=*100#")
    return _ask_later(context, code)


ROWS = (
    Setting("CREDITUMS", None, _Code()),
    command("CREDITUMS=", CONF, _set, _Code(no=True)),
    command("CREDITUMS?", INF, lambda context: "CREDITUMS: " + (context.store.get("CREDITUMS") or "NO")),
    command("CREDIT", CTRL, _credit, always=True),
    command("SIMCARD*", CONF, _ask_later, _Code(), always=True),
)
