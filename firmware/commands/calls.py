"""Chapter 4 of SPEC (manual 4.2, 6.2): what a call does."""

import app

from commands.args import Refused
from commands.settings import Choice, setting


def _ring_changed(value):
    if app.store.get("SECLIST") == "OFF":
        raise Refused("SECLIST is not active!")


ROWS = (
    setting("RING", Choice("NOACTION", "RESTART", "SWITCH"), "NOACTION", _ring_changed),
    setting("RINGCONFIRM", Choice("SMS", "CALL", "OFF"), "SMS"),
)
