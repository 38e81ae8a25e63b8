"""Chapter 10 of SPEC (manual 11): mains."""

from commands.settings import Choice, setting

ROWS = (
    setting("POWERALERT", Choice("ON", "OFF"), "ON"),
    setting("POWERSTATE", Choice("REMEMBER", "ON", "OFF"), "REMEMBER"),
)
