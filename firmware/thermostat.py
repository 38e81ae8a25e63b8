"""Thermostat, frost guard and temperature alerts (R6.2 to R6.6, R20.4 to R20.6): what a reading means for the socket and for
the alert numbers.

Who decides about the socket, strongest first: frost guard, alarm contact (RELAYTIME), a command, a rule, the thermostat. The
weaker ones are carried out when they come; a minute's reading lets the frost guard, then the thermostat decide again.
"""

import clock
from log import log
from micropython import const
from relay import SET
from sensors import both_units
from values import set_point_text

_NOTE = "\nNote! Thermostat is working now!"
_FROST_END = const(10)  # tenths of C above its limit at which the frost guard lets go


def decide(mode, celsius, set_point, hysteresis, on):
    """The thermostat's state of the socket: `on` itself when nothing is known or the band is not left (R6.2, R20.4).

    HEATING goes on below the set point less the hysteresis, off above the set point; COOLING mirrored. All in C.
    """
    if celsius is None:
        return on
    if mode == "HEATING":
        return True if celsius < set_point - hysteresis else False if celsius > set_point else on
    return True if celsius > set_point + hysteresis else False if celsius < set_point else on


def frost(limit, mode, celsius, held):
    """Whether the frost guard holds the socket on: below its limit, until 1 C above it; a failed sensor changes nothing.

    `limit` in tenths of C, None: off.
    """
    if limit is None or mode == "COOLING":
        return False
    if celsius is None:
        return held
    return celsius * 10 < limit + (_FROST_END if held else 0)


def crossed(celsius, limit, rising):
    """1 beyond the limit, -1 at least 1 C inside it (armed again), 0 in between or nothing known."""
    if celsius is None or limit is None:
        return 0
    beyond = celsius - limit if rising else limit - celsius
    return 1 if beyond > 0 else -1 if beyond <= -1 else 0


class Thermostat:
    """What a minute's reading leads to. outbox: takes the alerts."""

    def __init__(self, store, relay, sensors, outbox):
        self._store = store
        self._relay = relay
        self._sensors = sensors
        self._outbox = outbox
        self._switched_at = 0  # uptime of the thermostat's latest switching, of the start before (R20.4)
        self.ordered_at = None  # uptime of the latest command about it since the start
        self._failed = False  # this failure of the sensor has had its effect (R20.5)
        store.watch("THERMOSTAT SWITCHOFFTEMP TSENSFAILALERT thermostat", lambda: store.set("told_sensor", 0))
        store.watch("TRISEALERT", lambda: store.set("told_rise", 0))
        store.watch("TFALLALERT", lambda: store.set("told_fall", 0))

    def ordered(self, ago_s=0):
        """A command has decided about the thermostat: schedule rules from before it are overtaken (R9.1)."""
        self.ordered_at = clock.uptime() - ago_s

    def enabled(self):
        """True after THERMOSTATON."""
        return self._store.get("thermostat") == 1

    def note(self, store, reply):
        """A switching command's reply, with the line that the next reading decides again; `store` as that command sees it."""
        return reply + _NOTE if store.get("thermostat") else reply

    def first(self, store, on):
        """(move, state, cause) of THERMOSTATON's first decision, not held back by MINCYCLE; None when nothing is known.

        `store`, `on`: the settings and the socket as the command sees them."""
        if self._sensors.celsius is None:
            return None
        to = self._decision(on, store)
        return (SET, to, 0), to, self._cause()

    def began(self, was_on, on):
        """The first decision is being carried out."""
        self._switched_at = clock.uptime()
        self._tell_switch_off(was_on, on)

    def begin(self):
        """TON, SOT: decides at once, with the next `apply`."""
        was_on = self._relay.planned[0]
        first = self.first(self._store, was_on)
        if first:
            self._relay.plan(first[0], first[2], lazy=True)
            self.began(was_on, first[1])

    def end(self):
        """THERMOSTATOFF, TOF: the socket stays as it is, for a restart too; what the frost guard holds is none of it."""
        if not self._store.get("frost"):
            self._relay.remember()

    def _cause(self):
        return "thermostat at " + both_units(self._sensors.celsius)

    def _decision(self, on, store=None):
        store, celsius = store or self._store, self._sensors.celsius
        set_point, hysteresis = store.get("SWITCHOFFTEMP") / 10, store.get("HYSTERESIS") / 10
        return decide(store.get("THERMOSTAT"), celsius, set_point, hysteresis, on)

    def on_reading(self):
        """A minute's reading: switch, tell."""
        celsius = self._sensors.celsius
        self._guard(celsius)
        if not self._store.get("frost") and self.enabled():
            self._work(celsius)
        self._check_limit("told_rise", "rise", "TRISEALERT", celsius)
        self._check_limit("told_fall", "fall", "TFALLALERT", celsius)
        self._check_sensor()
        self._store.save_soon()

    def _work(self, celsius):
        """The thermostat's own decision, not before MINCYCLE is over."""
        on = self._decision(self._relay.on)
        known = celsius is not None and celsius != self._store.get("SWITCHOFFTEMP") / 10
        if on == self._relay.on and not (self._relay.timed and known):
            return
        if on != self._relay.on and clock.uptime() - self._switched_at < self._store.get("MINCYCLE"):
            return
        was_on, self._switched_at = self._relay.on, clock.uptime()
        self._relay.local((SET, on, 0), self._cause(), lazy=True)
        self._tell_switch_off(was_on, on)

    def _tell_switch_off(self, was_on, on):
        if was_on and not on and self._store.get("SWITCHOFFALERT") == "ON":
            self._outbox.alert("temperature", "Thermostat: switched OFF at " + both_units(self._sensors.celsius))

    def _guard(self, celsius):
        """The frost guard: on while it is too cold; then the socket is what thermostat, command or rule say. A sensor that has
        failed leaves the socket as it is, off after a restart too (R6.6)."""
        store, relay = self._store, self._relay
        held, limit = store.get("frost") == 1, store.get("FROSTGUARD")
        holds = frost(limit, store.get("THERMOSTAT"), celsius, held)
        store.set("frost", int(holds))
        if holds and celsius is not None and not relay.on:
            relay.hold(True, "frost guard")
        if holds and not held:
            text = "ALERT! Frost: %s, limit %s" % (both_units(celsius), set_point_text(limit))
            log(text)
            self._outbox.alert("temperature", text)
        elif held and not holds and not relay.timed:
            on = store.get("relay") == 1
            on = self._decision(on) if self.enabled() else on
            if on != relay.on:
                relay.hold(on, "frost is over")

    def _check_limit(self, told, name, key, celsius):
        limit = self._store.get(key)
        side = crossed(celsius, limit if limit is None else limit / 10, name == "rise")
        if side == 1 and not self._store.get(told):
            self._tell(told, "ALERT! Temperature %s: %s, limit %s" % (name, both_units(celsius), set_point_text(limit)))
        elif side == -1:
            self._store.set(told, 0)

    def _check_sensor(self):
        if self._sensors.celsius is not None:
            self._store.set("told_sensor", 0)
            self._failed = False
        elif self._sensors.failed and self.enabled():
            if not self._failed:
                self._failed = True
                self._fail(self._store.get("SENSORFAIL"))
            if not self._store.get("told_sensor") and self._store.get("TSENSFAILALERT") == "ON":
                self._tell("told_sensor", "ALERT! Temperature sensor failure")

    def _fail(self, what):
        if what != "KEEP" and not self._store.get("frost"):
            self._relay.switch(what == "ON", "sensor failure")

    def _tell(self, told, text):
        log(text)
        self._outbox.alert("temperature", text)
        self._store.set(told, 1)
