"""4G modems: SIM7600 and A7670 as subclasses with their own rows of the table (spec/SIM7600-A7670.md, sections in brackets).

The knobs besides those of a SIM800: `circuit`, what +CREG tells while LTE is up (None: the same; 0, 6, 7, 11), `lte_refuses`,
a CMS code for every text until AT+CGSMS is `lte_service`; `ims`, with which AT+CUSD is an ERROR; `has_texts`, False for the
variant without messages.
"""

from dataclasses import replace

from tools.simulator.modem.arguments import number, optional
from tools.simulator.modem.commands import COMMANDS
from tools.simulator.modem.commands.table import Command
from tools.simulator.modem.results import Refuse
from tools.simulator.modem.sim800 import Sim800

_GONE = ("+CLTS", "+CBATCHK", "+CPOWD", "+CMGDA", "+CCID", "+CSAS", "+CIURC", "+CCALR", "+GSV", "+EXUNSOL")
_KEPT = ("CMGF", "CNMI", "CLIP", "COLP", "CSCS", "CTZU")  # by themselves, on an A76 [2]
OFF_MS = 2500  # the power key, to switch off


def _setting(key, *converters, kept=False):
    def tell(modem):
        return [f"+{key}: {modem.settings[key]}"]

    def change(modem, *values):
        modem.settings[key] = ",".join(str(value) for value in values if value is not None)
        if kept:
            modem.nonvolatile[key] = modem.settings[key]
        return []

    return Command(read=tell, write=change, converters=converters)


def _speed(modem):
    return [f"+IPREX: {modem.nonvolatile['IPR']}"]


def _speed_for_good(modem, rate):
    modem.nonvolatile["IPR"] = str(rate)
    modem.after(modem.delay_ms + 15, lambda: setattr(modem.line, "modem_baud", rate))
    return []


def _registered(key):
    return lambda modem: [f"+{key}: {modem.settings[key]},{modem.stat(key)}"]


def _hang_up(modem):
    if modem.end_lines_first and modem.call:
        modem.local_hang_up()
        modem.urc("VOICE CALL: END: 000003")
        return []
    if modem.call:
        modem.local_hang_up()
        modem.after(30, lambda: modem.urc("VOICE CALL: END: 000003"))
    return []


def _nothing(modem, *_):
    return []


def _off(modem):
    modem.after(300, modem.power_off)
    return []


def _restart(modem):
    modem.after(modem.delay_ms + 100, modem.restart)
    return []


def _code(modem, *values):
    if modem.ims:
        raise Refuse
    return COMMANDS["+CUSD"].write(modem, *values)


def _format(modem, value):
    if not modem.has_texts:
        raise Refuse
    return COMMANDS["+CMGF"].write(modem, value)


def _submit(modem, *values):
    if not modem.has_texts:
        raise Refuse
    if modem.lte_refuses and modem.settings["CGSMS"] != modem.lte_service:
        modem.network.refuse_with = modem.lte_refuses
    elif modem.lte_refuses:
        modem.network.refuse_with = None
    return COMMANDS["+CMGS"].write(modem, *values)


def _clock(modem):
    if modem.clock_offset is None:
        return ['+CCLK: "80/01/06,07:09:04"']  # without a zone
    return COMMANDS["+CCLK"].read(modem)


