"""The network as the modem tells it: registration, cell, signal, time."""

CELL = ("0001", "0002")  # location area, cell
SIGNAL_MS = 5000  # between two looks for AT+EXUNSOL
UNKNOWN = 99


def network_changed(modem) -> None:
    """Registration follows the network, with a URC and, where the network sends it, the time."""
    stat = 1 if modem.network.up and modem.power == "on" else 2
    if not modem.sim_ready or modem.settings["CFUN"] != "1" or modem.cops_mode == 2:
        stat = 0
    if stat == modem.registered:
        return
    modem.registered = stat
    for key in ("CREG", "CGREG"):
        if modem.settings[key] != "0":
            modem.urc(f"+{key}: {stat}{cell(modem, key)}")
    if stat == 1:
        if modem.network.nitz:
            modem.after(300, modem.send_time)
        modem.after(500, modem.network.flush)


def cell(modem, key: str) -> str:
    """The cell, where AT+CREG=2 asks for it."""
    return ',"{}","{}"'.format(*CELL) if modem.settings[key] == "2" and modem.registered == 1 else ""


def signal(modem) -> int:
    """RSSI as AT+CSQ tells it: known also with a locked SIM."""
    waits_for_sim = modem.sim in ("SIM PIN", "SIM PUK") and modem.power == "on"
    heard = modem.registered == 1 or (waits_for_sim and modem.network.up and modem.settings["CFUN"] == "1")
    return modem.network.rssi if heard else UNKNOWN


def watch_signal(modem, last=None) -> None:
    """+CSQN when the signal has changed, while AT+EXUNSOL asks for it."""
    if modem.settings["EXUNSOL"] != "1":
        return
    now = signal(modem)
    if now != last:
        modem.urc(f"+CSQN: {now},0")
    modem.after(SIGNAL_MS, lambda: watch_signal(modem, now))


def function_changed(modem) -> None:
    """AT+CFUN: without the radio, without the SIM, or everything again."""
    now = modem.settings["CFUN"]
    if modem.call and now != "1":
        modem.remote_hang_up(modem.call)
    if now == "1":
        modem.play(modem.open_lines)
        return
    if now == "0":
        modem.sim_ready = modem.sms_ready = False
        modem.after(10, lambda: modem.urc("+CPIN: NOT READY"))
    network_changed(modem)


def send_time(modem) -> None:
    """The network tells its time (NITZ), where AT+CLTS asks for it."""
    if modem.settings["CLTS"] != "1":
        return
    network = modem.network
    modem.clock_offset = 0
    now, zone = network.utc(), network.zone_quarters
    stamp = f'*PSUTTZ: {now.year},{now.month},{now.day},{now.hour},{now.minute},{now.second},"{zone:+d}",0'
    modem.urc('*PSNWID: "244","91","Sim","Sim",0,"Sim",0')
    if network.nitz_cut:
        modem.write(b"\r\n" + stamp[:24].encode() + b"\r\n+CGREG: 1\r\n")
    ctzv = f'+CTZV: "{zone:+d}"' if network.ctzv_quoted else f"+CTZV: {zone:+d},0"
    for text in (stamp, "DST: 0", stamp, ctzv, '+CIEV: 10,"24491","Sim","Sim", 0, 0'):
        modem.urc(text)
