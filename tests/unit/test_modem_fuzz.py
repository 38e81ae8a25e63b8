"""A short walk with tests/fuzz_modem.py; a million lines are for by hand."""

from tests.fuzz_modem import Fuzz


def test_nothing_that_is_typed_ends_it():
    fuzz = Fuzz(seed=3)
    fuzz.go(8000)
    assert fuzz.wrong == 0  # no OK to what it does not know
    assert fuzz.done > 800 and fuzz.bodies > 200 and fuzz.sent > 30  # and it got far
