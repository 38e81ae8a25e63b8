"""Chapter 8 of SPEC (manual 9): the alarm contact. SENSORTYPE, ALERT and RELAYTIME are plain settings."""

import dates

from commands.rows import CTRL, INF, command


def _function(on):
    return "ALARM function: " + ("Enabled" if on else "Disabled")


def _on(context):
    alarm = context.device.alarm
    context.store.set("alarm", 1)
    context.store.then(lambda: alarm.enable(True))
    move = alarm.move_on_activation(context.store)
    if alarm.active and context.store.get("ALERT") != "SMSCHANGE" and move:
        context.expect(move[0])
    return "ALARMON - OK\n" + _function(True) + ("\nSensor is active now!" if alarm.active else "")


def _off(context):
    alarm = context.device.alarm
    context.store.set("alarm", 0)
    context.store.then(lambda: alarm.enable(False))
    return "ALARMOFF - OK\n" + _function(False)


def _state(context):
    alarm = context.device.alarm
    status = "Active" if alarm.active else "No activity"
    return "%s\nSensor(s): %s\nALARM status: %s" % (_function(context.store.get("alarm")), alarm.jack_text(), status)


def _log(context):
    """The last 10 activations, newest first."""
    rows = context.store.get("alarmlog")
    return "\n".join([dates.text(row or None) for row in reversed(rows)]) or "ALARM log is empty"


ROWS = (
    command("ALARMON", CTRL, _on),
    command("ALARMOFF", CTRL, _off),
    command("ALARM?", INF, _state),
    command("SHOWALARMLOG", CTRL, _log, always=True),
)
