"""R20.16: a hundred thousand guesses at a one-time code."""

import random

import clock
from commands.access import Access
from commands.codes import code, key_of, step_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HOUR = 3600


class Deliver:
    """A text as `take_code` wants it."""

    named = False

    def __init__(self, sender, time):
        self.sender, self.time = sender, time


def test_a_hundred_thousand_guesses(monkeypatch):
    """Of a number that is forged, ten a second for some hours: five an hour are looked at, none of them fits."""
    told, now = [], [0]
    access = Access({"otp": SECRET, "otp_step": 0, "SECLIST": "OFF", "PASSWORD": None}, told.append)
    monkeypatch.setattr(clock, "uptime", lambda: now[0])
    monkeypatch.setattr(clock, "source", "network")
    rng = random.Random(1)
    answers = []
    for guess in range(100_000):
        now[0] = guess // 10
        utc = 800_000_000 + now[0]
        text, refusal, step = access.take_code(Deliver("+358401111111", utc), f"{rng.randrange(1_000_000):06d} ON")
        assert text is None and step is None
        answers.append(refusal)
    heard = [answer for answer in answers if answer]
    assert set(heard) == {"Invalid access password!"} and len(heard) <= 5 * (100_000 // 10 // HOUR + 1)
    assert len(told) <= 100_000 // 10 // HOUR + 1
    good = code(key_of(SECRET), step_of(utc))
    assert access.take_code(Deliver("+358401111111", utc), good + " ON")[0] is None  # locked out
    assert access.take_code(Deliver("+358402222222", utc), good + " ON")[0] == "ON"
