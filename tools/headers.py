"""Where a board's pins are: their numbers, as its maker counts them, and what is wired on the board already."""

_PICO_LEFT = "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15"
_PICO_RIGHT = "VBUS VSYS GND 3V3_EN 3V3 VREF GP28 AGND GP27 GP26 RUN GP22 GND GP21 GP20 GP19 GP18 GND GP17 GP16"
_DEVKIT_LEFT = "3V3 EN IO36 IO39 IO34 IO35 IO32 IO33 IO25 IO26 IO27 IO14 IO12 GND IO13 IO9 IO10 IO11 5V"
_DEVKIT_RIGHT = "GND IO23 IO22 IO1 IO3 IO21 GND IO19 IO18 IO5 IO17 IO16 IO4 IO0 IO2 IO15 IO8 IO7 IO6"


def _numbered(left, right, left_names, right_names):
    """((number, name) from top to bottom) of both sides."""
    return tuple(zip(left_names, left.split(), strict=True)), tuple(zip(right_names, right.split(), strict=True))


HEADERS = {  # board -> its two sides from top to bottom, USB on top (the Pico) or below (the DevKit)
    "RPI_PICO": _numbered(_PICO_LEFT, _PICO_RIGHT, map(str, range(1, 21)), map(str, range(40, 20, -1))),
    "ESP32_GENERIC": _numbered(
        _DEVKIT_LEFT, _DEVKIT_RIGHT, [f"J2-{n}" for n in range(1, 20)], [f"J3-{n}" for n in range(1, 20)]
    ),
}
TITLES = {
    "RPI_PICO": "Raspberry Pi Pico, from above",
    "ESP32_GENERIC": "ESP32-DevKitC V4 (others: by the print)",
    "LILYGO_T_CALL": "LilyGO T-Call: go by the print on the board",
    "LILYGO_T_A7670": "LilyGO T-A7670: go by the print on the board",
    "LILYGO_T_SIM7600": "LilyGO T-SIM7600: go by the print on the board",
}
_MODEM = ("uart_tx", "uart_rx", "modem_reset", "modem_key", "modem_supply")
WIRED = {  # board -> roles that its maker has wired
    "LILYGO_T_CALL": _MODEM,
    "LILYGO_T_A7670": _MODEM,
    "LILYGO_T_SIM7600": _MODEM,
}
ON_BOARD_GPIO = {"LILYGO_T_CALL": {13: "the blue LED on the board"}, "LILYGO_T_SIM7600": {12: "the LED on the board"}}
SUPPLY = {"rp2040": "VSYS", "esp32": "5V"}  # where the 5 V go in


def prefix(board) -> str:
    """What the board's maker writes before a GPIO's number."""
    return "GP" if board.MCU == "rp2040" else "IO"


def number_of(name, pin) -> str:
    """The header's number of a pin such as GP6, "" where only the print tells."""
    for side in HEADERS.get(name, ()):
        for number, found in side:
            if found == pin:
                return number
    return ""


def to_wire(name, board) -> dict:
    """role -> GPIO of what is not on the board already."""
    wired, on_board = WIRED.get(name, ()), ON_BOARD_GPIO.get(name, {})
    return {row[0]: row[1] for row in board.PINS if row[0] not in wired and row[1] not in on_board}
