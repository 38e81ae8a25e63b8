"""The drawings show the boards' pins, where those are on the board, and nothing that is wired already."""

import re

import pytest

from tools import flash, headers, wiring

BOARDS = flash.boards()


@pytest.mark.parametrize("name", BOARDS)
def test_a_drawing_is_the_board_s(name):
    board, drawn = BOARDS[name], wiring.path(name).read_text()
    assert drawn == wiring.drawing(name, board), "uv run python -m tools.wiring"
    mark = headers.prefix(board)
    for role, gpio in headers.to_wire(name, board).items():
        assert f">{mark}{gpio}</text>" in drawn, role
        assert f">{wiring.ROLES[role]}</text>" in drawn
        number = headers.number_of(name, f"{mark}{gpio}")
        assert number or name not in headers.HEADERS
        assert not number or f">{number}</text>" in drawn
    for part in ("1000 µF", "1 kΩ") if "uart_tx" in headers.to_wire(name, board) else ("nothing to do",):
        assert part in drawn


def test_what_is_on_the_t_call_is_not_wired():
    wired = headers.to_wire("LILYGO_T_CALL", BOARDS["LILYGO_T_CALL"])
    assert not {"uart_tx", "uart_rx", "modem_reset", "modem_key", "modem_supply"} & set(wired)
    assert "SIM800L" not in wiring.path("LILYGO_T_CALL").read_text()


def test_headers_are_the_makers():
    """Spot checks against the makers' drawings."""
    pico, devkit = "RPI_PICO", "ESP32_GENERIC"
    assert [headers.number_of(pico, pin) for pin in ("GP0", "GP6", "GP14", "GP15", "GP16", "3V3", "VSYS", "VBUS")] == [
        "1", "9", "19", "20", "21", "36", "39", "40",
    ]  # fmt: skip
    assert [headers.number_of(devkit, pin) for pin in ("3V3", "IO34", "5V", "IO23", "IO21", "IO17", "IO16", "IO4")] == [
        "J2-1", "J2-5", "J2-19", "J3-2", "J3-6", "J3-11", "J3-12", "J3-13",
    ]  # fmt: skip
    for left, right in headers.HEADERS.values():
        names = [name for _, name in left + right]
        gpio = [name for name in names if re.fullmatch(r"(GP|IO)\d+", name)]
        assert len(gpio) == len(set(gpio))
        assert len({number for number, _ in left + right}) == len(names)


def test_the_mains_side_is_drawn_apart():
    drawn = wiring.path("MAINS").read_text()
    assert drawn == wiring.mains_side.drawing(), "uv run python -m tools.wiring"
    for part in ("10 A", "contactor 20 A", "100 nF X2", "mains compartment", "low voltage", "residual-current"):
        assert part in drawn
    for name in BOARDS:
        assert "contactor" not in wiring.path(name).read_text()
