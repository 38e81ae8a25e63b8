"""Builds the parts at the start, and starts their tasks. What one tells another is in events.py."""

import app
import commands
import console
from alarm import Alarm
from button import Button
from calls import Calls
from commands import access
from events import healthy, led_state, leds_changed, sweep
from inbox import Inbox
from keeper import Keeper
from leds import Leds
from mains import Mains
from modem import Modem
from outbox import Outbox
from relay import Relay
from scheduler import Scheduler
from sensors import Sensors
from storage import Store
from tasks import supervise
from thermostat import Thermostat

from rare.load import load
from rare.restore import restore
from rare.schema import schema

_TASKS = "keeper inbox outbox store relay sensors alarm scheduler calls mains leds button"


def make_parts():
    """Fill in `app`. The relay comes first: the socket is restored before the modem is looked for."""
    store = app.store = Store()
    load(store, schema())
    app.relay = Relay(store, leds_changed)
    power_loss = app.started == "power" or store.get("outage") is not None
    restore(app.relay, store, power_loss)
    app.modem = modem = Modem()
    modem.off = store.get("outage") is not None  # we switched it off before we slept
    store.quiet, store.saved = modem.channel.quiet, modem.kick.set
    app.outbox = Outbox(modem, store)
    app.sensors = Sensors()
    app.thermostat = Thermostat(store, app.relay, app.sensors)
    app.alarm = Alarm(store, leds_changed)
    app.scheduler = Scheduler(store)
    app.inbox = Inbox(modem, store, app.outbox, commands.execute, access.wanted, app.relay.apply)
    app.calls = Calls()
    app.keeper = Keeper(modem, sweep, healthy)
    app.mains = Mains(store, power_loss)
    app.leds = Leds(led_state)
    app.button = Button()
    app.sensors.on_reading = app.thermostat.on_reading
    modem.on_change = leds_changed


def start_tasks():
    """Start every task. The reader shows no beat: without it the keeper finds the modem silent. Nobody misses the console."""
    supervise("listen", app.modem.channel.listen, watched=False)
    supervise("console", console.run, watched=False)
    for name in _TASKS.split():
        supervise(name, getattr(app, name).run)
