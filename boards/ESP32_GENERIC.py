"""ESP32 DevKit with a WROOM-32 module, SIM800L on UART2. Not for WROVER modules: their PSRAM sits on GPIO 16 and 17."""

NAME = "ESP32_GENERIC"
MCU = "esp32"
MPY_ARCH = "xtensawin"
UART = 2
MODEM_STARTS = True  # most SIM800L boards tie their power key
PINS = (  # role       gpio  kind          active
    ("uart_tx", 17, "uart", 1),
    ("uart_rx", 16, "uart", 1),
    ("modem_reset", 18, "open_drain", 0),
    ("modem_key", 4, "open_drain", 0),
    ("relay", 23, "out", 1),
    ("led_out", 25, "out", 1),
    ("led_gsm", 26, "out", 1),
    ("led_power", 27, "out", 1),
    ("button", 32, "in_up", 0),
    ("alarm", 33, "in_up", 0),
    ("mains", 21, "in_down", 1),
    ("ds18b20", 22, "onewire", 1),
)
