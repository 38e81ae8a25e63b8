"""Modems that are not quite a SIM800L. A profile is a subclass with its quirks; tests/talks/test_profiles.py runs all."""

from tools.simulator.modem.sim800 import Sim800


class Sim800c(Sim800):
    """SIM800C: guesses speeds up to 115200, an empty slot is an error, dies of under-voltage without a word unless told to."""

    revision = "Revision:1418B04SIM800C24"
    auto_baud_range = (1200, 115200)

    def __init__(self, *how):
        super().__init__(*how)
        self.empty_slot_ok = False
        self.nonvolatile.update(CBATCHK="0")


class SlowClone(Sim800):
    """A module from the bargain bin: boots slowly, prints the prompt's space late, forgets the speed it was told."""

    boot_lines = ((0, "RDY"), (300, "+CFUN: 1"), (4000, "+CPIN: READY"), (14000, "Call Ready"), (16000, "SMS Ready"))

    def __init__(self, *how):
        super().__init__(*how)
        self.delay_ms = 40
        self.late_space_ms = 15
        self.keeps_speed = False


PROFILES = {"SIM800L": Sim800, "SIM800C": Sim800c, "slow clone": SlowClone}
