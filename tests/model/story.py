"""Random lives: lists of steps, made from a seed alone, so that a life can be lived again without some of its steps."""

import random

from .parse import JUNK
from .tables import CHOICES

PHONES = ("+358401111111", "+358402222222", "+358403333333", "0405556666", "+12125555555")
OTHERS = ("", "Operator", "name:12125555555")
NUMBERS = (
    "358401111111",
    "358402222222",
    "358403333333",
    "+358402222222",
    "00358401111111",
    "0405556666",
    "12125555555",
    "358409999999",
)
PASSWORDS = ("12abc", "Zq7xK", "98765")
CTRL = (
    "ON",
    "OFF",
    "RESTART",
    "STATUS",
    "TEMPERATURE",
    "RUNTIME",
    "ALARMON",
    "ALARMOFF",
    "SHOWALARMLOG",
    "THERMOSTATON",
    "THERMOSTATOFF",
)
RARE = (
    "HARDWARE",
    "SERIALNUM",
    "FIRMWARE",
    "HELP",
    "HELP SCHEDULER",
    "DATE",
    "CREDIT",
    "SIMCARD*100#",
    "SIMCARD*123#",
    "REBOOT",
    "DATESMS",
)
ASKED = (
    *CHOICES,
    "RESTARTTIME",
    "SECNUMBER",
    "ALERTNUMBER",
    "THERMOSTAT",
    "SWITCHOFFTEMP",
    "TRISEALERT",
    "TFALLALERT",
    "RELAYTIME",
    "CREDITUMS",
    "SCHEDULER",
    "ALARM",
)


HOSTILE = (
    ("+CMGR", ("error", 2)), ("+CMGR", ("error CMS 314", 3)), ("+CMGR", ("silent", 1)), ("+CMGR", ("late", 1)), ("+CMGL", ("error", 2)),
    ("+CMGL", ("silent", 1)), ("+CMGD", ("error CMS 320", 3)), ("+CMGD", ("ok", 2)), ("+CMGD", ("silent", 1)), ("+CMGD", ("late", 1)),
    ("+CMGS", ("error", 1)), ("+CMGS", ("silent", 1)), ("Ctrl-Z", ("error", 1)), ("Ctrl-Z", ("lost", 1)), ("Ctrl-Z", ("late 20000", 1)), ("+CSQ", ("silent", 2)),
    ("+CPMS", ("error", 2)), ("+CREG", ("silent", 1)),
)  # fmt: skip


