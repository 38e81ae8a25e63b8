"""`onewire` and `ds18x20` of the virtual board, with the interface of micropython-lib."""

import struct

import lockstep
import work


def _ask(question):
    work.settle()
    lockstep.ask(b"o", question)


class OneWireError(OSError):
    pass


class OneWire:
    """The bus."""

    def __init__(self, pin):
        self.pin = pin


class DS18X20:
    """Asks the host what is on the bus, at the moment of the question."""

    def __init__(self, bus):
        self._bus = bus

    def scan(self):
        _ask(b"s")
        return [lockstep.answer[i : i + 8] for i in range(0, len(lockstep.answer), 8)]

    def convert_temp(self):
        _ask(b"c")
        if not lockstep.answer:
            raise OneWireError()

    def read_temp(self, rom):
        _ask(b"r" + rom)
        if not lockstep.answer:
            raise OneWireError()
        sound, celsius = struct.unpack("<Bd", lockstep.answer)
        if not sound:
            raise Exception("CRC error")
        return celsius
