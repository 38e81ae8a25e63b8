"""Raspberry Pi Pico, SIM800L on UART0. The pins of this table are fixed: measurements rely on them."""

NAME = "RPI_PICO"
MCU = "rp2040"
MPY_ARCH = "armv6m"
UART = 0
MODEM_STARTS = True  # most SIM800L boards tie their power key
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
