"""`ds18x20` that does nothing."""


class DS18X20:
    def __init__(self, bus):
        pass
