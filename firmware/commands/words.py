"""Which module has the rows of which command words."""

MODULES = (
    ("power", "ON OFF RESTART"),
    ("status", "RESTARTTIME STATUS TEMPERATURE RUNTIME"),
    ("security", "MAKEMEBOSS SECNUMBER SECLIST PASSWORD ALERTME ALERTNUMBER"),
    ("calls", "RING RINGCONFIRM"),
    ("confirm", "SMSCONFIRM ERROR SMSCONFIRMUNAUTH"),
    (
        "temperature",
        "THERMOSTATON THERMOSTATOFF THERMOSTAT SWITCHOFFTEMP SWITCHOFFALERT TSENSFAILALERT TRISEALERT TFALLALERT",
    ),
    ("date", "DATESMS DATE"),
    ("alarms", "SENSORTYPE ALERT RELAYTIME ALARMON ALARMOFF ALARM SHOWALARMLOG"),
    ("schedule", "SCHEDULER"),
    ("supply", "POWERALERT POWERSTATE"),
    ("credit", "CREDITUMS CREDIT SIMCARD"),
    ("device", "HARDWARE SERIALNUM FIRMWARE HELP REBOOT"),
    ("selftest", "SELFTEST"),
)


def words():
    """All of them."""
    return " ".join([line for _, line in MODULES]).split(" ")
