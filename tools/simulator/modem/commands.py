"""The AT commands of the simulated SIM800: one handler a name; a command without a handler is an ERROR.

A handler gets (modem, argument) where the argument is "", "?", "=?" or "=...", and returns the lines before OK. It raises
`Refuse(code)` for an error, and `Later` when it answers by itself.
"""

import re
from datetime import timedelta

NUMERIC = {"OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "BUSY": "7", "NO ANSWER": "8"}
_NEEDS_SIM = {"+CMGF", "+CNMI", "+CMGS", "+CMGL", "+CMGR", "+CMGD", "+CPMS", "+CSCA", "+CUSD", "+CMGDA", "D"}
_TEXTS = {3: "operation not allowed", 10: "SIM not inserted", 11: "SIM PIN required", 14: "SIM busy", 100: "unknown"}


class Refuse(Exception):
    """An error: kind CME or CMS, and its number."""

    def __init__(self, code, kind="CME"):
        super().__init__(code)
        self.code, self.kind = code, kind


class Later(Exception):
    """The handler prints its answer itself."""


HANDLERS = {}


def handler(*names):
    """Register the handler of commands."""

    def register(act):
        for name in names:
            HANDLERS[name] = act
        return act

    return register


def run(modem, text):
    """Run a command line: several commands are joined by `;` after an extended one."""
    lines = []
    name = ""
    try:
        parts = _split(text[2:])
        if len(text) > 556 or len(parts) > 39:
            raise Refuse(100)
        for name, argument in parts:
            lines += _one(modem, name, argument) or []
    except Later:
        return
    except Refuse as error:
        modem.answer(lines, error_text(modem, error), name)
        return
    modem.answer(lines, "OK", name)


def error_text(modem, error):
    """The final line of an error, by AT+CMEE."""
    level = modem.settings["CMEE"]
    if level == "0" or error.code is None:
        return "ERROR" if error.kind == "CME" else f"+CMS ERROR: {error.code}"
    if level == "2" and error.kind == "CME":
        return f"+CME ERROR: {_TEXTS.get(error.code, error.code)}"
    return f"+{error.kind} ERROR: {error.code}"


def _split(body):
    """[(name, argument)] of what stands behind AT."""
    parts = []
    while body:
        if body[0] in "+*^":
            end = _end_of_extended(body)
            found = re.match(r"([+*^][A-Za-z0-9]+)(.*)", body[:end], re.DOTALL)
            parts.append((found[1].upper(), found[2]) if found else (body[:end], ""))
            body = body[end + 1 :]
        elif body[0] in "Dd":
            return [*parts, ("D", body[1:])]
        elif found := re.match(r"(&[A-Za-z]|[Ss]\d+|[A-Za-z])(\d+|=\d*|\?)?", body):
            parts.append((found[1].upper(), found[2] or ""))
            body = body[found.end() :].lstrip(";")
        else:
            return [*parts, (body, "")]
    return parts


def _end_of_extended(body):
    quoted = False
    for place, letter in enumerate(body):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return place
    return len(body)


def _one(modem, name, argument):
    act = HANDLERS.get(name)
    if act is None:
        modem.unknown.append(name + argument)
        raise Refuse(100)
    if name in _NEEDS_SIM and not (name == "+CPMS" and argument == "=?"):
        _check_sim(modem, name)
    return act(modem, argument)


def _check_sim(modem, name):
    if modem.sim != "READY":
        raise Refuse({"NOT INSERTED": 10, "SIM PIN": 11, "SIM PUK": 12}[modem.sim])
    if not modem.sms_ready and name != "D":
        raise Refuse(14 if name == "+CPMS" else 3)


# -- settings -----------------------------------------------------------------------------------------------------

_SETTINGS = {  # name -> what may be set
    "+CMEE": "[012]", "+CREG": "[012]", "+CGREG": "[012]", "+CLIP": "[01]", "+CSDH": "[01]", "+CRC": "[01]",
    "+COLP": "[01]", "+MORING": "[01]", "+CLTS": "[01]", "+CSCLK": "[012]", "+CIURC": "[01]",
    "+CBATCHK": "[01]", "+CSMP": r"\d+(,\d+){0,3}", "+DDET": r"[01].*", "+CMGF": "[01]", "+GSMBUSY": "[012]",
    "+CSCS": '"(IRA|GSM|UCS2|HEX|PCCP|PCDN|8859-1)"', "+CNMI": r"[0-3](,[0-3](,[02](,[01](,[01])?)?)?)?",
    "+EXUNSOL": '"SQ",[01]', "+IPR": "(0|1200|2400|4800|9600|19200|38400|57600|115200|230400|460800)", "+CSMS": "[01]",
    "+IFC": r"[012](,[012])?", "+CSDT": "[01]", "+CFGRI": "[012]", "+CSMINS": "[01]", "+CLIR": "[012]",
}  # fmt: skip
_LISTS = {
    "+CSCS": '+CSCS: ("IRA","GSM","UCS2","HEX","PCCP","PCDN","8859-1")',
    "+CNMI": "+CNMI: (0-3),(0-3),(0,2),(0,1),(0,1)",
    "+CPMS": '+CPMS: ("SM","ME","SM_P","ME_P","MT"),("SM","ME","SM_P","ME_P","MT"),("SM","ME","SM_P","ME_P","MT")',
    "+CMGF": "+CMGF: (0,1)",
    "+VTS": "+VTS: (0-9,*,#,A,B,C,D),(1-255)",
    "+CREG": "+CREG: (0-2)",
}


def _setting(name):
    key = name[1:]

    def act(modem, argument):
        if argument == "=?":
            return [_LISTS.get(name, f"{name}: ({_SETTINGS[name]})")]
        if argument == "?":
            return [f"{name}: {modem.settings[key]}"]
        value = argument[1:]
        if not argument.startswith("=") or not re.fullmatch(_SETTINGS[name], value):
            raise Refuse(None)
        if key == "CNMI":
            value = ",".join((value.split(",") + modem.settings[key].split(",")[value.count(",") + 1 :])[:5])
        modem.settings[key] = value
        if key == "IPR":
            if modem.keeps_speed:
                modem.nonvolatile["IPR"] = value  # the hardware documents say that it saves itself
            if value != "0":  # the new speed holds once the OK is out at the old one
                modem.after(modem.delay_ms + 15, lambda: setattr(modem.line, "modem_baud", int(value)))
        return []

    return act


for _name in _SETTINGS:
    HANDLERS[_name] = _setting(_name)


def _basic_setting(key, allowed):
    def act(modem, argument):
        if argument == "?":
            return [f"{int(modem.settings[key]):03d}"]
        value = argument.lstrip("=") or "0"
        if not re.fullmatch(allowed, value):
            raise Refuse(None)
        modem.settings[key] = value
        return []

    return act


_TO_127, _TO_255 = r"\d\d?|1[01]\d|12[0-7]", r"\d\d?|1\d\d|2[0-4]\d|25[0-5]"
_BASICS = {
    "E": "[01]", "V": "[01]", "Q": "[01]", "X": "[0-4]", "&C": "[01]", "&D": "[012]", "L": "[0-3]", "M": "[0-3]",
    "S0": _TO_255, "S3": _TO_127, "S4": _TO_127, "S7": _TO_255,
}  # fmt: skip
for _name, _allowed in _BASICS.items():
    HANDLERS[_name] = _basic_setting(_name, _allowed)


@handler("&W")
def _save(modem, argument):
    for key in modem.nonvolatile:
        if key != "IPR" or modem.keeps_speed:
            modem.nonvolatile[key] = modem.settings[key]
    return []


def _reset(modem, settings):
    keep = ("IPR", "IFC", "ICF", "CSCLK")
    modem.settings.update({key: value for key, value in settings.items() if key not in keep})
    return []


@handler("&F")
def _to_factory(modem, argument):
    from tools.simulator.modem.sim800 import SAVED

    return _reset(modem, SAVED)


@handler("Z")
def _to_saved(modem, argument):
    return _reset(modem, modem.nonvolatile)


# -- identity and state -------------------------------------------------------------------------------------------


def _fixed(*lines):
    def act(modem, argument):
        return list(lines)

    return act


HANDLERS[""] = _fixed()
HANDLERS["I"] = lambda modem, argument: [f"{modem.model} R14.18"]
HANDLERS["+CGMI"] = HANDLERS["+GMI"] = _fixed("SIMCOM_Ltd")
HANDLERS["+CGMM"] = HANDLERS["+GMM"] = _fixed("SIMCOM_SIM800L")
HANDLERS["+CGMR"] = HANDLERS["+GMR"] = lambda modem, argument: [modem.revision]
HANDLERS["+GSV"] = lambda modem, argument: ["SIMCOM_Ltd", "SIMCOM_SIM800L", modem.revision]
HANDLERS["+GSN"] = HANDLERS["+CGSN"] = _fixed("490154203237518")
HANDLERS["+CIMI"] = _fixed("244910000000001")
HANDLERS["+CCID"] = _fixed("8935891000000000001f")
HANDLERS["+CNUM"] = _fixed()
HANDLERS["+VTS"] = lambda modem, argument: [_LISTS["+VTS"]] if argument == "=?" else []
HANDLERS["+CGATT"] = lambda modem, argument: ["+CGATT: 0"] if argument == "?" else []
HANDLERS["+CBC"] = _fixed("+CBC: 0,95,4134")
HANDLERS["+CPAS"] = lambda modem, argument: [f"+CPAS: {4 if modem.call and modem.call.state == 'active' else 0}"]
HANDLERS["+CCALR"] = lambda modem, argument: [f"+CCALR: {int(modem.sms_ready)}"]


@handler("+CPIN")
def _cpin(modem, argument):
    if argument == "?":
        if modem.sim == "NOT INSERTED":
            raise Refuse(10)
        if modem.sim == "READY" and not modem.sim_ready:
            raise Refuse(14)
        return ["+CPIN: " + modem.sim]
    if modem.sim != "SIM PIN":
        raise Refuse(3)
    if argument.strip('="') != modem.pin:
        modem.pin_tries -= 1
        if not modem.pin_tries:
            modem.sim = "SIM PUK"
        raise Refuse(16)
    modem.sim = "READY"
    for ms, text in ((2000, "+CPIN: READY"), (4000, "Call Ready"), (4050, "SMS Ready")):
        modem.after(ms, lambda text=text: modem._boot_line(text))
    return []


def _registration(name):
    key = name[1:]

    def act(modem, argument):
        if argument != "?":
            return _setting(name)(modem, argument)
        cell = ',"0001","0002"' if modem.settings[key] == "2" and modem.registered == 1 else ""
        return [f"{name}: {modem.settings[key]},{modem.registered}{cell}"]

    return act


HANDLERS["+CREG"] = _registration("+CREG")
HANDLERS["+CGREG"] = _registration("+CGREG")


@handler("+CSQ")
def _csq(modem, argument):
    rssi = modem.network.rssi if modem.registered == 1 else 99
    return [f"+CSQ: {rssi},0"]


@handler("+COPS")
def _cops(modem, argument):
    if modem.sim != "READY":
        raise Refuse(None)
    if argument == "?":
        form = modem.settings["COPS"]
        return [f'+COPS: 0,{form},"{"24491" if form == "2" else "Sim"}"' if modem.registered == 1 else "+COPS: 0"]
    if argument == "=?":
        return ['+COPS: (2,"Sim","Sim","24491"),,(0-4),(0-2)']
    if found := re.fullmatch("=3,([012])", argument):
        modem.settings["COPS"] = found[1]
        return []
    if argument.startswith("=2"):
        modem.registered = 0
    elif argument.startswith("=0"):
        modem.after(2000, modem.network_changed)
    else:
        raise Refuse(None)
    return []


@handler("+CFUN")
def _cfun(modem, argument):
    if argument == "?":
        return ["+CFUN: 1"]
    if argument == "=1,1":
        modem.answer([], "OK", "+CFUN")
        modem.after(modem.delays.get("+CFUN", 0) + 100, modem.restart)
        raise Later
    if argument not in ("=1", "=1,0"):
        raise Refuse(3)
    return []


@handler("+CPOWD")
def _cpowd(modem, argument):
    if argument == "=1":
        modem.after(300, lambda: (modem.urc("NORMAL POWER DOWN"), modem.after(20, modem.power_off)))
        raise Later
    raise Refuse(None)


@handler("+CCLK")
def _cclk(modem, argument):
    network_now = modem.network.local().replace(tzinfo=None)
    if argument == "?":
        if modem.clock_offset is None:
            seconds = modem.world.now // 1000 % 60
            return [f'+CCLK: "04/01/01,00:00:{seconds:02d}+00"']
        now = network_now - timedelta(seconds=modem.clock_offset)
        zone = getattr(modem, "clock_zone", modem.network.zone_quarters)
        return [f'+CCLK: "{now:%y/%m/%d,%H:%M:%S}{zone:+03d}"']
    found = re.fullmatch(r'="(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)"', argument)
    if not found:
        raise Refuse(None)
    from datetime import datetime

    try:
        moment = datetime(2000 + int(found[1]), *(int(found[i]) for i in range(2, 7)))
    except ValueError:
        raise Refuse(None) from None
    modem.clock_offset = (network_now - moment).total_seconds()
    modem.clock_zone = int(found[7])
    return []


# -- messages -----------------------------------------------------------------------------------------------------


@handler("+CPMS")
def _cpms(modem, argument):
    if argument == "=?":
        return [_LISTS["+CPMS"]]
    if argument != "?":
        found = re.fullmatch(r'="(SM|ME|MT)"(?:,"(SM|ME|MT)"(?:,"(SM|ME|MT)")?)?', argument)
        if not found:
            raise Refuse(302, "CMS")
        for use, name in enumerate(found.groups()):
            if name:
                modem.memories[use] = "ME" if name == "ME" else "SM"
    counts = [f"{len(modem.memory(use))},{modem.capacity}" for use in range(3)]
    if argument == "?":
        counts = [f'"{name}",{count}' for name, count in zip(modem.memories, counts, strict=True)]
    return ["+CPMS: " + ",".join(counts)]


@handler("+CSCA")
def _csca(modem, argument):
    return ['+CSCA: "+358508771010",145'] if argument == "?" else []


def _hex(pdu):
    return "00" + pdu.hex().upper()


def _shown(modem, head, index):
    """A stored message: header line and body, by CMGF."""
    stat, pdu = modem.memory(0)[index]
    if modem.settings["CMGF"] == "0":
        return [f'{head}{stat},"",{len(pdu)}', _hex(pdu)]
    from gsmmodem.pdu import decodeSmsPdu

    found = decodeSmsPdu(bytearray(b"\0" + pdu))
    state = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT")[stat]
    when = found["time"]
    zone = int(when.utcoffset().total_seconds() // 900)
    return [f'{head}"{state}","{found["number"]}","","{when:%y/%m/%d,%H:%M:%S}{zone:+03d}"', *found["text"].split("\n")]


@handler("+CMGR")
def _cmgr(modem, argument):
    found = re.fullmatch(r"=(\d+)(,[01])?", argument)
    if not found:
        raise Refuse(321, "CMS")
    index = int(found[1])
    if index not in modem.memory(0):
        if modem.empty_slot_ok:
            return []
        raise Refuse(321, "CMS")
    lines = _shown(modem, "+CMGR: ", index)
    if modem.memory(0)[index][0] == 0 and found[2] != ",1":
        modem.memory(0)[index][0] = 1
    return lines


@handler("+CMGL")
def _cmgl(modem, argument):
    text_mode = modem.settings["CMGF"] == "1"
    words = {'"REC UNREAD"': 0, '"REC READ"': 1, '"STO UNSENT"': 2, '"STO SENT"': 3, '"ALL"': 4}
    found = re.fullmatch(r"=([^,]+)(,[01])?", argument) if argument else None
    key = found[1] if found else '"REC UNREAD"' if text_mode else "0"
    if (text_mode and key not in words) or (not text_mode and not re.fullmatch("[0-4]", key)):
        raise Refuse(None)
    wanted = words[key] if text_mode else int(key)
    lines = []
    for index in sorted(modem.memory(0)):
        if wanted in (4, modem.memory(0)[index][0]):
            lines += _shown(modem, f"+CMGL: {index},", index)
            if modem.memory(0)[index][0] == 0 and not (found and found[2] == ",1"):
                modem.memory(0)[index][0] = 1
    return lines


@handler("+CMGD")
def _cmgd(modem, argument):
    found = re.fullmatch(r"=(\d+)(?:,([0-4]))?", argument)
    if not found:
        raise Refuse(321, "CMS")
    flag = int(found[2] or 0)
    if flag == 0:
        doomed = [int(found[1])]
    else:
        doomed = [
            i for i, (stat, _) in modem.memory(0).items() if stat in {1: (1,), 2: (1, 3), 3: (1, 2, 3)}.get(flag, range(4))
        ]
    for index in doomed:
        modem.memory(0).pop(index, None)
    modem.after(200, modem.network.flush)
    return []


@handler("+CMGDA")
def _cmgda(modem, argument):
    text_mode = modem.settings["CMGF"] == "1"
    if not re.fullmatch(r'="(DEL ALL|DEL READ)"' if text_mode else "=[1-6]", argument):
        raise Refuse(None)
    modem.memory(0).clear()
    return []


@handler("+CMGS")
def _cmgs(modem, argument):
    if modem.settings["CMGF"] == "1":
        _cmgs_text(modem, argument)
    found = re.fullmatch(r"=(\d+)", argument)
    if not found or not 7 <= int(found[1]) <= 160:
        raise Refuse(304, "CMS")
    length = int(found[1])

    def done(body):
        if body is None:
            modem.answer([], "OK")
            return
        try:
            octets = bytes.fromhex(body.decode().strip())
            tpdu = octets[octets[0] + 1 :]
            if len(tpdu) != length:
                raise ValueError
        except (ValueError, IndexError, UnicodeDecodeError):
            modem.answer([], "+CMS ERROR: 304")
            return
        _submit(modem, tpdu)

    modem.prompt(done)
    raise Later


def _submit(modem, tpdu):
    if modem.registered != 1:
        modem.answer([], "+CMS ERROR: 331", "+CMGS")
        return

    def result():
        try:
            code = modem.network.submit(tpdu)
        except ValueError:
            code = 304
        modem.reference = (getattr(modem, "reference", 0) + 1) % 256
        if code is None:
            modem._answer([f"+CMGS: {modem.reference}"], "OK")
        else:
            modem._answer([], f"+CMS ERROR: {code}")

    modem.after(modem.delays.get("+CMGS", modem.delay_ms), result)


def _cmgs_text(modem, argument):
    found = re.fullmatch(r'="(\+?\d+)"(,\d+)?', argument)
    if not found:
        raise Refuse(304, "CMS")

    def done(body):
        if body is None:
            modem.answer([], "OK")
            return
        from gsmmodem.pdu import encodeSmsSubmitPdu

        pdu = encodeSmsSubmitPdu(found[1], body.decode("latin-1"), requestStatusReport=False)[0]
        octets = bytes.fromhex(str(pdu))
        _submit(modem, octets[octets[0] + 1 :])

    modem.prompt(done)
    raise Later


# -- USSD and calls -----------------------------------------------------------------------------------------------


@handler("+CUSD")
def _cusd(modem, argument):
    if argument == "?":
        return [f"+CUSD: {modem.settings['CUSD']}"]
    found = re.fullmatch(r'=([012])(?:,"([^"]*)"(?:,\s*\d+)?)?', argument)
    if not found:
        raise Refuse(None)
    modem.settings["CUSD"] = "1" if found[1] == "1" else "0" if found[1] == "0" else modem.settings["CUSD"]
    if found[1] == "2":
        modem.ussd_open = False
    elif found[2] is not None:
        answer = modem.network.ussd.get(found[2], (1500, 2, None, None))
        if answer is not None:
            ms, state, text, dcs = answer
            modem.after(ms, lambda: _ussd_answer(modem, state, text, dcs))
    return []


def _ussd_answer(modem, state, text, dcs):
    modem.ussd_open = state == 1
    if text is None:
        modem.urc(f"+CUSD: {state}")
    elif isinstance(text, bytes):  # exactly these bytes, also several lines
        modem.write(b"\r\n" + text + b"\r\n")
    else:
        modem.urc(f'+CUSD: {state}, "{text.encode("utf-16-be").hex().upper() if dcs == 72 else text}", {dcs}')


@handler("D")
def _dial(modem, argument):
    from tools.simulator.network.network import Call

    found = re.fullmatch(r"(\+?[\d]+);", argument)
    if not found:
        modem.answer([], "NO CARRIER", "D")
        raise Later
    if modem.registered != 1:
        modem.answer([], "NO CARRIER", "D")
        raise Later
    phone = modem.network.phone(found[1])
    call = Call(phone.number, False, "ringing", started=modem.world.now)
    phone.calls.append(call)
    modem.call = call
    modem.after(modem.delays.get("D", 0) + 1500, lambda: _callee(modem, phone, call))
    modem.answer([], "OK", "D")
    raise Later


def _callee(modem, phone, call):
    if call.state != "ringing":
        return
    if phone.refuses:
        refuse_call(modem, call)
        return
    if not phone.reachable:
        call.state, call.why = "ended", "unreachable"
        modem.call = None
        modem.urc("NO CARRIER")
        return
    if modem.settings["MORING"] == "1":
        modem.urc("MO RING")
    call.alerting = True
    if phone.answers_after is not None:
        modem.after(phone.answers_after, lambda: answer_call(modem, call))


def refuse_call(modem, call):
    """The phone does not want the call."""
    if call.state == "ringing":
        call.state, call.why = "ended", "refused"
        modem.call = None
        modem.urc("BUSY")


def answer_call(modem, call):
    """The phone takes the call."""
    if call.state == "ringing":
        call.state = "active"
        if modem.settings["MORING"] == "1" and not call.incoming:
            modem.urc("MO CONNECTED")


@handler("A")
def _take_call(modem, argument):
    if not modem.call:
        raise Refuse(None)
    modem.call.state = "active"
    return []


@handler("H")
def _hang_up(modem, argument):
    modem.local_hang_up()
    return []


@handler("+CLCC")
def _clcc(modem, argument):
    if argument.startswith("="):
        return []
    call = modem.call
    if call is None:
        return []
    stat = 0 if call.state == "active" else 4 if call.incoming else 3 if getattr(call, "alerting", False) else 2
    kind = 145 if call.number.startswith("+") else 129
    return [f'+CLCC: 1,{int(call.incoming)},{stat},0,0,"{call.number}",{kind},""']
