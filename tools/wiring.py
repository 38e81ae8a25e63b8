"""Draws docs/wiring-BOARD.svg from the boards' rows, so that no drawing names a wrong pin: `uv run python -m tools.wiring`."""

from html import escape

from tools.flash import ROOT, boards

WARNING = "Low voltage only. Mains goes to the relay's contacts alone, behind a fuse, wired by somebody who may."
WIDTH, STEP, TOP = 820, 30, 96
PARTS = (  # title, [(role, what it goes to)], notes
    (
        "SIM800L, 4.0 V / 2 A, 1000 uF at its pins",
        [
            ("uart_tx", "RXD, through 1 kOhm (its inputs take 3.1 V)"),
            ("uart_rx", "TXD"),
            ("modem_reset", "RST"),
            ("modem_key", "PWRKEY"),
            ("modem_supply", "supply switch"),
        ],
        "open drain, no resistor; grounds joined in one point",
    ),
    ("Relay", [("relay", "transistor's base, 1 kOhm")], "10 kOhm from GPIO to ground; diode across the coil"),
    ("LEDs", [("led_power", "POWER, green"), ("led_gsm", "GSM, blue"), ("led_out", "OUT, red")], "each 330 Ohm to ground"),
    ("Button", [("button", "to ground")], "hidden behind a hole"),
    (
        "Jack",
        [("alarm", "alarm contact, to ground"), ("jack", "switch of the jack, to ground")],
        "long wires: 1 kOhm in series, 100 nF",
    ),
    ("Mains sense", [("mains", "5 V of the mains supply, 10 k / 15 k")], "divider to ground: 3.0 V while the mains is there"),
    ("DS18B20", [("ds18b20", "data")], "4.7 kOhm from data to 3.3 V"),
)
STYLE = """text{font:13px system-ui,sans-serif;fill:#1d2421}.b{font-weight:650}.q{fill:#5b6661;font-size:12px}
.box{fill:#f6f7f4;stroke:#22664f;stroke-width:1.5}.wire{stroke:#22664f;stroke-width:2;fill:none}.pin{fill:#22664f}rect.paper{fill:#fff}"""


def drawing(name: str, board) -> str:
    """The board's wiring as SVG."""
    pins = {row[0]: row[1] for row in board.PINS}
    prefix = "GP" if board.MCU == "rp2040" else "IO"
    shapes, y = [], TOP
    for title, wires, note in PARTS:
        rows = [(pins[role], goal) for role, goal in wires if role in pins]
        if not rows:
            continue
        onboard = name == "LILYGO_T_CALL" and title.startswith("SIM800L")
        title, note = ("SIM800L, on the board", "nothing to wire; a Li-ion cell at its socket") if onboard else (title, note)
        height = STEP * len(rows) + 34
        shapes.append(f'<rect class="box" x="430" y="{y}" width="360" height="{height}" rx="10"/>')
        shapes.append(f'<text class="b" x="446" y="{y + 20}">{escape(title)}</text>')
        for number, (gpio, goal) in enumerate(rows):
            at = y + 40 + STEP * number
            shapes.append(f'<path class="wire" d="M250 {at}H430"/><circle class="pin" cx="250" cy="{at}" r="4"/>')
            shapes.append(
                f'<circle class="pin" cx="430" cy="{at}" r="4"/>'
                f'<text x="238" y="{at + 5}" text-anchor="end">{prefix}{gpio}</text>'
            )
            shapes.append(f'<text x="446" y="{at + 5}">{escape(goal)}</text>')
        shapes.append(f'<text class="q" x="446" y="{y + height + 15}">{escape(note)}</text>')
        y += height + 30
    body = f'<rect class="box" x="30" y="{TOP - 10}" width="220" height="{y - TOP - 4}" rx="14"/>'
    supply = "5 V in at VBUS or VSYS, GND" if board.MCU == "rp2040" else "5 V in, GND"
    head = (
        f'<text class="b" x="30" y="36" font-size="18">{escape(name)}: wiring</text>'
        f'<text class="q" x="30" y="58">{WARNING}</text>'
        f'<text class="b" x="50" y="{TOP + 16}">{escape(name)}</text><text class="q" x="50" y="{TOP + 34}">{supply}</text>'
    )
    frame = f'viewBox="0 0 {WIDTH} {y + 6}" role="img" aria-label="Wiring of {escape(name)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>'
        f'<style>{STYLE}</style><rect class="paper" width="{WIDTH}" height="{y + 6}"/>{body}{head}{"".join(shapes)}</svg>\n'
    )


def path(name: str):
    """Where a board's drawing is kept."""
    return ROOT / "docs" / f"wiring-{name}.svg"


if __name__ == "__main__":
    for name, board in boards().items():
        path(name).write_text(drawing(name, board))
