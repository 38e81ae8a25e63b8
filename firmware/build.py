"""Builds the parts and says which tasks run; who tells whom is written here and nowhere else."""

import app
import commands
import hw
import inbox
import outbox
import relay
from alarm import Alarm
from alarm import SCHEMA as ALARM_SCHEMA
from commands import access
from commands.args import dial_form
from inbox import Inbox
from keeper import Keeper
from log import log
from modem import Modem
from outbox import Outbox
from relay import Relay
from sensors import Sensors
from storage import Store
from tasks import supervise
from thermostat import SCHEMA as THERMOSTAT_SCHEMA
from thermostat import Thermostat

_RESETS = {"resets": (0, lambda value: type(value) is int and 0 <= value < 1000)}  # by a modem that stayed silent


def _schema():
    schema = dict(commands.SCHEMA)
    for part in (_RESETS, relay.SCHEMA, outbox.SCHEMA, inbox.SCHEMA, ALARM_SCHEMA, THERMOSTAT_SCHEMA):
        schema.update(part)
    return schema


def alert_numbers():
    """The alert numbers as they are dialled, in order."""
    return [dial_form(digits) for digits in app.store.get("ALERTNUMBERS")]


def alert(text):
    """Tell all alert numbers; the caller saves the store."""
    app.outbox.alert(text, alert_numbers())


def _leds_changed():
    pass


def make_parts():
    """Fill in `app`. The relay comes first: the socket is restored before the modem is looked for."""
    modem = None

    def quiet():
        return modem.channel.quiet()

    app.store = Store(_schema(), quiet, lambda: modem.kick.set())
    app.store.load()
    app.relay = Relay(app.store, _leds_changed)
    app.relay.boot(app.started == "power", app.store.get("POWERSTATE"))
    app.modem = modem = Modem()
    app.outbox = Outbox(modem, app.store)
    app.sensors = Sensors()
    app.thermostat = Thermostat(app.store, app.relay, app.sensors, alert)
    app.sensors.on_reading = app.thermostat.on_reading
    app.alarm = Alarm(app.store, app.relay, app.outbox, modem, alert_numbers, _leds_changed)
    app.inbox = Inbox(modem, app.store, app.outbox, commands.execute, access.wanted, app.relay.apply, restart)
    app.keeper = Keeper(modem, app.inbox.sweep, hopeless)


async def hopeless():
    """The modem stays silent whatever the keeper does: restart the board, more seldom each time."""
    count = app.store.get("resets")
    app.store.set("resets", count + 1)
    await app.store.save()
    restart()


def restart():
    """Restart the board."""
    log("restart")
    hw.reset()


def start_tasks():
    """Start every task. The reader shows no beat of its own: without it the keeper finds the modem silent."""
    supervise("listen", app.modem.channel.listen, watched=False)
    for name in ("keeper", "inbox", "outbox", "store", "relay", "sensors", "alarm"):
        supervise(name, getattr(app, name).run)
