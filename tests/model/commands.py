"""The commands of SPEC's tables, and what they answer."""

from . import known, values
from .acts import Acts, Bad, Open, Refused
from .expect import Line, exactly
from .tables import ALWAYS, CHOICES, CONF, NUMBERS

NO_SUCH = exactly(" - No such command exists on the device!")
BOSS = "Your phone number has been assigned for all types of alerts and was added to security list which has been activated"
ALERTED = "Your phone number has been assigned for all types of alerts!"
LISTS = ("SECNUMBER", "ALERTNUMBER")
QUESTIONS = {
    *CHOICES,
    *NUMBERS,
    *LISTS,
    "THERMOSTAT",
    "SWITCHOFFTEMP",
    "TRISEALERT",
    "TFALLALERT",
    "RELAYTIME",
    "CREDITUMS",
    "SCHEDULER",
    "ALARM",
}


def named(one) -> str:
    """The pattern of a command in an error; its white space as received, or tidied."""
    pattern = exactly(one.shown).replace(r"\ ", r"\ ?")
    head = exactly(one.shown[:5])
    # R3.4: five letters in front may be what the same text tries to set as a password
    return f"(?:{pattern}|\\*+{pattern.removeprefix(head)})" if len(one.shown) > 5 else pattern


def _no_such() -> str:
    return NO_SUCH + (r"(?: \w+\?)?" if 1 in known.PASSED else "")