class Lte(Sim800):
    """What both families share."""

    end_lines_first = False  # of AT+CHUP: before its OK
    begin_with_tone = False  # VOICE CALL: BEGIN with the ringing tone, not with the answer

    def __init__(self, world, line, network):
        self.circuit = None
        self.lte_refuses = None
        self.lte_service = "3"
        self.ims = False
        self.has_texts = True
        self.commands = {name: row for name, row in COMMANDS.items() if name not in _GONE}
        self.commands.update(self._rows())
        super().__init__(world, line, network)
        self.keeps_speed = False  # AT+IPR, until the restart
        self.nonvolatile.update(CMEE="2", CTZU="0", CLIP="0", COLP="0", IPR="115200")
        self.reset_state()

    def _rows(self):
        rows = {
            "+CTZU": _setting("CTZU", number(0, 1), kept=True),
            "+CTZR": _setting("CTZR", number(0, 1)),
            "+CVHU": _setting("CVHU", number(0, 1)),
            "+CGSMS": _setting("CGSMS", number(0, 3)),
            "+CVALARM": _setting("CVALARM", number(0, 1), optional(number(3300, 4000)), optional(number(4000, 4300))),
            "+IPREX": Command(
                read=lambda modem: [f"+IPREX: {modem.nonvolatile['IPR']}"],
                write=_speed_for_good,
                converters=(number(0, 3686400),),
            ),
            "+CHUP": Command(execute=_hang_up),
            "+CPOF": Command(execute=_off),
            "+CRESET": Command(execute=_restart),
            "+CEREG": replace(_setting("CEREG", number(0, 2)), read=_registered("CEREG")),
            "+CREG": replace(COMMANDS["+CREG"], read=_registered("CREG")),
            "+CUSD": replace(COMMANDS["+CUSD"], write=_code),
            "+CMGF": replace(COMMANDS["+CMGF"], write=_format),
            "+CMGS": replace(COMMANDS["+CMGS"], write=_submit),
            "+CCLK": replace(COMMANDS["+CCLK"], read=_clock),
            "H": Command(execute=_nothing, write=_nothing, converters=(number(0, 0),), digits=True),
            "&W": Command(execute=_nothing),
            "+CGMM": Command(execute=lambda modem: [modem.identity[1].partition(": ")[2]]),
            "I": Command(execute=lambda modem: ["\r\n".join(modem.identity)]),
        }
        for name in self.kept:
            rows.setdefault("+" + name, None)
            rows["+" + name] = rows["+" + name] or _keeping(name)
        return rows

    kept: tuple = ()
    identity: tuple = ()

    def reset_state(self):
        """Some settings of its own are forgotten as well."""
        super().reset_state()
        self.settings.update(
            {"CTZR": "0", "CVHU": "1", "CGSMS": "1", "CVALARM": "0", "CEREG": "0", "E": "1", "CREG": "0", "CMEE": "2"}
        )
        self.settings.update({name: self.nonvolatile[name] for name in self.kept if name in self.nonvolatile})

    def stat(self, key):
        """Registration with the circuits, or with LTE."""
        return self.circuit if key == "CREG" and self.circuit is not None and self.registered == 1 else self.registered

    def network_changed(self):
        """Registration follows the network; LTE tells it in a line of its own."""
        before = self.registered
        super().network_changed()
        if self.registered != before and self.settings["CEREG"] != "0":
            self.urc(f"+CEREG: {self.registered}")

    def send_time(self):
        """The network's time goes into the clock, where AT+CTZU asks for it; a line tells of the zone."""
        if self.settings["CTZU"] != "1":
            return
        self.clock_offset = 0
        if self.settings["CTZR"] == "1":
            now = self.network.utc()
            self.urc(f"+CTZV: {self.network.zone_quarters:+d},{now:%y/%m/%d,%H:%M:%S},0")

    def key_pressed(self, held_ms):
        """PWRKEY: on by a short press, off by a long one alone."""
        if not self.power_pin_works:
            return
        if self.power == "off":
            self.deaf = False
            self.power_on()
        elif held_ms >= OFF_MS:
            self.after(1900, self.power_off)

    def tells_call(self, how):
        """VOICE CALL: BEGIN, when it is taken or, false, with the ringing tone."""
        if how == ("ringing" if self.begin_with_tone else "answered"):
            self.urc("VOICE CALL: BEGIN")

    def remote_hang_up(self, call):
        """The phone ends the call."""
        mine = self.call is call and call.state == "active"
        super().remote_hang_up(call)
        if mine:
            self.urc("VOICE CALL: END: 000010")

    def under_voltage(self, then="POWER DOWN"):
        """By AT+CVALARM it is told, and by AT+CPMVT it ends."""
        self.urc("UNDER-VOLTAGE WARNNING" + (" POWER DOWN" if then == "POWER DOWN" else ""))
        if then == "POWER DOWN":
            self.after(220, self.power_off)


def _keeping(name):
    row = COMMANDS["+" + name]

    def change(modem, *values):
        lines = row.write(modem, *values)
        modem.nonvolatile[name] = modem.settings[name]
        return lines

    return replace(row, write=change)


class Sim7600(Lte):
    """SIM7600G-H: RDY and no +CFUN, more than ten seconds to start."""

    identity = (
        "Manufacturer: SIMCOM INCORPORATED", "Model: SIMCOM_SIM7600G-H", "Revision: SIM7600G_V2.0.2", "IMEI: 490154203237518",
        "+GCAP: +CGSM",
    )  # fmt: skip
    boot_lines = ((9000, "RDY"), (10000, "+CPIN: READY"), (14000, "SMS DONE"), (16000, "PB DONE"))
    end_lines_first = True
    key_ms, reset_ms = 500, 1 << 30  # no reset is led out
    ears_ms = 9000


class A7670(Lte):
    """A7670E-FASE: *ATREADY, bursts of +CGEV, no MORING, a reset of seconds; what came with the ringing tone is no answer."""

    identity = (
        "Manufacturer: INCORPORATED", "Model: A7670E-FASE", "Revision: A7670M7_V1.11.1", "IMEI: 490154203237518",
        "+GCAP: +CGSM,+FCLASS,+DS",
    )  # fmt: skip
    boot_lines = (
        (2500, "*ATREADY: 1"), (3500, "+CPIN: READY"), (7000, "SMS DONE"), (7200, "+CGEV: EPS PDN ACT 1"),
        (7400, "+CGEV: ME PDN ACT 8,1"), (9000, "PB DONE"),
    )  # fmt: skip
    begin_with_tone = True
    kept = _KEPT
    key_ms, reset_ms = 100, 2000
    ears_ms = 2500

    def _rows(self):
        rows = super()._rows()
        rows["+MORING"] = Command()
        return rows
