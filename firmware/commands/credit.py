"""Chapter 11 of SPEC (manual 12): credit and other codes of the operator. The answer takes its place in the reply later."""

from kinds import Code
from values import BadValue

from commands.rows import CONF, CTRL, INF, command


def _set(context, code):
    context.store.set("CREDITUMS", code)
    return "CREDITUMS=%s - OK" % (code or "NO")


def _credit(context):
    code = context.store.get("CREDITUMS")
    if code is None:
        raise BadValue("CREDITUMS=*100#")
    return "ask", code


def _simcard(context, code):
    return "ask", code


ROWS = (
    command("CREDITUMS=", CONF, _set, Code(no=True)),
    command("CREDITUMS?", INF, lambda context: "CREDITUMS: " + (context.store.get("CREDITUMS") or "NO")),
    command("CREDIT", CTRL, _credit, always=True),
    command("SIMCARD*", CONF, _simcard, Code(), always=True),
)
