"""Chapter 6 of SPEC (manual 7): thermostat, set point, temperature alerts."""

import app
from thermostat import set_point_text

from commands.args import BadValue
from commands.rows import CONF, CTRL, INF, Setting, command
from commands.settings import Choice, setting


class Celsius:
    """A set point: `10C` or `50F`, whole numbers, kept in whole C (R6.1); with `off`, OFF is None."""

    def __init__(self, off=False):
        self.off = off
        self.hint = "-55C..120C or -67F..248F" + (" or OFF" if off else "")

    def parse(self, text):
        """Whole degrees C; from F cut toward zero."""
        text = text.upper().replace("°", "")
        if self.off and text == "OFF":
            return None
        digits = text[:-1].lstrip("+")
        sign = -1 if digits[:1] == "-" else 1
        digits = digits[1:] if sign < 0 else digits
        if not digits.isdigit() or len(digits) > 3 or text[-1:] not in "CF":
            raise BadValue(self.hint)
        value = sign * int(digits)
        if text[-1] == "F":
            if not -67 <= value <= 248:
                raise BadValue(self.hint)
            value = (value - 32) * 5
            value = -(-value // 9) if value < 0 else value // 9
        if not self.ok(value):
            raise BadValue(self.hint)
        return value

    def ok(self, value):
        """True for a set point; None (OFF) is a factory value and never in a file."""
        return type(value) is int and -55 <= value <= 120

    def show(self, value):
        """`10C(50F)` or `OFF`."""
        return "OFF" if value is None else set_point_text(value)


def _mode():
    return "THERMOSTAT=" + app.store.get("THERMOSTAT")


def _set_point():
    return "Switch-off temperature: " + set_point_text(app.store.get("SWITCHOFFTEMP"))


def _enabled():
    return "THERMOSTAT: " + ("Enabled" if app.thermostat.enabled() else "Disabled")


async def _on(context):
    await app.sensors.refresh(now=True)
    app.thermostat.enable(True)
    return "THERMOSTATON - OK\n%s\n%s\nNote! Thermostat is working now!" % (_mode(), _set_point())


def _off(context):
    app.thermostat.enable(False)
    return "THERMOSTATOFF - OK\nNote! Thermostat was disabled!"


def _set_mode(context, mode):
    context.store.set("THERMOSTAT", mode)
    app.thermostat.rearm("sensor")
    return "%s - OK\n%s\n%s" % (_mode(), _set_point(), _enabled())


def _set_temperature(context, celsius):
    context.store.set("SWITCHOFFTEMP", celsius)
    app.thermostat.rearm("sensor")
    return "SWITCHOFFTEMP=%s - OK\n%s\n%s" % (set_point_text(celsius), _mode(), _enabled())


def _limit_changed(name, other, rising):
    """TRISEALERT at or below TFALLALERT makes no sense (R6.5)."""

    def changed(value):
        against = app.store.get(other)
        if value is not None and against is not None and (value <= against if rising else value >= against):
            raise BadValue("more than TFALLALERT" if rising else "less than TRISEALERT")
        app.thermostat.rearm(name)

    return changed


def _sensor_alert_changed(value):
    app.thermostat.rearm("sensor")


ROWS = (
    Setting("THERMOSTAT", "HEATING", Choice("HEATING", "COOLING")),
    Setting("SWITCHOFFTEMP", 10, Celsius()),
    command("THERMOSTATON", CTRL, _on),
    command("THERMOSTATOFF", CTRL, _off),
    command("THERMOSTAT=", CONF, _set_mode, Choice("HEATING", "COOLING")),
    command("THERMOSTAT?", INF, lambda context: "%s\n%s\n%s" % (_enabled(), _mode(), _set_point())),
    command("SWITCHOFFTEMP=", CONF, _set_temperature, Celsius()),
    command("SWITCHOFFTEMP?", INF, lambda context: "SWITCHOFFTEMP=" + set_point_text(app.store.get("SWITCHOFFTEMP"))),
    setting("SWITCHOFFALERT", Choice("OFF", "ON"), "OFF"),
    setting("TSENSFAILALERT", Choice("OFF", "ON"), "OFF", _sensor_alert_changed),
    setting("TRISEALERT", Celsius(off=True), None, _limit_changed("rise", "TFALLALERT", True)),
    setting("TFALLALERT", Celsius(off=True), None, _limit_changed("fall", "TRISEALERT", False)),
)
