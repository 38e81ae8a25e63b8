"""Thermostat and temperature alerts (R6.2 to R6.5): what a reading means for the socket and for the alert numbers."""

from log import log
from rare import borrow
from sensors import both_units

_NOTE = "\nNote! Thermostat is working now!"


def decide(mode, celsius, setpoint, on):
    """The state of the socket: `on` itself when nothing is known or the set point is met exactly."""
    if celsius is None or celsius == setpoint:
        return on
    return (celsius < setpoint) == (mode == "HEATING")


def crossed(celsius, limit, rising):
    """1 beyond the limit, -1 at least 1 C inside it (armed again), 0 in between or nothing known."""
    if celsius is None or limit is None:
        return 0
    beyond = celsius - limit if rising else limit - celsius
    return 1 if beyond > 0 else -1 if beyond <= -1 else 0


def set_point_text(celsius):
    """`10C(50F)` of a set point: F to the nearest even number, a tie up (R6.1)."""
    return "%dC(%dF)" % (celsius, (9 * celsius + 165) // 10 * 2)


class Thermostat:
    """What a minute's reading leads to."""

    def __init__(self, store, relay, sensors):
        self._store = store
        self._relay = relay
        self._sensors = sensors

    def enabled(self):
        """True after THERMOSTATON."""
        return self._store.get("thermostat") == 1

    def note(self, reply):
        """A switching command's reply, with the line that the next reading decides again."""
        return reply + _NOTE if self.enabled() else reply

    def enable(self, on):
        """THERMOSTATON, THERMOSTATOFF; decides at once, the move is only planned."""
        self._store.set("thermostat", int(on))
        self.rearm("sensor")
        if on:
            self._plan()

    def rearm(self, name):
        """The alert `name` may be sent again."""
        self._store.set("told", [told for told in self._store.get("told") if told != name])

    def on_reading(self):
        """A minute's reading: switch, tell."""
        celsius = self._sensors.celsius
        if self.enabled():
            was_on = self._relay.on
            if self._plan() and was_on and not self._relay.on and self._store.get("SWITCHOFFALERT") == "ON":
                borrow("rare.alerts").alert("Thermostat: switched OFF at " + both_units(celsius))
            self._relay.apply()
        self._check_limit("rise", "TRISEALERT", celsius, True)
        self._check_limit("fall", "TFALLALERT", celsius, False)
        self._check_sensor()
        self._store.save_soon()

    def _plan(self):
        """Plan what the reading asks for; True when the socket is to move or a running time ends."""
        store, celsius = self._store, self._sensors.celsius
        setpoint = store.get("SWITCHOFFTEMP")
        on = decide(store.get("THERMOSTAT"), celsius, setpoint, self._relay.on)
        if celsius is None or celsius == setpoint or (on == self._relay.on and not self._relay.timed):
            return False
        self._relay.switch(on, "thermostat at " + both_units(celsius), lazy=True)
        return True

    def _check_limit(self, name, key, celsius, rising):
        limit = self._store.get(key)
        side = crossed(celsius, limit, rising)
        told = name in self._store.get("told")
        if side == 1 and not told:
            self._tell(name, "ALERT! Temperature %s: %s, limit %s" % (name, both_units(celsius), set_point_text(limit)))
        elif side == -1 and told:
            self.rearm(name)

    def _check_sensor(self):
        told = "sensor" in self._store.get("told")
        if self._sensors.celsius is not None:
            if told:
                self.rearm("sensor")
        elif self._sensors.failed and self.enabled() and not told and self._store.get("TSENSFAILALERT") == "ON":
            self._tell("sensor", "ALERT! Temperature sensor failure")

    def _tell(self, name, text):
        log(text)
        borrow("rare.alerts").alert(text)
        self._store.set("told", self._store.get("told") + [name])
