"""The mains side as a drawing of its own: fuse, supply, relay, contactor, outlet, enclosure."""

import textwrap

import schemdraw
import schemdraw.elements as elm

from tools.circuits import svg

WIDTH, HEIGHT, CARD = 1240, 760, 470
FOOT = 84 + CARD + 36
LIVE, NEUTRAL, EARTH = "#7a4a1e", "#1f5fbf", "#2c8a2c"
NOTES = (
    "Fuse: 10 A at most, less where relay, wires or outlet are rated for less; a slow one of 0.5 A for the supply. In front of all: a circuit breaker and a "
    "residual-current device (30 mA).",
    "Above 1 kW, and for every motor or heater that runs unattended: the contactor, 20 A, coil for 230 V, both poles switched; AC-7a for heaters, AC-7b for motors. "
    "A heater has its own thermal cut-out.",
    "Enclosure: closed, flame-retardant (V-0), IP44 and more where it is damp. A wall of plastic and 6 mm of air between both compartments, strain relief on every "
    "cable, ferrules on stranded wires.",
    "Wires: 1.5 mm² for 10 A, for 230 V; earth is carried through and has no switch. Colours here: brown L, blue N, green-yellow PE.",
)
STYLE = """text{font-family:system-ui,"DejaVu Sans",sans-serif}.h{font-size:19px;font-weight:650}.b{font-size:14px;font-weight:650}
.q{font-size:12.5px;fill:#3f4844}.warn{font-size:14px;font-weight:650;fill:#a3271d}.paper{fill:#fff}.card{fill:#fff;stroke:#dadfd9}"""


def _wire(d, color, *points):
    """Straight wires from point to point."""
    for begin, end in zip(points, points[1:], strict=False):
        d += elm.Line(color=color).at(begin).to(end)


def _frame(d, right):
    """Both compartments."""
    d += elm.Rect(corner1=(1.1, 6.35), corner2=(right, 9.2), ls="--", lw=1.2, color="#22664f").at((0, 0)).theta(0)
    d += elm.Label(color="#22664f").at((right - 2.3, 8.8)).label("low voltage: board, modem")
    d += elm.Rect(corner1=(1.1, -2.1), corner2=(right, 6.05), ls="--", lw=1.2, color="#a3271d").at((0, 0)).theta(0)
    d += elm.Label(color="#a3271d").at((2.9, -1.75)).label("mains compartment")


def _way_in(d):
    """Cord, fuse, supply, and the relay between the two compartments."""
    for y, name, color in ((4, "L", LIVE), (0, "N", NEUTRAL), (-1.2, "PE", EARTH)):
        d += elm.Dot(open=True, color=color).at((0, y)).label(name, "left")
    d += elm.Fuse(color=LIVE).at((0, 4)).to((2.6, 4)).label("10 A", "bottom")
    d += elm.Dot(color=LIVE)
    _wire(d, LIVE, (2.6, 4), (2.6, 4.1))
    d += elm.Fuse(color=LIVE).at((2.6, 4.1)).to((2.6, 5.6)).label("0.5 A", "bottom")
    _wire(d, LIVE, (2.6, 5.6), (2.6, 5.75))
    d += elm.Dot(color=NEUTRAL).at((4.2, 0))
    _wire(d, NEUTRAL, (4.2, 0), (4.2, 5.75))
    d += elm.Rect(corner1=(2, 5.75), corner2=(4.8, 7.1), fill="#ffffff").at((0, 0)).theta(0)
    d += elm.Label().at((3.4, 6.55)).label("AC/DC 5 V, 3 A")
    d += elm.Label().at((3.4, 6.0)).label("encapsulated, approved", fontsize=8)
    for x, name in ((2.7, "5 V"), (4.1, "0 V")):
        _wire(d, "#1d2421", (x, 7.1), (x, 7.8))
        d += elm.Dot(open=True).at((x, 7.8)).label(name, "top")
    d += elm.Inductor2(loops=4).at((6.2, 7.2)).to((8, 7.2)).label("relay, coil", "top")
    d += elm.Line(ls=":").at((7.1, 6.9)).to((7.1, 5.3))
    d += elm.Dot(color=LIVE).at((5.3, 4))
    _wire(d, LIVE, (2.6, 4), (5.3, 4), (5.3, 5), (6.2, 5))
    d += elm.Switch(color=LIVE).at((6.2, 5)).to((8, 5)).label("NO", "bottom")


