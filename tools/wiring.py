"""Draws docs/wiring-BOARD.svg from the boards' rows, and docs/wiring-MAINS.svg: `uv run python -m tools.wiring`.

Pins come from boards/, their numbers from headers.py, circuits from circuits.py: no drawing names a wrong pin.
"""

import re
import textwrap
from html import escape

from tools import circuits, headers, mains_side
from tools.flash import ROOT, boards

WIDTH, GAP, COLUMN = 1240, 18, 470
ROW = 21  # between two pins of a header
ROLES = {
    "uart_tx": "modem RXD", "uart_rx": "modem TXD", "modem_reset": "modem RST", "modem_key": "modem PWRKEY", "relay": "relay",
    "led_out": "LED OUT", "led_gsm": "LED GSM", "led_power": "LED POWER", "button": "button", "alarm": "alarm contact",
    "jack": "jack switch", "mains": "mains sense", "ds18b20": "thermometer", "modem_supply": "modem supply",
}  # fmt: skip
WARNING = "Low voltage only. What stands under mains is wiring-MAINS.svg, for somebody who may."
STYLE = """text{font-family:system-ui,"DejaVu Sans",sans-serif}.h{font-size:19px;font-weight:650}.b{font-size:14px;font-weight:650}
.q{font-size:12px;fill:#4c5651}.n{font-size:11px;fill:#4c5651}.p{font-size:12px}.r{font-size:12px;font-weight:650;fill:#22664f}
.paper{fill:#fff}.card{fill:#fff;stroke:#dadfd9}.board{fill:#eef3ef;stroke:#22664f;stroke-width:1.5}.pad{fill:#fff;stroke:#7d8882}.used{fill:#22664f}"""


def _text(x, y, words, kind, anchor="start"):
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _uses(name, board) -> dict:
    """Pin such as GP6 -> what it is for."""
    mark = headers.prefix(board)
    uses = {f"{mark}{gpio}": ROLES[role] for role, gpio in headers.to_wire(name, board).items()}
    return {**uses, headers.SUPPLY[board.MCU]: "5 V in", "3V3": "3.3 V out", "GND": ""}


def _header(name, board, x, y):
    """The board from above with every pin's number; (shapes, height)."""
    sides, uses = headers.HEADERS[name], _uses(name, board)
    height = ROW * len(sides[0]) + 16
    shapes = [f'<rect class="board" x="{x + 150}" y="{y}" width="170" height="{height}" rx="10"/>']
    for side, pins in enumerate(sides):
        for row, (number, pin) in enumerate(pins):
            at, pad, sign = y + 20 + ROW * row, x + (160 if side == 0 else 310), -1 if side == 0 else 1
            use = uses.get(pin)
            shapes.append(f'<circle class="{"used" if use else "pad"}" cx="{pad}" cy="{at - 4}" r="5"/>')
            shapes.append(_text(pad - 12 * sign, at, f"{pin}", "r" if use else "p", "start" if side == 0 else "end"))
            shapes.append(_text(pad + 16 * sign, at, number, "n", "end" if side == 0 else "start"))
            if use:
                shapes.append(_text(pad + 52 * sign, at, use, "r", "end" if side == 0 else "start"))
    return "".join(shapes), height


def _printed(name, board, x, y):
    """A list of what to wire, by the print on the board."""
    mark = headers.prefix(board)
    rows = [(f"{mark}{gpio}", ROLES[role]) for role, gpio in headers.to_wire(name, board).items()]
    rows += [("3V3", "3.3 V for the thermometer"), ("GND", "every ground"), ("USB", "5 V in"), ("socket", "Li-ion cell")]
    wired = [row for row in board.PINS if row[0] not in headers.to_wire(name, board)]
    height = ROW * (len(rows) + len(wired) + 2) + 16
    shapes = [f'<rect class="board" x="{x}" y="{y}" width="{COLUMN}" height="{height}" rx="10"/>']
    for row, (pin, use) in enumerate(rows):
        at = y + 26 + ROW * row
        shapes.append(
            f'<circle class="used" cx="{x + 20}" cy="{at - 4}" r="5"/>'
            + _text(x + 36, at, pin, "r")
            + _text(x + 110, at, use, "p")
        )
    at = y + 26 + ROW * (len(rows) + 0.5)
    shapes.append(_text(x + 20, at, "Wired on the board already, nothing to do:", "q"))
    for row, (role, gpio, *_) in enumerate(wired):
        what = headers.ON_BOARD_GPIO.get(name, {}).get(gpio, ROLES[role])
        shapes.append(
            _text(x + 36, at + ROW * (row + 1), f"{mark}{gpio}", "n") + _text(x + 110, at + ROW * (row + 1), what, "n")
        )
    return "".join(shapes), height


