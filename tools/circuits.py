"""The circuits around a board, drawn by schemdraw: each function gives (title, what to mind, SVG) or None."""

import re

import schemdraw
import schemdraw.elements as elm

schemdraw.use("svg")
schemdraw.svgconfig.text = "text"
FIVE = "5 V of the mains supply"
GREEN = "#22664f"


class Sheet:
    """A board's roles as tags of a circuit."""

    def __init__(self, pins, tag, three_volts, ground):
        """pins: role -> GPIO; tag(role): its name and pin number; three_volts, ground: the same of 3V3 and GND."""
        self.pins, self.tag, self.three_volts, self.ground = pins, tag, three_volts, ground

    def begin(self):
        """A drawing."""
        drawing = schemdraw.Drawing(show=False)
        drawing.config(fontsize=11, unit=2, lw=1.6, color="#1d2421")
        return drawing

    def pin(self, drawing, role, at=(0, 0)):
        """The tag of a board's pin; where it is."""
        return drawing.add(elm.Dot(open=True).at(at).label(self.tag(role), "left", color=GREEN))


def svg(drawing) -> str:
    """What belongs inside a page, with its size in pixels."""
    text = drawing.get_imagedata("svg").decode()
    text = re.sub(r"(\d+\.\d\d)\d+", r"\1", text)  # no noise of machines in the last digits
    head = re.search(r'height="([\d.]+)pt" width="([\d.]+)pt" viewBox="([^"]+)"', text)
    body = text[text.index(">") + 1 : text.rindex("</svg>")]
    return f'<svg overflow="visible" width="{head[2]}" height="{head[1]}" viewBox="{head[3]}">{body}</svg>'


def _block(drawing, title, pins, size, at, anchor, spacing=None):
    """A module as a box: pins are (name, side, anchor), from bottom to top and from left to right."""
    pins = [elm.IcPin(name, side=side, anchorname=found) for name, side, found in pins]
    block = elm.Ic(pins=pins, size=size, pinspacing=spacing or 0, lsize=11, plblsize=10, edgepadH=0.3, edgepadW=0.3)
    return drawing.add(block.theta(0).anchor(anchor).at(at).label(title, "top", ofst=0.1))


def supply(sheet, board_input):
    """5 V, the cell, 4.0 V for the modem, the board."""
    d = sheet.begin()
    wired_modem = "uart_tx" not in sheet.pins
    pins = [("N", "left", "N"), ("L", "left", "L"), ("0 V", "right", "zero"), ("5 V", "right", "plus")]
    source = _block(d, "AC/DC\n5 V, 3 A", pins, (2, 1.8), (0, 0), "plus", 0.9)
    d += elm.Line().at(source.zero).right(0.4)
    d += elm.Ground()
    line = d.add(elm.Line().at(source.plus).right(1.5))
    d += elm.Dot()
    d += elm.Line().up(0.7)
    d += elm.Vdd().label(FIVE)
    if wired_modem:
        d += elm.Line().at(line.end).right(1.5)
        d += elm.Dot(open=True).label(board_input, "right", color=GREEN)
        cell = d.add(elm.BatteryCell().at((line.end.x + 6.2, -0.9)).right().label("Li-ion cell 3.7 V", "bottom"))
        d += elm.Dot(open=True).at(cell.end).label("red: socket\nof the board", "right", color=GREEN)
        d += elm.Dot(open=True).at(cell.start).label("black: socket\nof the board", "left", color=GREEN)
        return "Supply", "The modem's converter, its capacitor and the charger are on the board.", svg(d)
    pins = [("GND", "bottom", "GND"), ("IN", "left", "IN"), ("OUT", "right", "OUT"), ("B-", "top", "B1"), ("B+", "top", "B2")]
    ups = _block(d, "", pins, (3, 1.8), (line.end.x + 1.3, line.end.y), "IN")
    d += elm.Label().at((ups.GND.x, ups.IN.y + 0.0)).label("UPS board")
    d += elm.Line().at(line.end).to(ups.IN)
    d += elm.Ground().at(ups.GND)
    d += elm.Line().at(ups.B1).up(0.4)
    d += elm.BatteryCell().reverse().tox(ups.B2.x).label("Li-ion cell 3.7 V", "top")
    d += elm.Line().at(ups.B2).up(0.4)
    out = d.add(elm.Line().at(ups.OUT).right(0.9))
    d += elm.Dot()
    pins = [("GND", "bottom", "GND"), ("IN", "left", "IN"), ("4.0 V", "right", "OUT")]
    buck = _block(d, "step-down\nconverter, 3 A", pins, (2.4, 1.8), (out.end.x + 0.9, out.end.y), "IN")
    d += elm.Line().at(out.end).to(buck.IN)
    d += elm.Ground().at(buck.GND)
    d += elm.Line().at(buck.OUT).right(0.4)
    d += elm.Dot(open=True).label("4.0 V of\nthe modem", "right")
    d += elm.Line().at(out.end).down(2.5)
    d += elm.Schottky().right(1.8).label("1N5819", "top")
    d += elm.Dot(open=True).label(board_input, "right", color=GREEN)
    d += elm.Dot(open=True).at((out.end.x + 5.9, out.end.y - 2.5)).label(sheet.ground, "left", color=GREEN)
    d += elm.Ground()
    note = (
        "Every ground sign is the same wire: they meet in one point, at the modem's capacitor, and at the board's GND. Set the converter to 4.0 V "
        "before the modem is connected. UPS board: charger, cell and 5 V out at 2 A or more, without a gap when the mains goes. Without a cell: leave it "
        "out, the 5 V go straight on."
    )
    return "Supply", note, svg(d)


