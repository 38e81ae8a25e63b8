"""Power: starting, the lines of a start, dying."""

LINES = (  # ms after RDY at a fixed speed (log 01)
    (0, "RDY"),
    (46, "+CFUN: 1"),
    (1789, "+CPIN: READY"),
    (5705, "Call Ready"),
    (5738, "SMS Ready"),
)
RDY_MS = 800  # after power-on
EARS_MS = 300  # from here on it answers, before RDY
REGISTERS_MS = 2500  # after the SIM is open
_READY = ("SMS Ready", "SMS DONE")


def power_on(modem) -> None:
    """Boot: lines at the times of a real one. With auto-bauding they are held back until the first AT, RDY for ever."""
    modem.power = "booting"
    modem.boots += 1
    if modem.asks_pin and modem.sim == "READY":
        modem.sim = "SIM PIN"
    modem.reset_state()
    modem.supplied_at = modem.world.now
    modem.after(modem.ears_ms, lambda: setattr(modem, "listens", True))
    for ms, text in modem.boot_lines:
        modem.after(ms + RDY_MS, lambda text=text: line(modem, text))


def line(modem, text: str) -> None:
    """One line of a start, with what it stands for."""
    modem.power, modem.listens = "on", True
    if text.startswith("+CFUN"):
        text = "+CFUN: " + modem.settings["CFUN"]
    elif text.startswith("+CPIN"):
        text = "+CPIN: " + modem.sim
        modem.sim_ready = modem.sim == "READY"
        if modem.sim_ready:
            modem.after(REGISTERS_MS, modem.network_changed)
    elif text != "RDY" and not modem.sim_ready:
        return
    if text in _READY:
        modem.sms_ready = True
        modem.after(50, modem.network.flush)
    if text == "Call Ready" and modem.settings["CIURC"] == "0":
        return
    if modem.auto_bauds and text.startswith(("RDY", "+CFUN")):
        return
    if modem.synced:
        modem.urc(text)
    else:
        modem.held.append(text)


def under_voltage(modem, dies: bool) -> None:
    """The supply sags: told where AT+CBATCHK asks for it."""
    told = modem.settings["CBATCHK"] == "1"
    if told:
        modem.urc("UNDER-VOLTAGE WARNNING")
    if dies and told:
        modem.after(200, lambda: modem.urc("UNDER-VOLTAGE POWER DOWN"))
    if dies:
        modem.after(220, modem.power_off)
