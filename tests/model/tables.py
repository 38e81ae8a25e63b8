"""SPEC's tables: the settings with fixed choices (factory value first), the numbers, and each command's kind."""

CHOICES = {
    "RING": ("NOACTION", "RESTART", "SWITCH"),
    "RINGCONFIRM": ("SMS", "CALL", "OFF"),
    "SECLIST": ("OFF", "ON"),
    "SMSCONFIRM": ("ON", "OFF"),
    "ERROR": ("ON", "OFF"),
    "SMSCONFIRMUNAUTH": ("OFF", "ON"),
    "SWITCHOFFALERT": ("OFF", "ON"),
    "TSENSFAILALERT": ("OFF", "ON"),
    "SENSORTYPE": ("NO", "NC"),
    "ALERT": ("SMS", "CALL", "SMSCHANGE", "OFF"),
    "POWERALERT": ("ON", "OFF"),
    "POWERSTATE": ("REMEMBER", "ON", "OFF"),
}
NUMBERS = {"RESTARTTIME": (1, 600, 10, " seconds"), "SMSLIMIT": (1, 500, 100, " messages")}
FACTORY = {
    **{word: choices[0] for word, choices in CHOICES.items()},
    **{word: row[2] for word, row in NUMBERS.items()},
    "PASSWORD": None,
    "RELAYTIME": "0",
    "CREDITUMS": "NO",
    "THERMOSTAT": "HEATING",
    "SWITCHOFFTEMP": 10,
    "TRISEALERT": None,
    "TFALLALERT": None,
}
CONF = {
    *CHOICES, *NUMBERS, "MAKEMEBOSS", "SECNUMBER", "PASSWORD", "ALERTME", "ALERTNUMBER", "THERMOSTAT", "SWITCHOFFTEMP",
    "TRISEALERT", "TFALLALERT", "DATESMS", "RELAYTIME", "CREDITUMS",
}  # fmt: skip
# answered whatever SMSCONFIRM says (R1.6)
ALWAYS = {
    "STATUS", "TEMPERATURE", "RUNTIME", "SHOWALARMLOG", "CREDIT", "SIMCARD", "HARDWARE", "SERIALNUM", "FIRMWARE", "DATE", "HELP",
}  # fmt: skip
