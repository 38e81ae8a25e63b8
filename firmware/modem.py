"""The SIM800: set-up, state, unsolicited lines, power. What it can do is in services.py. It knows no command and no user.

Facts come from the SIM800 AT manual V1.12; numbers in brackets are its sections.
"""

import asyncio

import clock
import hw
from at import Channel, ModemError
from log import log
from micropython import const
from replies import parse_caller, parse_network_time, parse_notice, parse_registration
from services import Services
from tasks import Signal

BAUD = const(115200)
_BAUDS = (BAUD, 57600, 9600)  # 57600 is the most that auto-bauding finds on a SIM800L
_POLL = b"AT+CSDH?;+CSQ;+CREG?;+CPMS?"
_POLL_LINES = (b"+CSDH:", b"+CSQ:", b"+CREG:", b"+CPMS:")
_FIRST = (  # request      ms    required
    (b"ATE0", 1000, True),
    (b"AT+CMEE=1", 1000, False),  # errors as numbers: short and without language
)
_SETUP = (  # redone after every restart: CLIP, CPMS, CUSD and CSDH are never saved [1.7.1]
    (b"AT+CMGF=0", 5000, True),  # PDU mode: a body can never look like OK or +CMTI
    (b'AT+CSCS="GSM"', 1000, False),  # HEX makes networks refuse USSD
    (b"AT+CNMI=2,1,0,0,0", 1000, True),  # store, then notify: what we miss is still there
    (b'AT+CPMS="SM","SM","SM"', 5000, True),
    (b"AT+CREG=1", 1000, True),
    (b"AT+CLIP=1", 15000, False),
    (b"AT+CUSD=1", 1000, False),
    (b"AT+COLP=0", 15000, False),  # ATD answers at once
    (b"AT+MORING=1", 1000, False),  # MO CONNECTED; 4G modems have none
    (b"AT+CLTS=1", 1000, False),  # network time; some clones answer ERROR
    (b"AT+CSCLK=0", 1000, False),  # asleep it loses the first characters
    (b"ATS0=0", 1000, False),  # never answer by itself
    (b"AT+CBATCHK=1", 1000, False),  # say so before dying of a low supply
    (b"AT+CSDH=1", 1000, True),  # the mark of a set-up that holds, see at.py; last
)
_URCS = (  # prefix, method of Modem or None to ignore it, two lines
    (b"+CMTI:", "_on_new_message", False),
    (b"+CMT:", "_on_pdu", True),
    (b"+CDS:", None, True),
    (b"+CBM:", None, True),
    (b"+CREG:", "_on_registration", False),  # also the reply to AT+CREG?
    (b"+CLIP:", "_on_clip", False),
    (b"RING", "_on_ring_line", False),
    (b"+CRING:", "_on_ring_line", False),
    (b"MO CONNECTED", "_on_answered", False),
    (b"VOICE CALL: BEGIN", "_on_answered", False),  # 4G
    (b"VOICE CALL: END", "_on_call_end", False),
    (b"NO CARRIER", "_on_call_end", False),
    (b"BUSY", "_on_call_end", False),
    (b"NO ANSWER", "_on_call_end", False),
    (b"NO DIALTONE", "_on_call_end", False),
    (b"RDY", "_on_boot_line", False),
    (b"*ATREADY", "_on_boot_line", False),
    (b"Call Ready", "_on_boot_line", False),
    (b"SMS Ready", "_on_boot_line", False),
    (b"SMS DONE", "_on_boot_line", False),
    (b"+CPIN:", "_on_sim", False),
    (b"NORMAL POWER", "_on_power", False),
    (b"UNDER-VOLTAGE", "_on_power", False),
    (b"OVER-VOLTAGE", "_on_power", False),
    (b"+SMS FULL", "_on_full", False),
    (b"*PSUTTZ:", "_on_time", False),
    (b"*PSNWID:", None, False),
    (b"+CTZV:", None, False),
    (b"DST:", None, False),
    (b"+CIEV:", None, False),
    (b"+CGREG:", None, False),
    (b"+CFUN:", None, False),
    (b"+CLCC:", None, False),
    (b"MO RING", None, False),
    (b"PB DONE", None, False),
)
_SIM_STATES = {b"READY": "ready", b"SIM PIN": "pin", b"SIM PUK": "puk", b"NOT INSERTED": "missing"}
_SIM_ERRORS = {10: "missing", 11: "pin", 12: "puk", 13: "broken", 15: "broken"}
_BOOT_S = const(30)  # boot lines that come so soon after one another are one boot
_REGISTERED = (1, 5, 6, 7)  # home, roaming; 6 and 7: for messages only


