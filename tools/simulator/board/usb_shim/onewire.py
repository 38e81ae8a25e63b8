"""`onewire` of the board on a pseudo terminal."""


class OneWire:
    """The bus."""

    def __init__(self, pin):
        pass
