"""LilyGO (TTGO) T-Call V1.3 and V1.4: an ESP32-WROVER with a SIM800L on board.

On board and taken: 26, 27 modem UART, 4 PWRKEY, 5 RST, 23 modem supply, 32 DTR, 33 RI, 21 and 22 I2C to the IP5306, 35 cell
voltage, 16 and 17 PSRAM, 13 the blue LED. GPIO 2 and 15 are strapping pins: an LED to ground, as here, does them no harm.
GPIO 14 has a pull-up from reset until the firmware runs: an input that wants one. GPIO 34 has no pull resistor: the drawing
shows the one that an open wire needs. GPIO 23 is held over a reset of the board, so that the modem is never off for a
moment.
"""

NAME = "LILYGO_T_CALL"
MCU = "esp32"
MPY_ARCH = "xtensawin"
IMAGE = "ESP32_GENERIC-SPIRAM"
UART = 1
MODEM_STARTS = False  # it wants its power key
PINS = (  # role       gpio  kind          active
    ("uart_tx", 27, "uart", 1),
    ("uart_rx", 26, "uart", 1),
    ("modem_reset", 5, "open_drain", 0),
    ("modem_key", 4, "open_drain", 0),
    ("modem_supply", 23, "out_held", 1),
    ("relay", 25, "out", 1),
    ("led_out", 15, "out", 1),
    ("led_gsm", 13, "out", 1),
    ("led_power", 2, "out", 1),
    ("button", 18, "in_up", 0),
    ("alarm", 14, "in_up", 0),
    ("mains", 34, "in", 1),
    ("ds18b20", 19, "onewire", 1),
)
