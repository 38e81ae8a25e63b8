"""Builds the parts; who tells whom is written here and nowhere else."""

import asyncio

import alarm
import app
import clock
import commands
import hw
import inbox
import mains
import outbox
import relay
import scheduler
import thermostat
from at import ModemError
from button import Button
from calls import Calls
from commands import access, power
from commands.args import dial_form
from console import Console
from keeper import Keeper
from leds import Leds
from log import failure, log
from modem import Modem
from sensors import Sensors
from storage import Store
from tasks import supervise

_PARTS = (relay, outbox, inbox, thermostat, alarm, scheduler, mains)
_RESETS = {"resets": (0, lambda value: type(value) is int and 0 <= value < 1000)}  # by a modem that stayed silent
_TASKS = "keeper inbox outbox store relay sensors alarm scheduler calls mains leds button"
_erasing = False


def make_parts():
    """Fill in `app`. The relay comes first: the socket is restored before the modem is looked for."""
    modem = None

    def quiet():
        return modem.channel.quiet()

    store = app.store = Store(quiet, lambda: modem.kick.set())
    store.load(schema())
    app.relay = relay.Relay(store, leds_changed)
    power_loss = app.started == "power" or store.get("outage") is not None
    app.relay.boot(power_loss, store.get("POWERSTATE"))
    app.modem = modem = Modem()
    modem.off = store.get("outage") is not None  # we switched it off before we slept
    app.outbox = outbox.Outbox(modem, store)
    app.sensors = Sensors()
    app.thermostat = thermostat.Thermostat(store, app.relay, app.sensors, alert)
    app.alarm = alarm.Alarm(store, app.relay, app.outbox, modem, alert_numbers, leds_changed)
    app.scheduler = scheduler.Scheduler(store, act_on_rule)
    app.inbox = inbox.Inbox(modem, store, app.outbox, commands.execute, access.wanted, app.relay.apply, restart)
    app.calls = Calls(store, modem, app.outbox, act_on_call)
    app.keeper = Keeper(modem, sweep, hopeless, healthy)
    app.mains = mains.Mains(store, modem, app.keeper, app.outbox, alert, restore_socket, power_loss)
    app.leds = Leds(led_state)
    app.button = Button(press, set_erasing, erase)
    app.console = Console(store, commands.execute, app.inbox.save, app.relay.apply, restart)
    app.sensors.on_reading = app.thermostat.on_reading
    modem.on_time = time_known
    modem.on_change = leds_changed


def schema():
    schema = commands.schema()
    schema.update(_RESETS)
    for part in _PARTS:
        schema.update(part.SCHEMA)
    return schema


def start_tasks():
    """Start every task. The reader shows no beat: without it the keeper finds the modem silent. Nobody misses the console."""
    supervise("listen", app.modem.channel.listen, watched=False)
    supervise("console", app.console.run, watched=False)
    for name in _TASKS.split():
        supervise(name, getattr(app, name).run)


# -- who tells whom ----------------------------------------------------------------------------------------------


def alert_numbers():
    """The alert numbers as they are dialled, in order."""
    return [dial_form(digits) for digits in app.store.get("ALERTNUMBERS")]


def alert(text):
    """Tell all alert numbers; the caller saves the store."""
    app.outbox.alert(text, alert_numbers())


async def sweep(lost):
    """Look for messages whose notice was lost; with `lost`, when something is known to be, for calls too (they ring on)."""
    await app.inbox.sweep()
    if lost:
        await app.calls.sweep()


def leds_changed():
    """Something that the LEDs show has changed."""
    if app.leds:
        app.leds.changed()


def led_state():
    """What the LEDs show (R14.1)."""
    modem = app.modem
    sim = modem.sim in ("missing", "pin", "puk", "broken")
    return {
        "erasing": _erasing,
        "sim": sim,
        "fault": sim or modem.faulty,
        "alarm": app.alarm.enabled(),
        "active": app.alarm.enabled() and app.alarm.active,
        "on": app.relay.on,
        "registered": modem.alive and modem.registered,
    }


def time_known():
    """The clock was set: the scheduler looks again, and the modem keeps the time over a restart of the board."""
    app.scheduler.clock_set()
    if clock.source in ("message", "hand"):
        asyncio.create_task(_keep_time())


async def _keep_time():
    try:
        await app.modem.write_clock()
    except ModemError as error:
        log("modem: clock not set,", error.result)


def act_on_rule(action):
    """Carry out a scheduler action; the scheduler saves."""
    if action in ("ON", "OFF"):
        app.relay.switch(action == "ON", "schedule")
        app.relay.apply()
    elif action in ("AON", "AOF"):
        app.alarm.enable(action == "AON")
    else:
        asyncio.create_task(_send_status())


async def _send_status():
    try:
        text = await power.status()
        for number in alert_numbers():
            app.outbox.post(number, text)
    except Exception as error:
        failure("INF", error)


def act_on_call(action, number):
    """Switch or restart; the reply of the command that does the same."""
    if action == "SWITCH":
        app.relay.switch(not app.relay.on, "call from " + number)
        reply = power.socket_text(app.relay.on)
    else:
        app.relay.restart(app.store.get("RESTARTTIME"), "call from " + number)
        reply = power.RESTARTED
    app.relay.local()
    return app.thermostat.note(reply)


def press():
    """A short press of the button: the alarm off, else the socket toggled (R13.1)."""
    if app.alarm.enabled():
        log("button: alarm off")
        app.alarm.enable(False)
        app.store.save_soon()
    else:
        app.relay.switch(not app.relay.on, "button")
        app.relay.local()


def set_erasing(on):
    """POWER and OUT blink together while the button is held."""
    global _erasing
    _erasing = on
    leds_changed()


async def erase():
    """Back to the factory: everything is forgotten, in both generations of the store, and the board restarts."""
    log("factory reset")
    app.store.erase()
    await app.store.save()
    app.store.dirty = True  # the older generation must not come back
    await app.store.save()
    restart()


def restore_socket():
    """The mains is back: the socket by POWERSTATE; a time that was running has ended (R2.2)."""
    store = app.store
    app.relay.switch(relay.after_power_loss(store.get("relay") == 1, store.get("POWERSTATE")), "mains back")
    app.relay.local()


async def hopeless():
    """The modem stays silent whatever the keeper does: restart the board, more seldom each time."""
    count = app.store.get("resets")
    if clock.uptime() < 3600 << min(count, 5):
        log("recovery: board reset not yet")
        return
    app.store.set("resets", count + 1)
    await app.store.save()
    restart()


def healthy():
    """The modem has been well for an hour: the next silence counts from the beginning."""
    app.store.set("resets", 0, lazy=True)


def restart():
    """Restart the board."""
    log("restart")
    hw.reset()
