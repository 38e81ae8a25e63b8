"""AT+CUSD: the network's codes (manual 3.2.53)."""

from tools.simulator.modem import charsets, text_mode, ussd
from tools.simulator.modem.arguments import number, optional, string
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.results import Refuse


@table.read("+CUSD")
def _mode(modem):
    return [f"+CUSD: {modem.settings['CUSD']}"]


@table.write("+CUSD", number(0, 2), optional(string(400)), optional(number(0, 255)))
def _ask(modem, mode, written, _):
    if written is not None and mode != 2:
        if modem.sim != "READY":
            raise Refuse(10 if modem.sim == "NOT INSERTED" else None)
        sim_card.air(modem)
        code = _code(modem, written)
    if mode == 2:
        modem.ussd_open = False
        return []
    modem.settings["CUSD"] = str(mode)
    if written is not None:
        ussd.ask(modem, code)
    return []


def _code(modem, written):
    """What the network gets: under HEX the real one sends rubbish (TinyGSM#192)."""
    name = text_mode.charset(modem)
    if name == "HEX":
        return None
    try:
        return charsets.from_wire(written, name)
    except ValueError:
        raise Refuse from None


table.test("+CUSD", "+CUSD: (0-2)")
