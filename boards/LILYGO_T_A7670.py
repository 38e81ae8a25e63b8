"""LilyGO T-A7670 V1.x: an ESP32-WROVER-E with an A7670 on board, LTE and 2G. Not the variant ...-UBL, which has no texts.

On board and taken: 26, 27 modem UART, 4 PWRKEY, 5 RESET (both through transistors), 12 the modem's supply, 25 DTR, 33 RI,
35 cell voltage, 16 and 17 PSRAM; 2, 14, 15 the SD card, whose GPIO 13 is free where no card is in. GPIO 5 has a pull-up at
the start: every restart of the ESP32 restarts the modem. GPIO 12 is low at a start by necessity, so the supply cannot be
held. GPIO 34 has no pull resistor.
"""

NAME = "LILYGO_T_A7670"
MCU = "esp32"
MPY_ARCH = "xtensawin"
IMAGE = "ESP32_GENERIC-SPIRAM"
UART = 1
MODEM_STARTS = False  # it wants its power key
PINS = (  # role       gpio  kind          active
    ("uart_tx", 26, "uart", 1),
    ("uart_rx", 27, "uart", 1),
    ("modem_reset", 5, "out", 1),
    ("modem_key", 4, "out", 1),
    ("modem_supply", 12, "out", 1),
    ("relay", 23, "out", 1),
    ("led_out", 18, "out", 1),
    ("led_gsm", 19, "out", 1),
    ("led_power", 13, "out", 1),
    ("button", 32, "in_up", 0),
    ("alarm", 21, "in_up", 0),
    ("mains", 34, "in", 1),
    ("ds18b20", 22, "onewire", 1),
)
