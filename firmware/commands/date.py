"""Chapter 7 of SPEC (manual 8): date and time."""

import clock
import dates
from values import BadValue

from commands.rows import CONF, CTRL, command


class _Date:
    """`yy/mm/dd,hh:mm:ss+zz`, zz in hours, `+0530` for half and quarter hours (R7.1)."""

    hint = "yy/mm/dd,hh:mm:ss+zz"

    def parse(self, text):
        """(UTC seconds since 2000, zone in quarter hours)."""
        fields = text[:17].replace("/", " ").replace(",", " ").replace(":", " ").split(" ")
        zone = self._zone(text[17:])
        if len(text) < 20 or [len(field) for field in fields] != [2] * 6 or not "".join(fields).isdigit() or zone is None:
            raise BadValue(self.hint)
        if text[2] + text[5] + text[8] + text[11] + text[14] != "//,::":
            raise BadValue(self.hint)
        numbers = [int(field) for field in fields]
        local = dates.seconds(*numbers)
        if local is None or numbers[0] < 20:
            raise BadValue(self.hint)
        return local - zone * 900, zone

    def _zone(self, text):
        digits = text[1:]
        if text[:1] not in ("+", "-") or not digits.isdigit() or len(digits) not in (2, 4):
            return None
        minutes = int(digits[2:] or 0)
        quarters = int(digits[:2]) * 4 + minutes // 15
        if minutes % 15 or minutes > 45 or quarters > 56:
            return None
        return -quarters if text[0] == "-" else quarters


def zone_text(quarters):
    """The offset from GMT as R7.1 writes it: `+02`, `-05`, `+0530`."""
    sign = "-" if quarters < 0 else "+"
    hours, rest = divmod(abs(quarters), 4)
    return "%s%02d%02d" % (sign, hours, rest * 15) if rest else "%s%02d" % (sign, hours)


def _stamp():
    return dates.text(clock.now()) + zone_text(clock.zone)


def _stamp_of(utc, zone):
    return dates.text(utc + zone * 900) + zone_text(zone)


def _from_message(context):
    message = context.message
    if message.time is None:
        raise BadValue(_Date.hint)
    context.store.then(lambda: context.device.set_time(message.time, message.zone, "message"))
    return "DATE %s - OK" % _stamp_of(message.time, message.zone)


def _by_hand(context, value):
    context.store.then(lambda: context.device.set_time(value[0], value[1], "hand"))
    return "DATE=%s - OK" % _stamp_of(*value)


ROWS = (
    command("DATESMS", CONF, _from_message),
    command("DATE=", CONF, _by_hand, _Date()),
    command("DATE", CTRL, lambda context: "DATE " + _stamp(), always=True),
)
