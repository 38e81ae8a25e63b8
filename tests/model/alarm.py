"""The alarm contact: R8."""

import re

from .expect import TIME
from .relay import later
from .values import dialled

CYCLE = 60_000
NEVER = (1 << 50, 1 << 50)
HOUR = 3_600_000


class Alarm:
    """contact: closed. pause: until when nothing new is detected (SMS and CALL)."""

    def erase_alarm(self):
        """Factory values."""
        self.alarm = False
        self.pause = None
        self.again = None  # when a sensor that is still active starts a new cycle
        self.log = [0, 0]  # activations in the log: at least, at most
        self.last_active = None
        self.told_active = None  # SMSCHANGE: what was told last, or was known; None: nothing yet
        self.contact_alerts = []
        self.debouncing = False  # the sensor's type was set a moment ago

    def start_alarm(self):
        """After a restart: the pause may be forgotten; SMSCHANGE never loses the final state."""
        if self.pause and self.pick((True, False)):
            self.pause = self.again = None
        if self.told_active is None:
            self.told_active = self.active()
            self.log[1] += self.active()  # whether a sensor that is active at the first start is an activation is open
        elif self.active() and not self.told_active:
            self.rises()
        elif self.active() and self.alarm and self.settings["ALERT"] in ("SMS", "CALL") and not self.pause:
            if self.pick((True, False)):
                self._activation()
        elif not self.active() and self.told_active:
            self.falls()

    def active(self) -> bool:
        """The sensor is active."""
        return self.contact == (self.settings["SENSORTYPE"] == "NO")

    def alarm_timers(self):
        """The end of the pause."""
        return [("pause", *self.pause)] if self.pause and self.network else []

    def set_contact(self, closed):
        """The contact moves."""
        before = self.active()
        self.contact = closed
        if self.active() != before:
            (self.rises if self.active() else self.falls)()

    def rises(self):
        """An activation."""
        self.told_active = True
        mode = self.settings["ALERT"]
        if self.alarm and (mode == "SMSCHANGE" or mode == "OFF" or not self.pause):
            self._activation()
        elif not self.alarm:
            self._note(self.last_active is None or self.span[0] - self.last_active > 75_000)

    def _note(self, sure):
        self.log = [min(10, self.log[0] + sure), min(10, self.log[1] + 1)]
        self.last_active = self.span[1]

    def _activation(self, sure=True):
        """Log, socket, cycle."""
        self._note(sure)
        self._relaytime()
        mode = self.settings["ALERT"]
        if mode != "OFF":
            self._tell("ALARM! Sensor activated", call=mode == "CALL")
        if mode in ("SMS", "CALL"):
            self.pause = later(self.span, CYCLE, CYCLE + self._cycle_ms()) if self.network else NEVER
        self.look()

    def _cycle_ms(self):
        return 15_000 + len(self.alerted) * (45_000 if self.settings["ALERT"] == "CALL" else 12_000)

    def set_network(self, up):
        """Without network a cycle does not end: its messages wait."""
        self.network = up
        if up and self.pause:
            self.pause = later(self.span, CYCLE, CYCLE + 60_000 + self._cycle_ms())

    def _tell(self, text, call=False):
        """R20.7: at most ten an hour, the last saying so, the state at its end told if it is another."""
        now = self.span[0]
        self.contact_alerts = [at for at in self.contact_alerts if now - at < 2 * HOUR]
        many = sum(now - at < 1.2 * HOUR for at in self.contact_alerts) >= 8
        self.contact_alerts.append(now)
        pattern = f"(?s:{re.escape(text)} {TIME}.*)" if many else f"(?:{re.escape(text)} {TIME})"
        if call and self.network and self._answered():
            return
        self.alert(pattern, optional=many)
        if many:
            self.alert("(?s:ALARM.*)", optional=True, most=3)

    def _answered(self):
        """R8.2: each number once, in order; an answer ends the cycle."""
        for digits in self.alerted:
            self.calls.append(dialled(digits))
            if self.answering.get(dialled(digits)):
                return True
        return False

    def _relaytime(self, back=False):
        """R8.4."""
        value = self.settings["RELAYTIME"]
        if value == "0":
            return
        on = value.startswith("ON")
        seconds = value.removeprefix("ON" if on else "OFF")
        if back:
            self.relay.switch(not on)
        elif seconds:
            self.relay.switch_for(on, int(seconds), self.span)
        else:
            self.relay.switch(on)

    def falls(self):
        """The sensor is back to normal."""
        self.told_active = False
        if self.alarm and self.settings["ALERT"] == "SMSCHANGE":
            self._relaytime(back=True)
            self._tell("ALARM: Sensor back to normal")
            self.look()

    def on_pause(self):
        """R8.3: a sensor that is still (or again) active starts a new cycle."""
        self.pause = None
        if self.alarm and self.active() and self.settings["ALERT"] in ("SMS", "CALL"):
            self._activation(sure=False)

    def set_alarm(self, enabled):
        """ALARMON, ALARMOFF, AON, AOF, button. R8.5: with an active sensor a cycle starts."""
        before, self.alarm = self.alarm, enabled
        if not enabled:
            self.cycle_may_end()
            if self.pause and self.pick((True, False)):
                self.pause = None
            return
        mode = self.settings["ALERT"]
        if not self.active() or mode == "SMSCHANGE" or (mode != "OFF" and self.pause and self.pick((True, False))):
            return
        if not before or self.pick((True, False)):
            self._activation(sure=False)

    def cycle_may_end(self):
        """SPEC does not say that ALARMOFF ends a cycle that runs: calls that were not made yet, and the messages after them, may be left out."""
        if self.pause and self.calls:
            self.calls_cut = True
            for item in self.inbox.items:
                item.optional |= item.kind == "alert"

    def sensor_changed(self):
        """SENSORTYPE or ALERT is set: what that means for a sensor that is active (or not) now is open."""
        active = self.active()
        self.debouncing = True
        if active == self.told_active and not (active and self.alarm):
            return
        if active != self.told_active:
            if self.pick((True, False)):
                (self.rises if active else self.falls)()
            self.told_active = active
        elif self.settings["ALERT"] in ("SMS", "CALL") and not self.pause and self.pick((True, False)):
            self._activation(sure=False)

    def log_pattern(self) -> str:
        """What SHOWALARMLOG may show."""
        lo, hi = self.log
        rows = f"{TIME}(?:\n{TIME}){{{max(0, lo - 1)},{max(0, hi - 1)}}}"
        return "|".join(([] if lo else ["ALARM log is empty"]) + ([rows] if hi else []))
