"""The store of messages and how they are announced (manual chapter 4)."""

from tools.simulator.modem import notices, text_mode
from tools.simulator.modem.arguments import Quoted, either, number, one_of, optional, string
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.commands.settings import merge
from tools.simulator.modem.results import Refuse
from tools.simulator.network import pdu

_STORES = ("SM", "ME", "SM_P", "ME_P", "MT")
_STORE = one_of(*_STORES)
_LIST = "(" + ",".join(f'"{name}"' for name in _STORES) + ")"
_NO_INDEX, _NO_STORE = (321, "CMS"), (302, "CMS")
_READ, _UNREAD, _SENT, _UNSENT = (1,), (0,), (3,), (2,)

table.needs(sim_card.messages, "+CMGF", "+CNMI", "+CSCA", "+CMGDA")
table.needs(sim_card.message_store, "+CPMS")
table.needs(sim_card.one_message, "+CMGR", "+CMGL", "+CMGD")


# -- where they are kept ------------------------------------------------------------------------------------------


@table.read("+CPMS")
def _stores(modem):
    shown = zip(modem.memories, _counts(modem), strict=True)
    return ["+CPMS: " + ",".join(f'"{name}",{count}' for name, count in shown)]


@table.write("+CPMS", _STORE, optional(_STORE), optional(_STORE), bad=_NO_STORE)
def _choose_stores(modem, *names):
    for use, name in enumerate(names):
        if name is not None:
            modem.memories[use] = name[:2].replace("MT", "SM")
    return ["+CPMS: " + ",".join(_counts(modem))]


def _counts(modem):
    return [f"{len(modem.memory(use))},{modem.capacity}" for use in range(3)]


table.test("+CPMS", f"+CPMS: {_LIST},{_LIST},{_LIST}")


@table.read("+CSCA")
def _service_centre(modem):
    number = text_mode.shown_number(modem, modem.smsc)
    return [f'+CSCA: "{number}",{145 if modem.smsc.startswith("+") else 129}']


@table.write("+CSCA", string(80), optional(one_of(129, 145, 161)), bad=(325, "CMS"))
def _set_service_centre(modem, written, kind):
    try:
        number = text_mode.given_number(modem, written) if written else ""
        pdu.address(number)
    except ValueError:
        raise Refuse(325, "CMS") from None
    modem.smsc = "+" + number if kind == 145 and number and number[0] != "+" else number
    return []


table.test("+CSCA")


# -- how they are told --------------------------------------------------------------------------------------------


@table.read("+CNMI")
def _notices(modem):
    return [f"+CNMI: {modem.settings['CNMI']}"]


@table.write(
    "+CNMI", number(0, 3), optional(number(0, 3)), optional(one_of(0, 2)), optional(number(0, 2)), optional(number(0, 1))
)
def _set_notices(modem, *values):
    if values[3] is not None and values[3] not in modem.report_ways:
        raise Refuse
    modem.settings["CNMI"] = merge(modem.settings["CNMI"], values)
    notices.changed(modem)
    return []


table.test("+CNMI", lambda modem: [f"+CNMI: (0-3),(0-3),(0,2),({','.join(map(str, modem.report_ways))}),(0,1)"])


@table.read("+CSMS")
def _service(modem):
    return [f"+CSMS: {modem.settings['CSMS']},1,1,1"]


@table.write("+CSMS", number(0, 1))
def _set_service(modem, value):
    modem.settings["CSMS"] = str(value)
    return ["+CSMS: 1,1,1"]


table.test("+CSMS", "+CSMS: (0,1)")


@table.read("+CSMP")
def _parameters(modem):
    return [f"+CSMP: {modem.settings['CSMP']}"]


_OCTET = number(0, 255)


@table.write("+CSMP", optional(_OCTET), optional(either(_OCTET, string(20))), optional(_OCTET), optional(_OCTET))
def _set_parameters(modem, *values):
    if isinstance(values[1], Quoted):
        text_mode.moment(values[1])  # refuses what is no moment
    modem.settings["CSMP"] = merge(modem.settings["CSMP"], values)
    return []


table.test("+CSMP", "+CSMP: (0-255),(0-255),(0-255),(0-255)")


@table.read("+CSCB")
def _broadcasts(modem):
    return [f"+CSCB: {modem.settings['CSCB']}"]


def _ranges(text):
    ranges = []
    for one in text.split(",") if text else ():
        lo, _, hi = one.partition("-")
        if not (lo.isascii() and lo.isdigit() and (not hi or (hi.isascii() and hi.isdigit()))):
            raise Refuse
        ranges.append((int(lo), int(hi or lo)))
    return ranges