def _outlet(d, x):
    """The outlet, and earth carried through."""
    _wire(d, EARTH, (0, -1.2), (x, -1.2))
    d += elm.Rect(corner1=(x, -1.6), corner2=(x + 1.7, 4.5), fill="#ffffff").at((0, 0)).theta(0)
    for y, name in ((4, "L"), (0, "N"), (-1.2, "PE")):
        d += elm.Label().at((x + 0.4, y)).label(name)
    d += elm.Label().at((x + 0.95, 2.2)).label("outlet")


def _begin():
    drawing = schemdraw.Drawing(show=False)
    drawing.config(fontsize=11, unit=2, lw=1.8, color="#1d2421")
    return drawing


def light_load() -> str:
    """The relay switches the load itself."""
    d = _begin()
    _frame(d, 12.2)
    _way_in(d)
    _wire(d, LIVE, (8, 5), (8.8, 5), (8.8, 4), (10.1, 4))
    _wire(d, NEUTRAL, (0, 0), (10.1, 0))
    _outlet(d, 10.1)
    return svg(d)


def heavy_load() -> str:
    """The relay switches the coil of a contactor."""
    d = _begin()
    _frame(d, 16.6)
    _way_in(d)
    _wire(d, LIVE, (8, 5), (9, 5), (9, 3.3))
    d += elm.Inductor2(loops=4).at((9, 3.3)).to((9, 0.9)).label("coil A1-A2", "top", rotate=True)
    _wire(d, NEUTRAL, (9, 0.9), (9, 0))
    _wire(d, LIVE, (9, 3.3), (10.4, 3.3))
    d += elm.Resistor().at((10.4, 3.3)).to((10.4, 1.9)).label("100 Ω", "bottom")
    d += elm.Capacitor().at((10.4, 1.9)).to((10.4, 0.5)).label("100 nF X2", "bottom")
    _wire(d, NEUTRAL, (10.4, 0.5), (10.4, 0))
    for x in (9, 10.4):
        d += elm.Dot(color=NEUTRAL).at((x, 0))
    _wire(d, LIVE, (5.3, 4), (12.4, 4))
    d += elm.Switch(color=LIVE).at((12.4, 4)).to((14, 4))
    _wire(d, LIVE, (14, 4), (14.5, 4))
    _wire(d, NEUTRAL, (0, 0), (12.4, 0))
    d += elm.Switch(color=NEUTRAL).at((12.4, 0)).to((14, 0))
    _wire(d, NEUTRAL, (14, 0), (14.5, 0))
    d += elm.Line(ls=":").at((13.2, 4.2)).to((13.2, 0.3))
    d += elm.Label().at((13.2, 4.85)).label("contactor 20 A")
    d += elm.Label().at((12.6, 3.5)).label("1-2")
    d += elm.Label().at((12.6, -0.5)).label("3-4")
    _outlet(d, 14.5)
    return svg(d)


def _card(x, width, title, inner) -> str:
    return (
        f'<rect class="card" x="{x}" y="84" width="{width}" height="{CARD}" rx="10"/><text class="b" x="{x + 14}" y="110">{title}</text>'
        + inner.replace("<svg ", f'<svg x="{x + 14}" y="130" ', 1)
    )


def drawing() -> str:
    """docs/wiring-MAINS.svg."""
    lines = [line for note in NOTES for line in textwrap.wrap("• " + note, 165, break_on_hyphens=False)]
    notes = "".join(f'<text class="q" x="24" y="{FOOT + 21 * row}">{line}</text>' for row, line in enumerate(lines))
    cards = _card(24, 520, "Lamps, routers, and up to 1 kW that somebody watches", light_load())
    cards += _card(562, 654, "Everything else: the relay switches a contactor", heavy_load())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Mains side"><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/><text class="h" x="24" y="38">TextSocket: the mains side</text>'
        f'<text class="warn" x="24" y="62">Mains voltage kills. To be wired by somebody who may, and tested before it is used.</text>'
        f"{cards}{notes}</svg>\n"
    )
