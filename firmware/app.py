"""The parts of the device by name. `main` fills it in; commands and tasks find each other here. No logic."""

store = None
relay = None
modem = None
keeper = None
outbox = None
inbox = None
sensors = None
thermostat = None
alarm = None
scheduler = None
calls = None
mains = None
leds = None
button = None
started = None  # reset cause of this start