@table.write("+CSCB", number(0, 1), optional(string(100)), optional(string(100)))
def _set_broadcasts(modem, mode, channels, codings):
    modem.broadcasts = (mode, _ranges(channels or ""))
    modem.settings["CSCB"] = f'{mode},"{channels or ""}","{codings or ""}"'
    return []


table.test("+CSCB", "+CSCB: (0,1)")


# -- reading ------------------------------------------------------------------------------------------------------


def _record(modem, index, listed):
    """Header and body of a stored message."""
    stat, octets = modem.memory(0)[index]
    head = f"+CMGL: {index}," if listed else "+CMGR: "
    if modem.settings["CMGF"] == "0":
        return f'{head}{stat},"",{len(octets)}\r\n{notices.with_centre(modem, octets)}'
    try:
        found = pdu.read(octets)
    except ValueError:  # nothing that anybody could show
        return f'{head}"{text_mode.STATES[stat]}","","",""\r\n'
    text = f'{head}"{text_mode.STATES[stat]}",{text_mode.fields(modem, found, listed)}'
    return text if found.kind == pdu.REPORT else f"{text}\r\n{text_mode.body(modem, found)}"


def _mark_read(modem, index):
    if modem.memory(0)[index][0] == 0:
        modem.memory(0)[index][0] = 1


@table.write("+CMGR", number(0, 999), optional(number(0, 1)), bad=_NO_INDEX)
def _read_one(modem, index, unchanged):
    if index not in modem.memory(0):
        if modem.empty_slot_ok and index <= modem.capacity:
            return []
        raise Refuse(*_NO_INDEX)
    record = _record(modem, index, listed=False)
    if not unchanged:
        _mark_read(modem, index)
    return [record]


table.test("+CMGR")


def _list(modem, wanted, unchanged):
    indexes = [index for index in sorted(modem.memory(0)) if wanted in (4, modem.memory(0)[index][0])]
    records = [_record(modem, index, listed=True) for index in indexes]
    for index in indexes if not unchanged else ():
        _mark_read(modem, index)
    return ["\r\n".join(records)] if records else []


@table.execute("+CMGL")
def _list_unread(modem):
    return _list(modem, 0, None)


@table.write("+CMGL", either(number(0, 4), string(12)), optional(number(0, 1)))
def _list_some(modem, which, unchanged):
    words = (*text_mode.STATES, "ALL")
    if modem.settings["CMGF"] == "0":
        if isinstance(which, Quoted):
            raise Refuse
        return _list(modem, which, unchanged)
    if not isinstance(which, Quoted) or which not in words:
        raise Refuse
    return _list(modem, words.index(which), unchanged)


def _kinds(modem):
    words = ",".join(f'"{word}"' for word in (*text_mode.STATES, "ALL"))
    return [f"+CMGL: ({words})" if modem.settings["CMGF"] == "1" else "+CMGL: (0-4)"]


table.test("+CMGL", _kinds)


# -- deleting -----------------------------------------------------------------------------------------------------

_BY_FLAG = (None, _READ, _READ + _SENT, _READ + _SENT + _UNSENT, range(4))
_BY_WORD = {
    "DEL READ": _READ, "DEL UNREAD": _UNREAD, "DEL SENT": _SENT, "DEL UNSENT": _UNSENT, "DEL INBOX": _READ + _UNREAD,
    "DEL ALL": range(4),
}  # fmt: skip


def _delete(modem, stats):
    store = modem.memory(0)
    for index in [index for index, (stat, _) in store.items() if stat in stats]:
        del store[index]
    modem.after(200, modem.network.flush)
    return []


@table.write("+CMGD", number(0, 999), optional(number(0, 4)), bad=_NO_INDEX)
def _delete_one(modem, index, flag):
    if flag:
        return _delete(modem, _BY_FLAG[flag])
    if not 1 <= index <= modem.capacity and index not in modem.memory(0):
        raise Refuse(*_NO_INDEX)
    modem.memory(0).pop(index, None)
    modem.after(200, modem.network.flush)
    return []


table.test("+CMGD", lambda modem: [f"+CMGD: (1-{modem.capacity}),(0-4)"])


@table.write("+CMGDA", either(number(1, 6), string(12)))
def _delete_kind(modem, which):
    words = list(_BY_WORD)
    if (modem.settings["CMGF"] == "1") != isinstance(which, Quoted):
        raise Refuse
    if isinstance(which, Quoted) and which not in words:
        raise Refuse
    return _delete(modem, _BY_WORD[which if isinstance(which, Quoted) else words[which - 1]])


def _kinds_to_delete(modem):
    return [
        "+CMGDA: (" + ",".join(f'"{word}"' for word in _BY_WORD) + ")" if modem.settings["CMGF"] == "1" else "+CMGDA: (1-6)"
    ]


table.test("+CMGDA", _kinds_to_delete)
