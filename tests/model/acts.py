"""What the other commands do: socket, thermostat, clock, alarm, scheduler, credit, device."""

from . import known, values
from .expect import TIME, exactly

NOTE = "Note! Thermostat is working now!"


class Bad(Exception):
    """`Incorrect value!`; with "form", it may be called no command as well."""


class Refused(Exception):
    """A refusal in words of its own (any of these)."""


class Open(Exception):
    """SPEC does not say whether this is an error: any of these patterns."""


def _bare(one):
    if one.sign or one.argument:
        raise Bad("form")


class Acts:
    """do_word(command, sender): the reply, or a tuple of patterns."""

    # -- socket --------------------------------------------------------------------------------------------------

    def do_on(self, one, sender):
        """ON, ONN."""
        return self._switch(one, True)

    def do_off(self, one, sender):
        """OFF, OFFN."""
        return self._switch(one, False)

    def _switch(self, one, on):
        word = "ON" if on else "OFF"
        if one.sign:
            raise Bad("form")
        if not one.argument:
            self.relay.switch(on)
            return self._noted(f"Power socket {word}")
        seconds = int(one.argument)
        if not 1 <= seconds <= 65000:
            raise Bad
        self.relay.switch_for(on, seconds, self.span)
        return self._noted(f"Power {word} for {seconds} seconds")

    def _noted(self, text):
        self.look()
        for item in self.inbox.items:  # THERMOSTATON;ON: what the thermostat did in between need not be told
            item.optional |= "Thermostat:" in item.lines[0].patterns[0]
        return text + ("\n" + NOTE if self.thermostat else "")

    def do_restart(self, one, sender):
        """RESTART."""
        _bare(one)
        self.relay.begin_restart(self.settings["RESTARTTIME"], self.span)
        return self._noted("Power socket restarted")

    def do_status(self, one, sender):
        """R2.4."""
        _bare(one)
        return (self.status_pattern(),)

    def status_pattern(self):
        """The six lines."""
        active = "Active" if self.active() else "No act"
        if self.debouncing:  # SENSORTYPE in the same text
            active = "(?:Active|No act)"
        temperature = "|".join(exactly("TEMP: " + text) for text in self.temperature_texts())
        rows = (
            "Power socket (?:ON|OFF)"
            if 12 in known.PASSED and (self.thermostat or self.alarm)
            else exactly(f"Power socket {'ON' if self.relay.on else 'OFF'}"),
            r"Signal: (?:Good \(-67dBm\)|Unknown)",
            f"(?:{temperature})",
            f"ALARMF: {'Enabled' if self.alarm else 'Disabled'}",
            f"ALARM status: {active}",
            exactly("Time: <time>"),
        )
        return "\n".join(rows)

    def do_temperature(self, one, sender):
        """TEMPERATURE."""
        _bare(one)
        return tuple(exactly("TEMPERATURE: " + text) for text in self.temperature_texts())

    def do_runtime(self, one, sender):
        """RUNTIME."""
        _bare(one)
        if 12 in known.PASSED and (self.thermostat or self.alarm):
            return ("Power socket is OFF", exactly("Power socket is ON from: <time>"))
        return "Power socket is ON from: <time>" if self.relay.on else "Power socket is OFF"

    # -- thermostat ----------------------------------------------------------------------------------------------

    def do_thermostaton(self, one, sender):
        """THERMOSTATON."""
        _bare(one)
        self.set_thermostat(True)
        return self._with_set_point(
            f"THERMOSTATON - OK\nTHERMOSTAT={self.settings['THERMOSTAT']}\nSwitch-off temperature: ", "\n" + NOTE
        )

    def do_thermostatoff(self, one, sender):
        """THERMOSTATOFF."""
        _bare(one)
        self.set_thermostat(False)
        return "THERMOSTATOFF - OK\nNote! Thermostat was disabled!"

    def do_thermostat(self, one, sender):
        """THERMOSTAT=HEATING, COOLING."""
        value = one.argument.upper()
        if one.sign != "=" or value not in ("HEATING", "COOLING"):
            raise Bad("form" if one.sign != "=" else "value")
        self.settings["THERMOSTAT"] = value
        self.thermostat_changed(sure=True)
        self.look()
        state = "Enabled" if self.thermostat else "Disabled"
        return self._with_set_point(f"THERMOSTAT={value} - OK\nSwitch-off temperature: ", f"\nTHERMOSTAT: {state}")

    def do_switchofftemp(self, one, sender):
        """SWITCHOFFTEMP=10C."""
        value = values.celsius(one.argument.upper())
        if one.sign != "=" or value is None:
            raise Bad("form" if one.sign != "=" else "value")
        self.settings["SWITCHOFFTEMP"] = value
        self.thermostat_changed(sure=True)
        self.look()
        state = "Enabled" if self.thermostat else "Disabled"
        return self._with_set_point("SWITCHOFFTEMP=", f" - OK\nTHERMOSTAT={self.settings['THERMOSTAT']}\nTHERMOSTAT: {state}")

    def do_trisealert(self, one, sender):
        """TRISEALERT=35C, OFF."""
        return self._limit_set(one, lambda value: self.settings["TFALLALERT"] is None or value > self.settings["TFALLALERT"])

    def do_tfallalert(self, one, sender):
        """TFALLALERT=15C, OFF."""
        return self._limit_set(one, lambda value: self.settings["TRISEALERT"] is None or value < self.settings["TRISEALERT"])

    def _limit_set(self, one, fits):
        value = values.celsius(one.argument.upper())
        off = one.argument.upper() == "OFF"
        if one.sign != "=" or (value is None and not off):
            raise Bad("form" if one.sign != "=" else "value")
        if not off and not fits(value):
            raise Bad
        self.settings[one.word] = value
        self.new_limit(one.word)
        self.look()
        return tuple(exactly(f"{one.word}={shown} - OK") for shown in self._shown(value))

    # -- clock ---------------------------------------------------------------------------------------------------

    def do_datesms(self, one, sender):
        """DATESMS."""
        _bare(one)
        return (f"DATE {TIME}[+-]\\d\\d(?:30)? - OK",)

    def do_date(self, one, sender):
        """DATE, DATE=..."""
        if not one.sign and not one.argument:
            return (f"DATE {TIME}[+-]\\d\\d(?:30)?",)
        found = values.date(one.argument)
        if one.sign != "=" or not found:
            raise Bad("form" if one.sign != "=" else "value")
        return f"DATE={one.argument} - OK"

    # -- alarm and scheduler -------------------------------------------------------------------------------------

    def do_relaytime(self, one, sender):
        """RELAYTIME=ON60."""
        value = one.argument.upper()
        if one.sign != "=" or not values.relaytime(value):
            raise Bad("form" if one.sign != "=" else "value")
        self.settings["RELAYTIME"] = value
        return f"RELAYTIME={value} - OK"

    def do_alarmon(self, one, sender):
        """ALARMON."""
        _bare(one)
        self.set_alarm(True)
        return "ALARMON - OK\nALARM function: Enabled" + ("\nSensor is active now!" if self.active() else "")

    def do_alarmoff(self, one, sender):
        """ALARMOFF."""
        _bare(one)
        self.set_alarm(False)
        return "ALARMOFF - OK\nALARM function: Disabled"

    def do_showalarmlog(self, one, sender):
        """SHOWALARMLOG."""
        _bare(one)
        return (self.log_pattern(),)

    def do_scheduler(self, one, sender):
        """SCHEDULER+, -, -ALL."""
        value = one.argument.upper()
        if one.sign == "-" and value == "ALL":
            self.rules = []
            return "SCHEDULER-ALL - OK"
        if one.sign == "-" and len(value) == 5 and values.rule(value + ",*,ON"):
            before, self.rules = self.rules, [row for row in self.rules if row[0] != value]
            if len(before) == len(self.rules):
                raise Open(
                    exactly(f"SCHEDULER-{value} - OK"),
                    exactly(one.shown).replace(r"\ ", r"\ ?") + " - Incorrect value!(?: .*)?",
                )
            return f"SCHEDULER-{value} - OK"
        found = values.rule(value)
        if one.sign != "+" or not found:
            raise Bad("form" if one.sign not in ("+", "-") else "value")
        if len(self.rules) >= 8 and found not in [row[:3] for row in self.rules]:
            raise Refused("SCHEDULER list is full!")
        self.add_rule(found)
        return f"SCHEDULER+{value} - OK"

    # -- credit and device ---------------------------------------------------------------------------------------

    def do_creditums(self, one, sender):
        """CREDITUMS=*100#, NO."""
        value = one.argument.upper()
        if one.sign != "=" or not (value == "NO" or values.code(value)):
            raise Bad("form" if one.sign != "=" else "value")
        self.settings["CREDITUMS"] = value
        return f"CREDITUMS={value} - OK"

    def do_credit(self, one, sender):
        """CREDIT."""
        _bare(one)
        if self.settings["CREDITUMS"] == "NO":
            raise Refused("Incorrect value! Use CREDITUMS=*100#", "CREDIT - Incorrect value! Use CREDITUMS=*100#")
        return self._operator(self.settings["CREDITUMS"])

    def do_simcard(self, one, sender):
        """SIMCARD*X#."""
        if one.sign or not values.code(one.argument):
            raise Bad("form")
        return self._operator(one.argument)

    @staticmethod
    def _operator(code):
        if code == "*100#":
            return (exactly("Balance: 12.50 EUR"), exactly("Execute error!"))
        return "Execute error!"

    def do_hardware(self, one, sender):
        """HARDWARE."""
        _bare(one)
        return (r"TextSocket.*(?:\n.*)?",)

    def do_serialnum(self, one, sender):
        """SERIALNUM."""
        _bare(one)
        return (r"S/N: \w+",)

    def do_firmware(self, one, sender):
        """FIRMWARE."""
        _bare(one)
        return (r"v\d+\.\d+\.\d+.*",)

    def do_help(self, one, sender):
        """HELP: as few parts as possible."""
        if one.sign:
            raise Bad("form")
        return ("(?s:.+)",)

    def do_reboot(self, one, sender):
        """REBOOT."""
        _bare(one)
        return (".+",)
