"""Thermometer, thermostat and temperature alerts: R6."""

from . import known
from .relay import later
from .values import shown_reading, shown_set_point

READ = 70_000  # R6.2: read once a minute, and some seconds for it
FAILS = (115_000, 260_000)  # R6.3: three failed minutes in a row
NOTE = "Note! Thermostat is working now!"


class Climate:
    """temp: degrees or None (failing)."""

    def erase_climate(self):
        """Factory values."""
        self.thermostat = False
        self.rise_told = self.fall_told = False
        self.failure_told = False  # False, True, None: perhaps
        self.failed = False
        self.reading = self.failing = None
        self.late = False  # the sensor had failed before somebody wanted to know
        if self.temp is None:
            self.failing = later(self.span, *FAILS)

    def start_climate(self):
        """After a restart: the count of failed minutes begins anew."""
        self.failed = False
        self.reading = None
        self.failing = later(self.span, *FAILS) if self.temp is None else None

    def climate_timers(self):
        """The next reading, where it would change something, and the sensor's failure."""
        rows = (("reading", self.reading), ("failing", self.failing))
        return [(name, *span) for name, span in rows if span]

    def set_temp(self, celsius):
        """The room, or the sensor, changes."""
        self.temp = celsius
        if celsius is None:
            self.reading, self.failing = None, later(self.span, *FAILS)
        else:
            self.failing = None
        self.look()

    def decision(self):
        """R6.2: what the thermostat wants, None at the set point."""
        limit = self.settings["SWITCHOFFTEMP"]
        if not self.thermostat or self.temp is None or self.temp == limit:
            return None
        return (self.temp < limit) == (self.settings["THERMOSTAT"] == "HEATING")

    def look(self):
        """Expect a reading where one would change something."""
        if self.temp is None:
            return
        wanted = self.decision()
        rise, fall = self.settings["TRISEALERT"], self.settings["TFALLALERT"]
        changes = (
            wanted is not None and (wanted != self.relay.on or self.relay.unconfirmed()),
            self.failed or self.failure_told is not False,
            rise is not None and self._differs(self.temp - rise, self.rise_told),
            fall is not None and self._differs(fall - self.temp, self.fall_told),
        )
        if any(changes) and not self.reading:
            self.reading = later(self.span, 0, READ)
        elif not any(changes):
            self.reading = None

    @staticmethod
    def _differs(beyond, told):
        return beyond > 0 and told is not True or beyond <= -1 and told is not False

    def on_reading(self):
        """A good reading."""
        self.reading = None
        self.failed = self.failure_told = False
        self._limits()
        self.decide()
        self.look()

    def decide(self):
        """The thermostat switches."""
        wanted = self.decision()
        if wanted is None:
            return
        if self.relay.on and not wanted and self.settings["SWITCHOFFALERT"] == "ON":
            self.alert(f"Thermostat: switched OFF at {shown_reading(self.temp)}")
        if self.relay.on == wanted and self.relay.unconfirmed() and self.pick((True, False)):
            self.relay.confirmed = True  # open: does a reading that only confirms the state cancel a running time?
        else:
            self.relay.switch(wanted)

    def _limits(self):
        rise, fall = self.settings["TRISEALERT"], self.settings["TFALLALERT"]
        if rise is not None:
            self.rise_told = self._limit("rise", self.temp - rise, self.rise_told, rise)
        if fall is not None:
            self.fall_told = self._limit("fall", fall - self.temp, self.fall_told, fall)

    def _limit(self, word, beyond, told, limit):
        """R6.4. told None: the limit was set beyond the present temperature, or anew: nothing has crossed it, and yet it is exceeded."""
        if beyond <= -1:
            return False
        if told is True or beyond <= 0:
            return told
        shown = "|".join(f"{word}: {shown_reading(self.temp)}, limit {limit}" for limit in shown_set_point(limit))
        for text in shown.split("|"):
            self.alert("ALERT! Temperature " + text, optional=told is None or "|" in shown)
        return True

    def new_limit(self, name):
        """A limit is set: told stays, or begins anew (open)."""
        limit, rises = self.settings[name], name == "TRISEALERT"
        attribute = "rise_told" if rises else "fall_told"
        told = getattr(self, attribute)
        if limit is None:
            told = False
        elif told or self.temp is None or (self.temp > limit if rises else self.temp < limit):
            told = None
        setattr(self, attribute, told)

    def on_failing(self):
        """R6.3: the sensor has failed."""
        self.failing = None
        self.failed = True
        self.tell_failure(self.late)
        self.late = False

    def tell_failure(self, late):
        """One message until settings change or the sensor works."""
        if not (self.failed and self.thermostat and self.settings["TSENSFAILALERT"] == "ON") or self.failure_told is True:
            return
        self.alert("ALERT! Temperature sensor failure", optional=late or self.failure_told is None)
        self.failure_told = True

    def failure_wanted(self):
        """TSENSFAILALERT=ON while the sensor has failed already: whether that is told is open."""
        if self.failed and self.failure_told is False:
            self.failed, self.failing, self.late = False, later(self.span, 0, FAILS[1]), True

    def thermostat_changed(self, sure):
        """The thermostat's settings change: a failure is told anew. sure: SPEC names the setting."""
        if self.failure_told:
            self.failure_told = False if sure else None
        if self.failed:
            self.failed, self.failing, self.late = False, later(self.span, 0, FAILS[1]), not sure

    def set_thermostat(self, enabled):
        """THERMOSTATON decides at once, with a fresh reading; the limits may wait for the next one."""
        self.thermostat = enabled
        self.thermostat_changed(sure=False)
        if enabled and self.temp is not None:
            self.decide()
            for item in self.inbox.items if 13 in known.PASSED else ():
                item.optional |= "Thermostat:" in item.lines[0].patterns[0]
        self.look()

    def temperature_texts(self) -> tuple:
        """What TEMPERATURE may show."""
        return (shown_reading(self.temp),) if self.temp is not None else ("Sensor error", "No sensor")
