"""LilyGO T-SIM7600: an ESP32-WROVER-E with a SIM7600 on board, LTE, 3G and 2G.

On board and taken: 27, 26 modem UART, 4 PWRKEY (through a transistor), 25 FLIGHT, which must be high, 32 DTR, 33 RI, 34
STATUS, 35 cell voltage, 36 solar, 16 and 17 PSRAM, 12 the LED; 2, 13, 14, 15 the SD card. The modem's reset is not led out.
GPIO 39 has no pull resistor.
"""

NAME = "LILYGO_T_SIM7600"
MCU = "esp32"
MPY_ARCH = "xtensawin"
IMAGE = "ESP32_GENERIC-SPIRAM"
UART = 1
MODEM_STARTS = False  # it wants its power key
PINS = (  # role       gpio  kind          active
    ("uart_tx", 27, "uart", 1),
    ("uart_rx", 26, "uart", 1),
    ("modem_key", 4, "out", 1),
    ("modem_supply", 25, "out_held", 1),
    ("relay", 23, "out", 1),
    ("led_out", 18, "out", 1),
    ("led_gsm", 12, "out", 1),
    ("led_power", 19, "out", 1),
    ("button", 21, "in_up", 0),
    ("alarm", 5, "in_up", 0),
    ("mains", 39, "in", 1),
    ("ds18b20", 22, "onewire", 1),
)
