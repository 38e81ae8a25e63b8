"""The parts of the device, made and connected: who tells whom, and what the tasks are."""

import gc

import clock
import console
import dates
import hw
import log
import restarts
import tasks
from alarm import Alarm
from button import Button
from calls import Calls
from cellular.health import Keeper
from commands import Engine, Message, reply_of
from commands.access import Access
from commands.codes import ALPHABET as BASE_32
from commands.power import socket_text
from history import History
from leds import Leds
from mains import Mains
from micropython import const
from modem import Modem, dbm_of
from reports import Reports
from scheduler import Scheduler
from sensors import Sensors
from sms.inbox import Inbox
from sms.once import Once
from sms.outbox import Outbox
from thermostat import Thermostat

TASKS = (
    "keeper",
    "inbox",
    "outbox",
    "store",
    "sensors",
    "alarm",
    "scheduler",
    "calls",
    "mains",
    "leds",
    "button",
    "reports",
)
_COLLECT_S = const(600)
_SIGNAL = ((-65, "Excellent"), (-79, "Good"), (-93, "Fair"))
_SIM_FAULTS = ("missing", "pin", "puk", "broken")


device = None  # the one there is, for the console of somebody who looks for a fault


class Device:
    """The parts by name."""

    def __init__(self, store, relay, power_lost):
        global device
        device = self
        self.store, self.relay = store, relay
        log.secret = store.get("PASSWORD")
        self.modem = modem = Modem()
        modem.off = store.get("outage_told") == 1  # we switched it off before we slept
        self.keeper = Keeper(modem, store, restarts.restart)
        self.outbox = Outbox(modem, store)
        self.sensors = Sensors(store)
        self.thermostat = Thermostat(store, relay, self.sensors, self.outbox)
        self.alarm = Alarm(store, relay, self.outbox, modem)
        self.scheduler = Scheduler(store, relay, self.alarm, self.thermostat, self.outbox, self.sensors)
        self.history = History(store, self.sensors, self.outbox)
        self.reports = Reports(store, self.sensors, self.outbox)
        self.access = Access(store, self._tell_first)
        self.calls = Calls(store, relay, self.thermostat, self.outbox, modem, self.access)
        self.once = Once(modem, store, relay, self.outbox)
        self.inbox = Inbox(modem, self.once, self.access.wanted, self._tell_first)
        self.mains = Mains(store, relay, self.outbox, self.keeper, modem, power_lost)
        self.leds = Leds(self.led_state)
        self.button = Button(store, relay, self.alarm)
        self.engine = Engine(self)
        self._connect()

    def _connect(self):
        """Who tells whom."""
        store, modem = self.store, self.modem
        store.quiet, store.on_saved, store.on_failure = modem.quiet, modem.kick.set, self._store_fails
        store.idle = lambda: not self.inbox.busy() and not self.outbox.pending()
        for part in (self.relay, self.alarm, self.button):
            part.changed = self.leds.changed
        self.inbox.congested = self.outbox.congested
        modem.on_change, modem.on_time = self.leds.changed, self.set_time
        self.keeper.on_poll = self._on_poll
        self.sensors.on_reading = self._on_reading
        self.scheduler.settled, self.scheduler.status = self.inbox.settled, self.status
        self.reports.status = self.status
        self.once.execute, self.once.reply_of = self._execute, reply_of
        self.once.before_restart, self.once.deleted = self.engine.keep_window, self.inbox.deleted
        self.mains.restart, self.mains.quiet = self.once.restart, lambda: not self.inbox.busy()
        self.button.erase = self._erase

    # -- what one part's news means to others --------------------------------------------------------------------

    async def _execute(self, deliver, fresh):
        return await self.engine.execute(
            Message(deliver.sender, deliver.named, deliver.time, deliver.zone, deliver.text, fresh, False)
        )

    def _on_reading(self):
        self.history.on_reading()
        self.thermostat.on_reading()

    async def typed(self, text):
        """Carry out a line typed over USB; the reply."""
        if text[:5].upper() == "ENROL":  # in whatever form, for the secret must not get into the log
            return await self._enrol(text[5:].strip().upper())
        outcome = await self.engine.execute(Message("", False, None, 0, text, True, True))
        reply = await self.once.typed(outcome)
        if outcome.restart:
            console.show(reply)
            await self.once.restart("command")
        return reply

    async def _enrol(self, secret):
        """Begin or end one-time codes (R20.16): over USB only, and the secret is in no reply and no log."""
        if secret != "OFF" and (len(secret) < 16 or len(secret) > 64 or secret.strip(BASE_32)):
            return "ENROL - Incorrect value! Use 16 letters of base 32 or more, or OFF"
        self.store.set("otp", None if secret == "OFF" else secret)
        log.log("one-time codes:", "off" if secret == "OFF" else "on")
        await self.store.save()
        return "ENROL - OK"

    async def _on_poll(self, lost):
        await self.inbox.poll()
        if lost:
            await self.calls.poll()

    def _store_fails(self):
        self._tell_first("ALERT! Settings cannot be saved")

    def _tell_first(self, text):
        self.outbox.tell_first(text)
        self.store.save_soon()

    async def _erase(self):
        """Back to the factory: everything is forgotten, in both generations of the store, and the board restarts."""
        log.log("factory reset")
        async with self.modem.quiet():
            self.store.erase()
        restarts.restart("factory reset")

    # -- time ----------------------------------------------------------------------------------------------------

    def take_time(self, message):
        """The first message that arrives sets a clock that is not known (R7.2)."""
        if clock.source is None and message.fresh and message.time is not None:
            self.set_time(message.time, message.zone, "message")

    def set_time(self, utc, zone, who):
        """The time is `utc` (seconds since 2000) in a zone (quarter hours), as `who` says: network, modem, message or hand."""
        if who == "modem" and clock.source is not None:
            return
        clock.set_utc(utc, zone, who)
        if who != "modem":
            self.store.set("nettime", int(who == "network"))
            self.store.save_soon()
        self.outbox.time_known()
        self.scheduler.clock_set()
        if who in ("message", "hand"):
            tasks.guard("clock", self._keep_time())

    async def _keep_time(self):
        """Give the modem our time, so that it bridges a restart of the board."""
        try:
            await self.modem.set_clock(clock.now(), clock.zone)
        except Exception as error:  # a modem that refuses its clock is no reason for anything
            log.log("modem: clock not set,", error)

    # -- what it shows -------------------------------------------------------------------------------------------

    def signal_text(self):
        """`Good (-67dBm)`, `Unknown` where the modem knows none (R2.4)."""
        if self.modem.rssi is None:
            return "Unknown"
        dbm = dbm_of(self.modem.rssi)
        return "%s (%ddBm)" % (([word for least, word in _SIGNAL if dbm >= least] + ["Weak"])[0], dbm)

    def status(self, on=None, store=None):
        """The six lines of STATUS (R2.4); `on`, `store`: the socket and the settings as the command that asks sees them."""
        store = store or self.store
        name = store.get("ID")
        lines = (
            (name + ": " if name else "") + socket_text(self.relay.on if on is None else on),
            "Signal: " + self.signal_text(),
            "TEMP: " + self.sensors.text(),
            "ALARMF: " + ("Enabled" if store.get("alarm") else "Disabled"),
            "ALARM status: " + ("Active" if self.alarm.active else "No act"),
            "Time: " + dates.text(clock.now()),
        )
        frost = "\nFrost guard: ON" if self.store.get("frost") else ""
        return "\n".join(lines) + frost

    def led_state(self):
        """What the LEDs show (R14.1)."""
        modem, alarm = self.modem, self.alarm
        sim = modem.sim in _SIM_FAULTS
        return {
            "erasing": self.button.erasing,
            "sim": sim,
            "fault": sim or modem.faulty,
            "alarm": alarm.enabled(),
            "active": alarm.enabled() and alarm.active,
            "on": self.relay.on,
            "registered": modem.alive and modem.registered,
        }

    # -- running -------------------------------------------------------------------------------------------------

    def start_tasks(self):
        """Start every task. The reader shows no beat: without it the keeper finds the modem silent; nobody misses console."""
        tasks.on_failure = restarts.mistake
        tasks.supervise("listen", self.modem.listen, watched=False)
        tasks.supervise("console", lambda: console.run(self.typed), watched=False)
        tasks.supervise("log", log.run, watched=False)
        for name in TASKS:
            tasks.supervise(name, getattr(self, name).run)
        if restarts.safe:
            self._tell_first("ALERT! Restarted 3 times within 10 minutes: " + restarts.started)

    async def watch(self):
        """Feed the watchdog while every task shows its beat; keep the heap in shape."""
        rounds = received = 0
        while True:
            hung = tasks.hung()
            if hung:
                log.log("hung:", hung)
                restarts.restart("hung " + hung[0])
            if tasks.failing:
                restarts.restart("failing " + tasks.failing)
            hw.feed()
            restarts.tick()
            self.engine.tick()
            rounds += 1
            if self.store.idle() and (rounds > _COLLECT_S or received != self.once.received):
                rounds, received = 0, self.once.received
                gc.collect()  # behind a text, so that none waits for it
            await tasks.sleep(1)