class Modem(Services):
    """The modem and what is known of it. `rssi` 0..31 or None; `used`, `total`: the SIM's message store."""

    def __init__(self):
        super().__init__()
        self.channel = Channel(hw.uart(BAUD), _URCS, self)
        self.ready = False  # set up, SIM readable
        self.alive = False  # answers to AT
        self.sim = "unknown"  # ready, missing, pin, puk, broken, busy or unknown
        self.registration = 0
        self.rssi = None
        self.used = self.total = 0
        self.restarts = 0
        self._up_at = 0  # uptime of the latest (re)start
        self.off = False  # it said that it switches itself off
        self.kick = Signal()  # wakes the keeper: something may have been lost
        self.online = Signal()  # wakes the outbox
        self.on_message = lambda index: None  # stored at index; None: sweep
        self.on_direct_message = lambda pdu: None
        self.on_ring = lambda number: None  # None: not known (yet); "": withheld
        self.on_ring_end = lambda: None
        self.on_time = lambda: None
        self.on_change = lambda: None  # state that the LEDs show
        self._reset = hw.output("modem_reset")
        self._key = hw.output("modem_key")
        self._supply = hw.output("modem_supply")
        if self._supply:
            self._supply.set(True)

    # -- unsolicited lines ---------------------------------------------------------------------------------------

    def _on_new_message(self, line):
        self.on_message(parse_notice(line))

    def _on_pdu(self, line):
        self.on_direct_message(line)

    def _on_full(self, line):
        self.on_message(None)

    def _on_ring_line(self, line):
        self.on_ring(None)

    def _on_registration(self, line):
        stat = parse_registration(line)
        if stat is None:
            return
        was = self.registered
        self.registration = stat
        if was != self.registered:
            log("network:", "registered" if self.registered else "lost")
            self.on_change()
            if self.registered:
                self.online.set()
                self.kick.set()  # what was missed meanwhile

    @property
    def faulty(self):
        """True while the modem is silent, once it has had time to start."""
        return not self.alive and clock.uptime() > _BOOT_S

    @property
    def registered(self):
        """True while the network takes our messages."""
        return self.registration in _REGISTERED

    def _on_clip(self, line):
        number = parse_caller(line)
        if number is not None:
            self.on_ring(number)

    def _on_answered(self, line):
        self._call_is("answered")

    def _on_call_end(self, line):
        self._call_is("ended")
        self.on_ring_end()

    def _on_boot_line(self, line):
        if self.ready and (clock.uptime() - self._up_at > _BOOT_S or line == b"RDY"):
            self.restarts += 1
            log("modem: restarted by itself,", line.decode())
        self.off = False
        self._forget("restart")

    def _on_power(self, line):
        log("modem:", line.decode())
        if b"POWER" in line and b"WARN" not in line:
            self.off = True
            self._forget("off")

    def _forget(self, why):
        """Nothing holds any more that was set: redo it."""
        if self.ready:
            self._up_at = clock.uptime()
        self.ready = False
        self._call_is("ended")
        self.channel.abort(why)
        self.kick.set()
        self.on_change()

    def _on_sim(self, line):
        self._sim_is(_SIM_STATES.get(line[6:].strip(), "broken"))
        if self.sim != "ready":
            self.ready = False
            self.kick.set()

    def _sim_is(self, state):
        if state != self.sim:
            log("SIM:", state)
            self.sim = state
            self.on_change()

    def _on_time(self, line):
        found = parse_network_time(line)
        if found:
            clock.set_utc(found[0], found[1], "network")
            self.on_time()

    # -- coming up -----------------------------------------------------------------------------------------------

    async def find(self):
        """Sync with the modem at any speed and fix the speed. False when it is silent."""
        for baud in _BAUDS:
            self.channel.speed(baud)
            if await self.channel.sync(4):
                await self._fix_speed(baud)
                self._alive_is(True)
                return True
        self.channel.speed(BAUD)
        self._alive_is(False)
        return False

    def _alive_is(self, alive):
        if alive != self.alive:
            self.alive = alive
            log("modem:", "answers" if alive else "silent")
            self.on_change()

    async def _fix_speed(self, baud):
        """Auto-bauding prints no RDY, so a restart goes unnoticed: fix the speed, once, and save it."""
        at = self.channel.at
        (line,) = await at(b"AT+IPR?", (b"+IPR:",)) or (b"+IPR: 115200",)
        if line[5:].strip() == b"115200" and baud == BAUD:
            return
        log("modem: speed fixed")
        await at(b"AT+IPR=115200")
        self.channel.speed(BAUD)
        await asyncio.sleep_ms(100)
        if not await self.channel.sync(4):
            self.channel.speed(baud)  # some boards refuse: go on as they are
            return
        for request in (b"AT+CLTS=1", b"AT&W"):
            await self.attempt(request, 2000, False)

    async def set_up(self):
        """Play the set-up script. Raises `ModemError`; `sim` tells when it is the SIM that keeps it from working."""
        for row in _FIRST:
            await self.attempt(*row)
        await self.check_sim()
        for row in _SETUP:
            await self.attempt(*row)
        await self.read_clock()
        self.channel.echoes = 0
        self.ready = True
        log("modem: set up")
        self.on_change()

    async def check_sim(self):
        """Ask for the SIM's state; raises `ModemError` when it is not ready."""
        try:
            lines = await self.channel.at(b"AT+CPIN?", (b"+CPIN:",), 5000)
            self._sim_is(_SIM_STATES.get(lines[0][6:].strip(), "broken") if lines else "broken")
        except ModemError as error:
            if error.code() == 14:
                self._sim_is("busy")
            elif error.result in ("timeout", "restart", "off", "silent"):
                raise
            else:  # without CMEE it is a bare ERROR
                self._sim_is(_SIM_ERRORS.get(error.code(), "missing"))
        if self.sim != "ready":
            raise ModemError(b"AT+CPIN?", "SIM " + self.sim)

    async def poll(self):
        """One question for everything: does the set-up hold, signal, registration, store. Raises `ModemError`."""
        lines = await self.channel.at(_POLL, _POLL_LINES, 5000)
        if self.channel.echoes or not self.channel.mark_holds(lines):
            self._on_boot_line(b"silently")
            raise ModemError(_POLL, "restart")
        for line in lines:
            if line.startswith(b"+CSQ:"):
                rssi = line[5:].split(b",")[0].strip()
                self.rssi = int(rssi) if rssi.isdigit() and int(rssi) <= 31 else None
            elif line.startswith(b"+CREG:"):
                self._on_registration(line)
            elif line.startswith(b"+CPMS:"):
                fields = line.split(b",")
                if len(fields) > 2 and fields[1].isdigit() and fields[2].isdigit():
                    self.used, self.total = int(fields[1]), int(fields[2])

    # -- power ---------------------------------------------------------------------------------------------------

    async def pulse_reset(self):
        """RST low for 150 ms (at least 105 ms)."""
        await self._pulse(self._reset, 150)

    async def pulse_key(self):
        """PWRKEY low for 1.2 s: on when it was off, off when it was on."""
        await self._pulse(self._key, 1200)

    async def _pulse(self, pin, ms):
        if pin:
            pin.set(True)
            await asyncio.sleep_ms(ms)
            pin.set(False)
        self._forget("restart")

    async def switch_off(self):
        """AT+CPOWD=1 answers NORMAL POWER DOWN and no OK."""
        try:
            await self.channel.at(b"AT+CPOWD=1", (), 5000)
        except ModemError as error:
            log("modem: off" if error.result == "off" else "modem: does not switch off")
        self.off = True
        if self._supply:
            self._supply.set(False)

    async def switch_on(self):
        """Supply and power key, for a modem that is off."""
        if self._supply:
            self._supply.set(True)
        self.off = False
        await self.pulse_key()