class Commands(Acts):
    """run(command) gives the lines of its answer."""

    def run(self, one, sender, allowed):
        """Execute one command."""
        try:
            act = self._find(one)
        except LookupError:
            return self._error(named(one) + _no_such(), *self._hidden(one))
        conf = one.sign != "?" and one.word in CONF and not (one.word == "DATE" and not one.sign)
        conf |= one.word == "SIMCARD" or (one.word == "DATE" and one.sign == "=")
        barred = self._barred(one, allowed) if conf else None
        if barred is not None:
            return barred
        return self._act(act, one, sender, conf)

    def _act(self, act, one, sender, conf):
        try:
            text = act(one, sender)
        except Bad as bad:
            more = [named(one) + _no_such()] if "form" in bad.args else []
            return self._error(named(one) + r" - Incorrect value!(?: .*)?", *more, *self._hidden(one))
        except Refused as refused:
            # SPEC names the words, not whether ERROR=OFF or SMSCONFIRM=OFF silence them
            optional = self.settings["ERROR"] == "OFF" or self.settings["SMSCONFIRM"] == "OFF"
            return [Line(tuple(exactly(word) for word in refused.args), optional, True)]
        except Open as open_:
            return [Line(open_.args, self.settings["ERROR"] == "OFF" or self.settings["SMSCONFIRM"] == "OFF", True)]
        if conf:
            self.window = (self.span[0] + 30 * 60_000, self.span[1] + 30 * 60_000)
        silent = (
            self.settings["SMSCONFIRM"] == "OFF"
            and one.sign != "?"
            and (one.word not in ALWAYS or (one.word == "DATE" and one.sign))
        )
        if silent and one.word != "SMSCONFIRM":
            return []
        texts = text if isinstance(text, tuple) else (exactly(text),)
        return [Line(texts, optional=silent)]

    def _barred(self, one, allowed):
        """R20.3, R1.4: lines if a Conf command may not be given."""
        if allowed == "ctrl" or (allowed == "either" and self.pick((False, True))):
            return [Line((exactly("Access deny!"),), self.settings["ERROR"] == "OFF", True)]
        if self.settings["SECLIST"] == "ON" or self.settings["PASSWORD"]:
            return None
        lo, hi = self.window
        if self.span[1] <= lo or (self.span[0] < hi and self.pick((True, False))):
            return None
        return self._error(
            named(one) + exactly(" - Time for configuration is expired (Conf)!"),
            named(one) + r" - Incorrect value!(?: .*)?",
            named(one) + _no_such(),
            *self._hidden(one),
        )

    def _error(self, *patterns):
        if self.settings["ERROR"] == "OFF":
            return []
        return [Line(patterns, error=True)]

    @staticmethod
    def _hidden(one):
        """R3.4: how a mistyped PASSWORD may be shown."""
        before, sign, _ = one.shown.partition("=")
        return (exactly(before + sign) + r"\*+ - .*",) if "PAS" in before and sign else ()

    def _find(self, one):
        if one.sign == "?":
            if one.word not in QUESTIONS or one.argument:
                raise LookupError
            return self._ask
        act = getattr(self, "do_" + one.word.lower(), None)
        if one.word in CHOICES and one.word != "SECLIST" and one.word != "RING":
            act = self._choose
        if one.word in NUMBERS:
            act = self._number
        if act is None:
            raise LookupError
        return act

    # -- questions -----------------------------------------------------------------------------------------------

    def _ask(self, one, sender):
        word, value = one.word, self.settings.get(one.word)
        if word in CHOICES:
            return f"{word}=" + ",".join(f"({x})" if x == value else x for x in CHOICES[word])
        if word in NUMBERS:
            return f"{word}={value}{NUMBERS[word][3]}"
        if word == "SECNUMBER":
            return "SECNUMBERs: " + ", ".join(digits + (f"({role})" if role else "") for digits, role in self.listed.items())
        if word == "ALERTNUMBER":
            return "ALERTNUMBERs: " + ", ".join(self.alerted)
        if word in ("TRISEALERT", "TFALLALERT", "SWITCHOFFTEMP"):
            return tuple(exactly(f"{word}={shown}") for shown in self._shown(value))
        if word == "THERMOSTAT":
            state = "Enabled" if self.thermostat else "Disabled"
            return self._with_set_point(
                f"THERMOSTAT: {state}\nTHERMOSTAT={self.settings['THERMOSTAT']}\nSwitch-off temperature: "
            )
        if word == "ALARM":
            return self._alarm_text()
        if word == "SCHEDULER":
            return "\n".join(",".join(row[:3]) for row in sorted(self.rules, key=lambda row: row[0])) or "SCHEDULER is empty"
        return f"CREDITUMS: {value}" if word == "CREDITUMS" else f"{word}={value}"

    @staticmethod
    def _shown(value):
        return ("OFF",) if value is None else values.shown_set_point(value)

    def _with_set_point(self, before, after=""):
        return tuple(exactly(before + shown + after) for shown in self._shown(self.settings["SWITCHOFFTEMP"]))

    def _alarm_text(self):
        head = exactly(f"ALARM function: {'Enabled' if self.alarm else 'Disabled'}\nSensor(s): ")
        status = "(?!No act).*" if self.active() else "No activity"
        status = ".*" if self.debouncing else status
        return (f"{head}(?:Connected|Not connected|Not monitored)\nALARM status: {status}",)

    # -- settings ------------------------------------------------------------------------------------------------

    def _choose(self, one, sender):
        word, value = one.word, one.argument.upper()
        if one.sign != "=" or value not in CHOICES[word]:
            raise Bad("form" if one.sign != "=" else "value")
        before, self.settings[word] = self.settings[word], value
        if word in ("ALERT", "SENSORTYPE") and before != value:
            self.sensor_changed()
        if word == "TSENSFAILALERT" and before != value:
            self.failure_wanted()
        return f"{word}={value} - OK"

    def _number(self, one, sender):
        lo, hi = NUMBERS[one.word][:2]
        if one.sign != "=" or not one.argument.isdigit() or not lo <= int(one.argument) <= hi:
            raise Bad("form" if one.sign != "=" else "value")
        self.settings[one.word] = int(one.argument)
        return tuple({exactly(f"{one.word}={int(one.argument)} - OK"), exactly(f"{one.word}={one.argument} - OK")})

    def do_seclist(self, one, sender):
        value = one.argument.upper()
        if one.sign != "=" or value not in ("ON", "OFF"):
            raise Bad("form" if one.sign != "=" else "value")
        if value == "ON" and not self.listed:
            raise Refused("SECNUMBER list is empty!")
        if value == "ON" and all(self.listed.values()) and self.pick((True, False)):
            raise Refused("SECNUMBER list needs one who may configure!", "SECNUMBER list is empty!")
        self._set_seclist(value)
        return f"SECLIST={value} - OK"

    def _set_seclist(self, value):
        self.settings["SECLIST"] = value
        if value == "OFF":
            self.settings["RING"] = "NOACTION"

    def do_ring(self, one, sender):
        value = one.argument.upper()
        if one.sign != "=" or value not in CHOICES["RING"]:
            raise Bad("form" if one.sign != "=" else "value")
        if self.settings["SECLIST"] == "OFF":
            raise Refused("SECLIST is not active!")
        self.settings["RING"] = value
        return f"RING={value} - OK"

    def do_password(self, one, sender):
        value = one.argument
        if one.sign != "=":
            raise Bad("form")
        if value.upper() == "NO":
            self.settings["PASSWORD"] = None
            return "PASSWORD=NO - OK"
        if len(value) != 5 or not value.isascii() or not value.isalnum():
            raise Bad
        self.settings["PASSWORD"] = value
        return "PASSWORD=***** - OK"

    # -- lists ---------------------------------------------------------------------------------------------------

    def do_makemeboss(self, one, sender):
        if one.sign or not sender:
            raise Bad("form")
        digits = sender.removeprefix("+")
        if (digits not in self.listed and len(self.listed) >= 10) or (digits not in self.alerted and len(self.alerted) >= 10):
            raise Refused("SECNUMBER list is full!", "ALERTNUMBER list is full!")
        self.listed[digits] = ""
        if digits not in self.alerted:
            self.alerted.append(digits)
        self._set_seclist("ON")
        return BOSS

    def do_alertme(self, one, sender):
        if one.sign or not sender:
            raise Bad("form")
        self._append(self.alerted, sender.removeprefix("+"), "ALERTNUMBER")
        return ALERTED

    @staticmethod
    def _append(rows, digits, name):
        if digits not in rows:
            if len(rows) >= 10:
                raise Refused(f"{name} list is full!")
            rows.append(digits)

    def do_secnumber(self, one, sender):
        digits, _, role = one.argument.upper().partition(",")
        if one.sign == "-" and one.argument.upper() == "ALL":
            self.listed = {}
            self._set_seclist("OFF")
            return "SECNUMBER-ALL - OK"
        found = values.number(digits)
        if one.sign not in ("+", "-") or not found or role not in ("", "USER") or (role and one.sign == "-"):
            raise Bad("form" if one.sign not in ("+", "-") else "value")
        (self._list if one.sign == "+" else self._unlist)(found[0], role)
        return tuple({exactly(f"SECNUMBER{one.sign}{x}{',USER' if role else ''} - OK") for x in (digits, found[0])})

    def _list(self, digits, role):
        if digits not in self.listed and len(self.listed) >= 10:
            raise Refused("SECNUMBER list is full!")
        if role and self.listed.get(digits) == "":
            self._keep_one(digits, also_alone=True)
        self.listed[digits] = role

    def _unlist(self, digits, _):
        if digits not in self.listed:
            raise Bad
        if self.listed[digits] == "":
            self._keep_one(digits)
        del self.listed[digits]
        if not self.listed:
            self._set_seclist("OFF")

    def _keep_one(self, digits, also_alone=False):
        """R3.2: the last one who may configure stays so while USERs remain."""
        others = [role for number, role in self.listed.items() if number != digits]
        if "" in others:
            return
        if others or (also_alone and self.pick((True, False))):
            raise Refused("SECNUMBER list needs one who may configure!", "SECNUMBER list is empty!")

    def do_alertnumber(self, one, sender):
        if one.sign == "-" and one.argument.upper() == "ALL":
            self.alerted = []
            return "ALERTNUMBER-ALL - OK"
        found = values.number(one.argument)
        if one.sign not in ("+", "-") or not found:
            raise Bad("form" if one.sign not in ("+", "-") else "value")
        if one.sign == "+":
            self._append(self.alerted, found[0], "ALERTNUMBER")
        elif found[0] in self.alerted:
            self.alerted.remove(found[0])
        else:
            raise Bad
        return tuple({exactly(f"ALERTNUMBER{one.sign}{x} - OK") for x in (one.argument, found[0])})
