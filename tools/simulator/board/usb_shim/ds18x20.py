"""`ds18x20` of the board on a pseudo terminal: one sensor at 21.5 degrees."""


class DS18X20:
    """The sensor."""

    def __init__(self, bus):
        pass

    def scan(self):
        return [b"(\xffd\x1e\x83\x16\x03L"]

    def convert_temp(self):
        pass

    def read_temp(self, rom):
        return 21.5
