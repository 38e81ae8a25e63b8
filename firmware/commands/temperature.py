"""Chapter 6 of SPEC (manual 7): thermostat, set point, limits. The rest are plain settings."""

import settings
from values import BadValue, set_point_text

from commands.rows import CONF, CTRL, INF, command, setting


def _mode(store):
    return "THERMOSTAT=" + store.get("THERMOSTAT")


def _set_point(store):
    return "Switch-off temperature: " + set_point_text(store.get("SWITCHOFFTEMP"))


def _enabled(store):
    return "THERMOSTAT: " + ("Enabled" if store.get("thermostat") else "Disabled")


async def _on(context):
    store, thermostat = context.store, context.device.thermostat
    await context.device.sensors.refresh(now=True)
    store.set("thermostat", 1)
    context.orders(thermostat)
    was_on, first = context.on, thermostat.first(store, context.on)
    if first:
        context.plan(*first, lazy=True)
        store.then(lambda: thermostat.began(was_on, first[1]))
    return "THERMOSTATON - OK\n%s\n%s\nNote! Thermostat is working now!" % (_mode(store), _set_point(store))


def _off(context):
    context.store.set("thermostat", 0)
    context.orders(context.device.thermostat)
    context.store.then(context.device.thermostat.end)
    return "THERMOSTATOFF - OK\nNote! Thermostat was disabled!"


def _set_mode(context, mode):
    store = context.store
    store.set("THERMOSTAT", mode)
    return "%s - OK\n%s\n%s" % (_mode(store), _set_point(store), _enabled(store))


def _set_temperature(context, celsius):
    store = context.store
    store.set("SWITCHOFFTEMP", celsius)
    context.orders(context.device.thermostat)
    return "SWITCHOFFTEMP=%s - OK\n%s\n%s" % (set_point_text(celsius), _mode(store), _enabled(store))


def _limit_changed(other, rising):
    """TRISEALERT at or below TFALLALERT makes no sense (R6.5)."""

    def changed(context, value):
        against = context.store.get(other)
        if value is not None and against is not None and (value <= against if rising else value >= against):
            raise BadValue("more than TFALLALERT" if rising else "less than TRISEALERT")

    return changed


ROWS = (
    command("THERMOSTATON", CTRL, _on),
    command("THERMOSTATOFF", CTRL, _off),
    command("THERMOSTAT=", CONF, _set_mode, settings.row_of("THERMOSTAT")[2]),
    command("THERMOSTAT?", INF, lambda context: "\n".join([act(context.store) for act in (_enabled, _mode, _set_point)])),
    command("SWITCHOFFTEMP=", CONF, _set_temperature, settings.row_of("SWITCHOFFTEMP")[2]),
    command("SWITCHOFFTEMP?", INF, lambda context: "SWITCHOFFTEMP=" + set_point_text(context.store.get("SWITCHOFFTEMP"))),
    setting(settings.row_of("TRISEALERT"), _limit_changed("TFALLALERT", True)),
    setting(settings.row_of("TFALLALERT"), _limit_changed("TRISEALERT", False)),
)