def _panels(name, board):
    pins, mark = headers.to_wire(name, board), headers.prefix(board)

    def labelled(pin):
        number = headers.number_of(name, pin)
        return f"{pin}\npin {number}" if number else pin

    ground = labelled("GND")
    sheet = circuits.Sheet(pins, lambda role: labelled(f"{mark}{pins[role]}"), labelled("3V3"), ground)
    supply = labelled(headers.SUPPLY[board.MCU]) if "uart_tx" in pins else "USB socket\nof the board"
    kind = next((row[2] for row in board.PINS if row[0] == "mains"), "")
    found = [circuits.supply(sheet, supply), circuits.modem(sheet), circuits.relay(sheet), circuits.mains_sense(sheet, kind)]
    found += [circuits.sensor(sheet), circuits.contact(sheet), circuits.leds(sheet), circuits.button(sheet)]
    return [panel for panel in found if panel]


def _size(svg):
    found = re.match(r'<svg overflow="visible" width="([\d.]+)" height="([\d.]+)"', svg)
    return float(found[1]), float(found[2])


def _card(panel, x, y, width):
    """A circuit with title and note; (shapes, height)."""
    title, note, svg = panel
    wide, high = _size(svg)
    lines = textwrap.wrap(note, int(width / 7))
    height = high + 52 + 16 * len(lines)
    shapes = f'<rect class="card" x="{x}" y="{y}" width="{width}" height="{height:g}" rx="10"/>' + _text(
        x + 14, y + 24, title, "b"
    )
    shapes += svg.replace("<svg ", f'<svg x="{x + (width - wide) / 2:.0f}" y="{y + 34}" ', 1)
    for row, line in enumerate(lines):
        shapes += _text(x + 14, y + high + 52 + 16 * row, line, "q")
    return shapes, height


def drawing(name: str, board) -> str:
    """The board's wiring as SVG."""
    top = 84
    draw = _header if name in headers.HEADERS else _printed
    shapes, height = draw(name, board, 24, top + 26)
    parts = [_text(24, top + 10, headers.TITLES.get(name, name), "b"), shapes]
    panels = _panels(name, board)
    wide, rest = panels[0], panels[1:]
    x, right = 24 + COLUMN + 2 * GAP, WIDTH - 24
    card, first = _card(wide, x, top, right - x)
    parts.append(card)
    third = (right - x - GAP) / 2
    ends = {24: top + 26 + height + GAP, x: top + first + GAP, x + third + GAP: top + first + GAP}
    for panel in rest:
        column = min(ends, key=ends.get)
        card, used = _card(panel, column, ends[column], COLUMN if column == 24 else third)
        parts.append(card)
        ends[column] += used + GAP
    bottom = max(ends.values()) + 6
    head = _text(24, 38, f"TextSocket on {name}: wiring", "h") + _text(24, 60, WARNING, "q")
    frame = f'viewBox="0 0 {WIDTH} {bottom:.0f}" role="img" aria-label="Wiring of {escape(name)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame}><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{bottom:.0f}"/>{head}{"".join(parts)}</svg>\n'
    )


def path(name: str):
    """Where a board's drawing is kept."""
    return ROOT / "docs" / f"wiring-{name}.svg"


if __name__ == "__main__":
    for name, board in boards().items():
        path(name).write_text(drawing(name, board))
    path("MAINS").write_text(mains_side.drawing())
