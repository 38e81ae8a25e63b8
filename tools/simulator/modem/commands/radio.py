"""Network, signal, functionality, clock, power."""

from datetime import datetime, timedelta

from tools.simulator.modem.arguments import Quoted, number, one_of, optional, string
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.commands.settings import put
from tools.simulator.modem.results import Later, Refuse, error

CODE = "24491"
UNSET = datetime(2004, 1, 1)  # where a clock begins that nobody has set


def _registration(key):
    name = "+" + key

    @table.read(name)
    def tell(modem):
        return [f"{name}: {modem.settings[key]},{modem.registered}{modem.cell(key)}"]


for _key in ("CREG", "CGREG"):
    _registration(_key)


@table.execute("+CSQ")
def _signal(modem):
    return [f"+CSQ: {modem.signal()},0"]


table.test("+CSQ", "+CSQ: (0-31,99),(0-7,99)")


# -- the operator -------------------------------------------------------------------------------------------------

table.needs(sim_card.air, "+COPS", "+CGATT")


@table.read("+COPS")
def _operator(modem):
    if modem.registered != 1:
        return [f"+COPS: {modem.cops_mode}"]
    form = modem.settings["COPS"]
    return [f'+COPS: {modem.cops_mode},{form},"{CODE if form == "2" else "Sim"}"']


def _scan(modem):
    """The list takes its time; a key ends the search."""
    sim_card.air(modem)
    lines = [f'+COPS: (2,"Sim","Sim","{CODE}"),,(0-4),(0-2)']
    modem.answer_or_abort(lines, "OK", error(Refuse(609), modem.settings["CMEE"]), "+COPS=?")
    raise Later


table.test("+COPS", _scan)


@table.write("+COPS", number(0, 4), optional(number(0, 2)), optional(string(24)))
def _choose(modem, mode, form, wanted):
    if mode in (1, 4) and (wanted is None or form is None):
        raise Refuse
    if mode == 3 and form is None:
        raise Refuse
    if mode == 1 and wanted not in ("Sim", CODE):
        raise Refuse(30)
    if form is not None:
        put(modem, "COPS", str(form))
    if mode == 3:
        return []
    modem.cops_mode = mode if mode == 1 else 2 if mode == 2 else 0
    if mode == 2:
        modem.registered = 0
    else:
        modem.after(2000, modem.network_changed)
    return []


@table.read("+CGATT")
def _attached(modem):
    return [f"+CGATT: {int(modem.attached and modem.registered == 1)}"]


@table.write("+CGATT", number(0, 1))
def _attach(modem, on):
    if modem.registered != 1:
        raise Refuse(100)
    modem.attached = bool(on)
    return []


table.test("+CGATT", "+CGATT: (0,1)")


# -- functionality and power --------------------------------------------------------------------------------------


@table.read("+CFUN")
def _function(modem):
    return [f"+CFUN: {modem.settings['CFUN']}"]


table.test("+CFUN", "+CFUN: (0,1,4),(0,1)")


@table.write("+CFUN", one_of(0, 1, 4), optional(number(0, 1)))
def _change_function(modem, wanted, restart):
    if restart:
        if wanted:
            put(modem, "CFUN", str(wanted))
        modem.answer([], "OK", "+CFUN=1,1")
        modem.after(modem.delay("+CFUN=1,1") + 100, modem.restart)
        raise Later
    now = modem.settings["CFUN"]
    if {now, str(wanted)} == {"0", "4"}:
        raise Refuse(3)
    if now != str(wanted):
        modem.settings["CFUN"] = str(wanted)
        if wanted:
            put(modem, "CFUN", str(wanted))
        modem.function_changed()
    return []


@table.write("+CPOWD", number(0, 1))
def _power_down(modem, kindly):
    if kindly:
        modem.after(300, lambda: (modem.urc("NORMAL POWER DOWN"), modem.after(20, modem.power_off)))
    else:
        modem.after(1, modem.power_off)
    raise Later


table.test("+CPOWD", "+CPOWD: (0,1)")


# -- the clock ----------------------------------------------------------------------------------------------------


@table.read("+CCLK")
def _clock(modem):
    if modem.clock_offset is None:
        now, zone = UNSET + timedelta(milliseconds=modem.world.now - modem.supplied_at), 0
    else:
        now = modem.network.local().replace(tzinfo=None) - timedelta(seconds=modem.clock_offset)
        zone = modem.network.zone_quarters if modem.clock_zone is None else modem.clock_zone
    return [f'+CCLK: "{now:%y/%m/%d,%H:%M:%S}{zone:+03d}"']


def _moment(token):
    text = str(token) if isinstance(token, Quoted) else ""
    try:
        zone = int(text[17:])
        if len(text) != 20 or text[17] not in "+-" or not -47 <= zone <= 48:
            raise Refuse
        return datetime.strptime("20" + text[:17], "%Y/%m/%d,%H:%M:%S"), zone
    except ValueError:
        raise Refuse from None


@table.write("+CCLK", _moment)
def _set_clock(modem, found):
    moment, modem.clock_zone = found
    modem.clock_offset = (modem.network.local().replace(tzinfo=None) - moment).total_seconds()
    return []


table.test("+CCLK")