def modem(sheet):
    """The SIM800L with its capacitors and level resistor."""
    if "uart_tx" not in sheet.pins:
        return None
    d = sheet.begin()
    names = [
        ("VCC", None),
        ("GND", None),
        ("RXD", "uart_tx"),
        ("TXD", "uart_rx"),
        ("RST", "modem_reset"),
        ("PWRKEY", "modem_key"),
    ]
    names = [row for row in names if row[1] is None or row[1] in sheet.pins]
    pins = [(name, "left", name) for name, _ in reversed(names)]
    chip = _block(d, "SIM800L", pins, (2.0, 0.95 * len(names) + 0.2), (5.0, 0), "VCC", 0.95)
    rail = 2.4
    d += elm.Dot(open=True).at((0, rail)).label("4.0 V", "left")
    d += elm.Line().tox(4.5)
    d += elm.Line().toy(0)
    d += elm.Line().to(chip.VCC)
    for x, part, name in ((1.1, elm.Capacitor2(polar=True), "1000 µF\n6.3 V"), (3.1, elm.Capacitor(), "100 nF")):
        d += elm.Dot().at((x, rail))
        d += part.at((x, rail)).down(1.5).label(name, "bottom")
        d += elm.Ground()
    d += elm.Line().at(chip.GND).left(0.9)
    d += elm.Ground()
    for name, role in names[2:]:
        anchor = getattr(chip, name)
        if name == "RXD":
            d += elm.Line().at(anchor).left(1.6)
            d += elm.Resistor().left(1.8).label("1 kΩ", "top")
            d += elm.Line().tox(0)
        else:
            d += elm.Line().at(anchor).tox(0)
        sheet.pin(d, role, (0, anchor.y))
    note = "Capacitors at the module's own pins, wires thick and short. RST and PWRKEY without resistors; a module without PWRKEY starts by itself."
    return "Modem", note, svg(d)


def relay(sheet):
    """The relay's transistor."""
    d = sheet.begin()
    start = sheet.pin(d, "relay")
    d += elm.Line().at(start.center).right(0.9)
    node = d.add(elm.Dot())
    d += elm.Resistor().at(node.center).down().label("10 kΩ", "bottom")
    d += elm.Ground()
    r = d.add(elm.Resistor().at(node.center).right().label("1 kΩ", "top"))
    q = d.add(elm.BjtNpn(circle=True).at(r.end).anchor("base").label("BC337", "right"))
    d += elm.Line().at(q.emitter).down(0.7)
    d += elm.Ground()
    up = d.add(elm.Line().at(q.collector).up(0.3))
    d += elm.Dot()
    coil = d.add(elm.Inductor2(loops=4).at(up.end).up().label("coil", "top"))
    d += elm.Dot()
    d += elm.Line().up(0.3)
    d += elm.Vdd().label(FIVE)
    d += elm.Line().at(up.end).right(1.4)
    d += elm.Diode().up().label("1N4007", "bottom")
    d += elm.Line().to(coil.end)
    note = "Or a relay module that has all this and switches at a high level: IN, 5 V, GND. The 10 kΩ stays in any case."
    return "Relay", note, svg(d)