class Story:
    """`steps()` of one life."""

    def __init__(self, seed, without=()):
        self.without = without  # words that no text has
        self.rng = random.Random(seed)
        self.password = ""
        self.calm = self.rng.random() < 0.3  # a life without a contact and without cuts gets further in other things

    def steps(self, count):
        """So many steps."""
        first = [("texts", [self._text("+358401111111", "MAKEMEBOSS")])] if self.rng.random() < 0.7 else []
        rows = first + [self._step() for _ in range(count)]
        return [row for at, step in enumerate(rows, 1) for row in ([step, ("probe",)] if at % 25 == 0 else [step])] + [
            ("probe",)
        ]

    def _step(self):
        rows = [
            (40, self._texts), (8, self._burst), (5, lambda: ("call", self.rng.choice([*PHONES[:4], ""]))), (4, lambda: ("press",)),
            (6, self._temp), (5, self._wait), (0.3, lambda: ("hold",)), (2, self._mains), (1.5, lambda: ("modem",)),
            (2, lambda: ("outage", self.rng.randrange(30, 1800) * 1000)), (3, self._mixed), (1, self._phone), (1, self._refuse), (2, self._hostile),
        ]  # fmt: skip
        if not self.calm:
            rows += [(6, self._contact), (8, self._cut), (2, self._dark)]
        return self.rng.choices([make for _, make in rows], [weight for weight, _ in rows])[0]()

    # -- steps ---------------------------------------------------------------------------------------------------

    def _texts(self):
        return "texts", [self._text()]

    def _phone(self):
        """A phone that answers, refuses, or lets it ring."""
        return "phone", self.rng.choice(PHONES[:4]), self.rng.choice((None, None, 2000, 8000)), self.rng.random() < 0.2

    def _burst(self):
        return "texts", [self._text() for _ in range(self.rng.choice((2, 2, 3, 4)))]

    def _mixed(self):
        extra = self.rng.choice((("call", self.rng.choice(PHONES[:3])), ("press",), ("contact", self.rng.random() < 0.5)))
        if self.calm and extra[0] == "contact":
            extra = ("press",)
        return "mixed", [self._text() for _ in range(self.rng.choice((1, 2)))], self.rng.randrange(500, 6000), extra

    def _wait(self):
        return "wait", int(self.rng.choice((1, 5, 20, 35, 70, 200)) * 60_000 * self.rng.uniform(0.5, 1.5))

    def _temp(self):
        if self.rng.random() < 0.15:
            return "temp", None
        return "temp", round(
            self.rng.choice((10, 10, 22, 35, 0, -20)) + self.rng.choice((-8, -2, -1, -0.25, 0, 0.25, 0.5, 1.5, 3, 9)), 4
        )

    def _contact(self):
        if self.rng.random() < 0.6:
            return "contact", [True, self.rng.randrange(500, 8000), False]
        return "contact", [self.rng.random() < 0.5, self.rng.randrange(500, 20_000)]

    def _mains(self):
        texts = [self._text() for _ in range(self.rng.choice((0, 0, 1)))]
        return "mains", self.rng.choice((1000, 30_000, 120_000, 3_600_000, 7_300_000)), texts

    def _refuse(self):
        code = self.rng.choice((38, 41, 42, 47, 500))
        return "refuse", code, self.rng.randrange(20, 400) * 1000, [self._text() for _ in range(self.rng.choice((1, 2)))]

    def _hostile(self):
        key, how = self.rng.choice(HOSTILE)
        return "hostile", key, how, [self._text() for _ in range(self.rng.choice((1, 2, 3)))]

    def _cut(self):
        rng = self.rng
        texts = [self._text() for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))]
        points = [self._point() for _ in range(rng.choice((1, 1, 1, 2)))]
        extra = rng.choice((("press",), ("contact", rng.random() < 0.5))) if rng.random() < 0.2 else None
        if "restarts" in self.without:
            texts = [row for row in texts if "RESTART" not in row[1].upper()]
        return "cut", texts, points, extra

    def _point(self):
        rng = self.rng
        cause = rng.choice(("power", "power", "watchdog"))
        if "watchdog" in self.without:
            cause = "power"
        off = rng.choice((500, 5000, 60_000, 4_000_000) if cause == "power" else (300, 500))
        return rng.choice(("flash", "uart", "ms")), rng.random(), off, cause

    def _dark(self):
        rng = self.rng
        off = rng.choice((20_000, 200_000, 8_000_000, 30_000_000, 100_000_000))
        return "dark", [self._text() for _ in range(rng.choice((1, 2, 3)))], off, rng.random() < 0.5

    # -- texts ---------------------------------------------------------------------------------------------------

    def _text(self, sender=None, text=None):
        """(sender, text, how): how has gap_ms before it, order, twice, wide, lost."""
        rng = self.rng
        names = 2 * ("names" not in self.without)
        sender = sender if sender is not None else rng.choices([*PHONES, *OTHERS], [50, 14, 10, 5, 2, 2, names, names])[0]
        if text is None:
            text = self._noise(self._body())
            if any(word in text.upper() for word in self.without):
                text = self.password + rng.choice(ASKED) + "?"
        how = {"gap": rng.choice((0, 300, 1200, 2500, 4000, 9000))}
        if rng.random() < 0.06:
            how["twice"] = True
        if rng.random() < 0.06 and "lost" not in self.without:
            how["lost"] = True
        if rng.random() < 0.3:
            how["shuffle"] = rng.random()
        return sender, text, how

    def _body(self):
        rng = self.rng
        count = rng.choices((1, 2, 3, 5, 12), (60, 18, 8, 4, "many" not in self.without))[0]
        rows = [self._command() for _ in range(count)]
        if any(row.upper() == "ALARMON" for row in rows):  # what both mean in one text is open
            rows = [row for row in rows if not row.upper().startswith("SENSORTYPE")]
        if rng.random() < 0.03 and "many" not in self.without:
            rows += ["STATUS"] * rng.randrange(2, 9)
        prefix = self.password
        if rng.random() < (0.08 if prefix else 0.03):
            prefix = rng.choice((*PASSWORDS, ""))
        text = rng.choice((";", "\n", "; ")).join(rows)
        for row in rows:
            if row.upper().startswith("PASSWORD=") and prefix == self.password:
                value = row.partition("=")[2]
                self.password = "" if value.upper() == "NO" else value if len(value) == 5 else self.password
        return prefix + text

    def _noise(self, text):
        rng = self.rng
        if rng.random() < 0.1:
            return rng.choice(JUNK) + text + rng.choice((".", "\n", " "))
        return text

    def _command(self):
        rng = self.rng
        kinds = (
            (30, lambda: rng.choice(CTRL)), (8, self._timed), (4, lambda: rng.choice(RARE)), (14, lambda: rng.choice(ASKED) + "?"),
            (12, self._choice), (3, lambda: f"RESTARTTIME={rng.choice((1, 5, 30, 90, 600, 0, 601))}"), (6, self._list), (2, self._password),
            (6, self._climate), (3, lambda: "RELAYTIME=" + rng.choice(("ON", "OFF", "ON5", "OFF40", "ON300", "0", "ON0", "7"))),
            (4, self._rule), (2, lambda: rng.choice(("MAKEMEBOSS", "ALERTME", "CREDITUMS=*100#", "CREDITUMS=NO", "CREDITUMS=100"))),
            (3, self._wrong), (1, lambda: f"SMSLIMIT={rng.choice((500, 500, 300, 30))}"),
        )  # fmt: skip
        text = rng.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()
        if "PASSWORD" not in text and rng.random() < 0.25:
            text = rng.choice((text.lower(), text.title()))
        return text

    def _timed(self):
        space = " " if self.rng.random() < 0.1 else ""
        return self.rng.choice(("ON", "OFF")) + space + str(self.rng.choice((1, 3, 10, 30, 60, 300, 3000, 65000, 0, 65001)))

    def _choice(self):
        word = self.rng.choice(tuple(CHOICES))
        value = self.rng.choice(CHOICES[word]) if self.rng.random() < 0.95 else self.rng.choice(("MAYBE", "", "1"))
        if word in ("SMSCONFIRM", "ERROR") and self.rng.random() < 0.6:
            value = "ON"
        return word + self.rng.choice(("=", "=", "=", " = ", "= ")) + value

    def _list(self):
        word = self.rng.choice(("SECNUMBER", "ALERTNUMBER"))
        role = ",USER" if word == "SECNUMBER" and self.rng.random() < 0.3 else ""
        sign = self.rng.choices("+-", (3, 1))[0]
        if sign == "-" and self.rng.random() < 0.2:
            return word + "-ALL"
        return word + sign + self.rng.choice(NUMBERS) + (role if sign == "+" else "")

    def _password(self):
        return "PASSWORD=" + self.rng.choice((*PASSWORDS, "NO", "NO", "NO", "1234", "123456"))

    def _climate(self):
        word = self.rng.choice(("SWITCHOFFTEMP", "TRISEALERT", "TFALLALERT", "THERMOSTAT"))
        if word == "THERMOSTAT":
            return "THERMOSTAT=" + self.rng.choice(("HEATING", "COOLING"))
        values = {
            "SWITCHOFFTEMP": ("10C", "50F", "22C", "72F", "0C", "-5C"),
            "TRISEALERT": ("35C", "96F", "30C", "OFF"),
            "TFALLALERT": ("15C", "60F", "5C", "OFF"),
        }
        return word + "=" + self.rng.choice((*values[word], *values[word], "200C", "10", "x"))

    def _rule(self):
        rng = self.rng
        if rng.random() < 0.15:
            return rng.choice(("SCHEDULER-ALL", f"SCHEDULER-{rng.randrange(14, 20)}:{rng.randrange(6)}0"))
        at = (
            f"{rng.randrange(14, 22):02}:{rng.randrange(60):02}"
            if rng.random() < 0.8
            else f"{rng.randrange(24):02}:{rng.randrange(6)}0"
        )
        day = rng.choice(("*", "*", "*", "1", "2", "7", "1-5", "8"))
        return f"SCHEDULER+{at},{day},{rng.choice(('ON', 'OFF', 'INF', 'AON', 'AOF', 'ON', 'OFF', 'X'))}"

    def _wrong(self):
        return self.rng.choice(
            (
                "NONSENSE",
                "ONX",
                "STATUSS",
                "TEMPERATURE?",
                "X" * 30,
                "X" * 45,
                "ON=5",
                "RESTARTTIME",
                "???",
                "PASWORD=77xyz",
                "SECLIST",
            )
        )
