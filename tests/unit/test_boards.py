"""The boards' rows: roles, pins used once, GPIOs that exist and can do what they are for."""

import importlib.util

import pytest

from tests.conftest import ROOT

REQUIRED = {"uart_tx", "uart_rx", "relay", "led_out", "led_gsm", "led_power", "button", "alarm", "ds18b20"}
OPTIONAL = {"modem_reset", "modem_key", "modem_supply", "jack", "mains"}
KINDS = {"uart", "out", "out_held", "in", "in_up", "in_down", "open_drain", "onewire"}
OUTPUTS = {"out", "out_held", "open_drain", "onewire"}
RP2040 = set(range(23)) | {25, 26, 27, 28}
ESP32 = {0, 1, 2, 3, 4, 5, *range(12, 24), 25, 26, 27, 32, 33, 34, 35, 36, 39}
ESP32_INPUT_ONLY = {34, 35, 36, 37, 38, 39}
ESP32_STRAPPING = {0, 2, 5, 12, 15}
ESP32_CONSOLE = {1, 3}
RP2040_UART = {0: ({0, 12, 16, 28}, {1, 13, 17}), 1: ({4, 8, 20, 24}, {5, 9, 21, 25})}
PICO = {"uart_tx": 0, "uart_rx": 1, "modem_reset": 2, "modem_key": 3, "relay": 6, "led_out": 7, "led_gsm": 8, "led_power": 9,
        "button": 10, "alarm": 11, "jack": 12, "mains": 13, "ds18b20": 14}  # fmt: skip
BOARDS = sorted(path.stem for path in (ROOT / "boards").glob("*.py") if path.stem != "manifest")


def _load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "boards" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", BOARDS)
def test_rows(name):
    board = _load(name)
    assert name == board.NAME
    roles = [row[0] for row in board.PINS]
    gpios = [row[1] for row in board.PINS]
    assert len(set(roles)) == len(roles)
    assert len(set(gpios)) == len(gpios), "a pin is used twice"
    assert set(roles) >= REQUIRED
    assert set(roles) <= REQUIRED | OPTIONAL
    for role, _, kind, active in board.PINS:
        assert kind in KINDS, role
        assert active in (0, 1), role
        assert kind == "uart" if role.startswith("uart") else kind != "uart"


@pytest.mark.parametrize("name", BOARDS)
def test_gpios_exist_and_can_do_it(name):
    board = _load(name)
    for role, gpio, kind, _ in board.PINS:
        if board.MCU == "rp2040":
            assert gpio in RP2040
            if role in ("uart_tx", "uart_rx"):
                assert gpio in RP2040_UART[board.UART][role == "uart_rx"]
        elif board.MCU == "esp32":
            assert gpio in ESP32 - ESP32_CONSOLE
            if kind in OUTPUTS or role == "uart_tx":
                assert gpio not in ESP32_INPUT_ONLY
            if kind in ("in_up", "in_down"):
                assert gpio not in ESP32_INPUT_ONLY, "it has no pull resistor"
            if role == "relay":
                assert gpio not in ESP32_STRAPPING, "a strapping pin moves at boot"
        else:
            assert board.MCU == "virtual"


def test_the_t_call_keeps_off_what_its_maker_has_wired():
    on_board = {"uart_tx": 27, "uart_rx": 26, "modem_reset": 5, "modem_key": 4, "modem_supply": 23, "led_gsm": 13}
    rows = {row[0]: row[1] for row in _load("LILYGO_T_CALL").PINS}
    assert {role: rows[role] for role in on_board} == on_board
    taken = {32, 33, 21, 22, 35, 16, 17}  # DTR, RI, I2C to the power chip, cell voltage, PSRAM
    assert not taken & set(rows.values())
    assert 12 not in rows.values(), "it selects the flash's voltage at boot"


def test_what_moves_between_reset_and_firmware():
    """GPIO 14 of an ESP32 has a pull-up from reset on: no relay, no LED."""
    for board in map(_load, BOARDS):
        moving = {14, 15, 5, 0, 12} if board.MCU == "esp32" else set()
        assert not moving & {gpio for role, gpio, _, _ in board.PINS if role == "relay"}
        assert isinstance(board.MODEM_STARTS, bool)


def test_a_mains_pin_without_a_pull_has_a_resistor_in_the_drawing():
    for name in BOARDS:
        rows = {row[0]: row for row in _load(name).PINS}
        if name != "VIRTUAL" and rows["mains"][2] != "in_down":
            assert "no pull resistor" in (ROOT / "docs" / f"wiring-{name}.svg").read_text()


def test_the_pico_s_pins_are_fixed():
    assert {row[0]: row[1] for row in _load("RPI_PICO").PINS} == PICO
    assert {row[0]: row[1] for row in _load("VIRTUAL").PINS} == PICO
