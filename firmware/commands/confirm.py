"""Chapter 5 of SPEC (manual 6): what is answered."""

from commands.settings import Choice, setting

ROWS = (
    setting("SMSCONFIRM", Choice("ON", "OFF"), "ON"),
    setting("ERROR", Choice("ON", "OFF"), "ON"),
    setting("SMSCONFIRMUNAUTH", Choice("OFF", "ON"), "OFF"),
)
