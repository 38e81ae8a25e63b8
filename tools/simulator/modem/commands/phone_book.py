"""The phone book: AT+CPBS, CPBR, CPBW, CPBF (manual 3.2.24 to 3.2.28)."""

from tools.simulator.modem import charsets, text_mode
from tools.simulator.modem.arguments import number, one_of, optional, string
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.results import Refuse

BOOKS = {"SM": 250, "ON": 4, "LD": 10, "MC": 10, "RC": 10}  # SIM, own numbers, last dialled, missed, received
NUMBER, NAME = 40, 14  # letters
_CALLS = ("LD", "MC", "RC")

table.needs(sim_card.open_card, "+CPBS", "+CPBR", "+CPBW", "+CPBF")


def _book(modem):
    return modem.phone_books[modem.phone_book]


@table.read("+CPBS")
def _chosen(modem):
    return [f'+CPBS: "{modem.phone_book}",{len(_book(modem))},{BOOKS[modem.phone_book]}']


@table.write("+CPBS", one_of(*BOOKS))
def _choose(modem, name):
    modem.phone_book = str(name)
    return []


table.test("+CPBS", "+CPBS: (" + ",".join(f'"{name}"' for name in BOOKS) + ")")


def _line(modem, name, index):
    number, kind, text = _book(modem)[index]
    return f'{name}: {index},"{number}",{kind},"{charsets.to_wire(text, text_mode.charset(modem))}"'


@table.write("+CPBR", number(0, 9999), optional(number(0, 9999)))
def _read(modem, first, last):
    most = BOOKS[modem.phone_book]
    if not 1 <= first <= most or (last is not None and not first <= last <= most):
        raise Refuse(21)
    if last is None and first not in _book(modem):
        raise Refuse(22)
    indexes = [index for index in sorted(_book(modem)) if first <= index <= (last or first)]
    return ["\r\n".join(_line(modem, "+CPBR", index) for index in indexes)] if indexes else []


table.test("+CPBR", lambda modem: [f"+CPBR: (1-{BOOKS[modem.phone_book]}),{NUMBER},{NAME}"])


@table.write("+CPBW", optional(number(0, 9999)), optional(string(80)), optional(one_of(129, 145, 161)), optional(string(200)))
def _write(modem, index, written, kind, name):
    book, most = _book(modem), BOOKS[modem.phone_book]
    if modem.phone_book in _CALLS:
        raise Refuse(3)
    if index is not None and not 1 <= index <= most:
        raise Refuse(21)
    if written is None:
        if index is None:
            raise Refuse
        book.pop(index, None)
        return []
    entry = _entry(modem, written, kind, name or "")
    index = index or next((place for place in range(1, most + 1) if place not in book), None)
    if index is None:
        raise Refuse(20)
    book[index] = entry
    return []


def _entry(modem, written, kind, name):
    try:
        number, text = text_mode.given_number(modem, written), charsets.from_wire(name, text_mode.charset(modem))
    except ValueError:
        raise Refuse(27) from None
    if len(number) > NUMBER:
        raise Refuse(26)
    if len(text) > NAME:
        raise Refuse(24)
    return number, kind or (145 if number.startswith("+") else 129), text


table.test("+CPBW", lambda modem: [f"+CPBW: (1-{BOOKS[modem.phone_book]}),{NUMBER},(129,145,161),{NAME}"])


@table.write("+CPBF", string(200))
def _find(modem, written):
    try:
        wanted = charsets.from_wire(written, text_mode.charset(modem)).lower()
    except ValueError:
        raise Refuse(25) from None
    lines = [_line(modem, "+CPBF", index) for index in sorted(_book(modem)) if wanted in _book(modem)[index][2].lower()]
    if not lines:
        raise Refuse(22)
    return ["\r\n".join(lines)]


table.test("+CPBF", f"+CPBF: {NUMBER},{NAME}")