def leds(sheet):
    """The LEDs that are to be wired."""
    d = sheet.begin()
    known = (("led_power", "POWER, green"), ("led_gsm", "GSM, blue"), ("led_out", "OUT, red"))
    for row, (role, text) in enumerate((role, text) for role, text in known if role in sheet.pins):
        start = sheet.pin(d, role, (0, -1.5 * row))
        r = d.add(elm.Resistor().at(start.center).right().label("330 Ω", "top"))
        led = d.add(elm.LED().at(r.end).right(1.4))
        d += elm.Ground().at(led.end)
        d += elm.Label().at((led.end.x + 1.4, led.end.y)).label(text)
    return "LEDs", "The long leg is at the resistor.", svg(d)


def button(sheet):
    """The hidden button."""
    d = sheet.begin()
    start = sheet.pin(d, "button")
    b = d.add(elm.Button().at(start.center).right().label("hidden button", "top"))
    d += elm.Ground().at(b.end)
    return "Button", "Behind a hole, for a pin. No resistor.", svg(d)


def contact(sheet):
    """The alarm contact, and the switch of its jack."""
    d = sheet.begin()
    start = sheet.pin(d, "alarm")
    d += elm.Line().at(start.center).right(0.9)
    node = d.add(elm.Dot())
    d += elm.Capacitor().at(node.center).down().label("100 nF", "bottom")
    d += elm.Ground()
    r = d.add(elm.Resistor().at(node.center).right().label("1 kΩ", "top"))
    s = d.add(elm.Switch().at(r.end).right().label("dry contact", "top"))
    d += elm.Ground().at(s.end)
    note = "Reed, float switch, motion detector's relay. Never a voltage from elsewhere."
    if "jack" in sheet.pins:
        below = sheet.pin(d, "jack", (0, -4))
        s = d.add(elm.Switch().at(below.center).right(4.9).label("switch in the jack, closed with a plug", "top"))
        d += elm.Ground().at(s.end)
    return "Alarm contact", note, svg(d)


def sensor(sheet):
    """The thermometer."""
    d = sheet.begin()
    pins = [("GND", "left", "GND"), ("DQ", "left", "DQ"), ("VDD", "left", "VDD")]
    chip = _block(d, "DS18B20", pins, (2, 3), (3.4, 0), "DQ", 0.95)
    start = sheet.pin(d, "ds18b20")
    d += elm.Line().at(start.center).to(chip.DQ)
    d += elm.Dot().at((1.2, 0))
    d += elm.Resistor().at((1.2, 0)).toy(chip.VDD.y + 1.2).label("4.7 kΩ", "top")
    top = d.add(elm.Dot())
    d += elm.Line().at(chip.VDD).left(0.9)
    d += elm.Line().toy(top.center.y)
    d += elm.Line().tox(top.center.x)
    d += elm.Line().at(top.center).tox(0)
    d += elm.Dot(open=True).label(sheet.three_volts, "left", color=GREEN)
    d += elm.Line().at(chip.GND).tox(1.9)
    d += elm.Ground()
    return "Thermometer", "Up to 10 m of cable. Usual colours: red VDD, black GND, yellow DQ.", svg(d)


def mains_sense(sheet, kind):
    """The divider that tells whether the mains is there."""
    if "mains" not in sheet.pins:
        return None
    d = sheet.begin()
    start = sheet.pin(d, "mains")
    d += elm.Line().at(start.center).right(1.2)
    node = d.add(elm.Dot())
    d += elm.Resistor().at(node.center).up().label("10 kΩ", "bottom")
    d += elm.Vdd().label(FIVE)
    d += elm.Resistor().at(node.center).down().label("15 kΩ", "bottom")
    d += elm.Ground()
    unused = (
        "pin open: it has a pull-down" if kind == "in_down" else "15 kΩ to ground all the same: the pin has no pull resistor"
    )
    return "Mains sense", f"Only with a cell; 3.0 V at the pin while the mains is there. Without a cell: {unused}.", svg(d)
