"""Chapter 20 of SPEC: what was measured and counted (R20.10, R20.11)."""

import gc

import clock
import dates
import restarts
from mains import length_text
from modem import dbm_of
from values import BadValue, celsius_text

from commands.about import VERSION, python_version
from commands.rows import CTRL, command


def _both(value):
    """`10.5C(50.9F)` of tenths of C: as measured, with tenths."""
    tenths_f = (value * 18 + (5 if value * 18 + 3200 >= 0 else -5) + 3200) // 10
    sign = "-" if tenths_f < 0 else ""
    whole, part = divmod(abs(tenths_f), 10)
    return "%s(%s%d%sF)" % (celsius_text(value), sign, whole, ".%d" % part if part else "")


def _span(name, low, low_at, high, high_at):
    return "%s: %s %s .. %s %s" % (name, _both(low), dates.text(low_at or None), _both(high), dates.text(high_at or None))


async def _minmax(context):
    await context.device.sensors.refresh()
    day = context.device.history.day()
    since = context.store.get("minmax")
    lines = [_span("24 h", *day) if day else "24 h: No readings"]
    if since:
        lines.append(_span("Since " + dates.text(since[0] or None), *since[1:]))
    return "\n".join(lines)


class _Reset:
    """The word RESET."""

    hint = "RESET"

    def parse(self, text):
        """None."""
        if text.upper() != "RESET":
            raise BadValue(self.hint)


async def _reset(context, value):
    await context.device.sensors.refresh()
    context.store.set("minmax", context.device.history.fresh())
    return "MINMAX=RESET - OK"


def _diag(context):
    """All in one part of 160 letters."""
    device = context.device
    modem = device.modem
    gc.collect()
    causes = ", ".join([row[0] for row in reversed(restarts.rows[-2:])])
    rssi = ["?" if value is None else "%ddBm" % dbm_of(value) for value in (modem.rssi, modem.worst_rssi)]
    lines = (
        "Up " + length_text(clock.uptime()),
        "Restarts %d: %s" % (restarts.count, causes),
        "Modem recoveries %d" % device.keeper.recoveries,
        "Signal %s, worst %s" % tuple(rssi),
        "Heap %d KB free" % (gc.mem_free() // 1024),
        "Sent today %d" % device.outbox.bill.today,
        "%s, MicroPython %s" % (VERSION, python_version()),
    )
    return "\n".join(lines)[:160]


ROWS = (
    command("MINMAX", CTRL, _minmax),
    command("MINMAX=", CTRL, _reset, _Reset()),
    command("DIAG", CTRL, _diag, always=True),
)
