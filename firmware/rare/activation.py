"""What the alarm sensor's activation does (R8): log, RELAYTIME, notifications and the pause between them."""

import asyncio

import app
import clock
import dates
from log import log
from micropython import const

from rare import borrow
from rare.alerts import alert, alert_numbers

_PAUSE_S = const(60)  # after a notification cycle
_MOST_LOGGED = const(10)


def relay_on_activation(relaytime):
    """What RELAYTIME does when the sensor is activated: None, or (on, seconds or 0)."""
    if relaytime == "0":
        return None
    on = relaytime.startswith("ON")
    seconds = relaytime[2 if on else 3 :]
    return on, int(seconds) if seconds else 0


def changed(alarm):
    """The sensor has become active, or come to rest."""
    log("sensor", "active" if alarm.active else "at rest")
    if alarm.active:
        if alarm.cycle is None:
            _log_activation()
        if alarm.enabled() and app.store.get("ALERT") == "OFF":
            _move_relay()
    app.store.save_soon()


def _log_activation():
    rows = app.store.get("alarmlog")
    app.store.set("alarmlog", (rows + [clock.now() or 0])[-_MOST_LOGGED:])


def react(alarm):
    """Start, end or repeat a cycle of notifications, as the sensor and the settings are now."""
    kind = app.store.get("ALERT")
    if kind in ("SMS", "CALL"):
        _end_cycle(alarm)
        if alarm.active and alarm.cycle is None:
            _start_cycle(alarm, kind)
        return
    alarm.cycle = None
    if kind == "SMSCHANGE":
        _tell_change(alarm)


def _end_cycle(alarm):
    if alarm.cycle is None or alarm.is_busy():
        return
    if alarm.cycle == "notifying":
        alarm.cycle = clock.uptime() + _PAUSE_S
    else:
        alarm.cycle = None
        if alarm.active:
            _log_activation()


def _start_cycle(alarm, kind):
    alarm.cycle = "notifying"
    _move_relay()
    alarm.text = "ALARM! Sensor activated " + dates.text(clock.now())
    log("alarm:", kind)
    if kind == "CALL" and alert_numbers():
        alarm.calling = True
        asyncio.create_task(borrow("rare.cascade").call_all(alarm, alarm.text))
    else:
        alert(alarm.text)
    app.store.save_soon()


def _move_relay():
    move = relay_on_activation(app.store.get("RELAYTIME"))
    if move is None:
        return
    on, seconds = move
    if seconds:
        app.relay.switch_for(on, seconds, "alarm sensor")
    else:
        app.relay.switch(on, "alarm sensor")
    app.relay.local()


def _tell_change(alarm):
    """SMSCHANGE: one message a change; the state told last is in the store, so none is lost over a restart."""
    if int(alarm.active) == app.store.get("sensor"):
        return
    app.store.set("sensor", int(alarm.active))
    if alarm.active:
        text = "ALARM! Sensor activated "
        _move_relay()
    else:
        text = "ALARM: Sensor back to normal "
        move = relay_on_activation(app.store.get("RELAYTIME"))
        if move:
            app.relay.switch(not move[0], "alarm sensor back to normal")
            app.relay.local()
    alert(text + dates.text(clock.now()))
    app.store.save_soon()
