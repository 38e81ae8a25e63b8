"""The virtual board of tools/simulator: every role there is, on the pins of the Pico."""

NAME = "VIRTUAL"
MCU = "virtual"
MPY_ARCH = ""
UART = 0
MODEM_STARTS = True  # or not: the tests have both
PINS = (  # role       gpio  kind          active
    ("uart_tx", 0, "uart", 1),
    ("uart_rx", 1, "uart", 1),
    ("modem_reset", 2, "open_drain", 0),
    ("modem_key", 3, "open_drain", 0),
    ("relay", 6, "out", 1),
    ("led_out", 7, "out", 1),
    ("led_gsm", 8, "out", 1),
    ("led_power", 9, "out", 1),
    ("button", 10, "in_up", 0),
    ("alarm", 11, "in_up", 0),
    ("jack", 12, "in_up", 0),
    ("mains", 13, "in_down", 1),
    ("ds18b20", 14, "onewire", 1),
)
