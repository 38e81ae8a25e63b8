"""The SIM800: set-up, state, and what it can do (messages, calls, USSD, time). It knows no command and no user.

Facts come from the SIM800 AT manual V1.12; numbers in brackets are its sections.
"""

import asyncio

import clock
import dates
import gsm7
import hw
from at import Channel, ModemError
from log import log
from micropython import const
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
_SIM_STATES = {b"READY": "ready", b"SIM PIN": "pin", b"SIM PUK": "puk", b"NOT INSERTED": "missing"}
_SIM_ERRORS = {10: "missing", 11: "pin", 12: "puk", 13: "broken", 15: "broken"}
_BOOT_S = const(30)  # boot lines that come so soon after one another are one boot
_REGISTERED = (1, 5, 6, 7)  # home, roaming; 6 and 7: for messages only


class Modem:
    """The modem and what is known of it. `rssi` 0..31 or None; `used`, `total`: the SIM's message store."""

    def __init__(self):
        self.channel = Channel(hw.uart(BAUD), self._urcs(), self._on_ussd)
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
        self.call = None  # state of an outgoing call: "dialling", "answered", "ended"
        self.call_change = Signal()
        self.on_message = lambda index: None  # stored at index; None: sweep
        self.on_direct_message = lambda pdu: None
        self.on_ring = lambda number: None  # None: not known (yet); "": withheld
        self.on_ring_end = lambda: None
        self.on_time = lambda: None
        self.on_change = lambda: None  # state that the LEDs show
        self._ussd = None
        self._ussd_came = Signal()
        self._reset = hw.output("modem_reset")
        self._key = hw.output("modem_key")
        self._supply = hw.output("modem_supply")
        if self._supply:
            self._supply.set(True)

    def _urcs(self):
        ignore = self._ignore
        boot = self._on_boot_line
        end = self._on_call_end
        return (  # prefix, handler, two lines
            (b"+CMTI:", self._on_new_message, False),
            (b"+CMT:", lambda pdu: self.on_direct_message(pdu), True),
            (b"+CDS:", ignore, True),
            (b"+CBM:", ignore, True),
            (b"+CREG:", self._on_registration, False),  # also the reply to AT+CREG?
            (b"+CLIP:", self._on_clip, False),
            (b"RING", lambda line: self.on_ring(None), False),
            (b"+CRING:", lambda line: self.on_ring(None), False),
            (b"MO CONNECTED", self._on_answered, False),
            (b"VOICE CALL: BEGIN", self._on_answered, False),  # 4G
            (b"VOICE CALL: END", end, False),
            (b"NO CARRIER", end, False),
            (b"BUSY", end, False),
            (b"NO ANSWER", end, False),
            (b"NO DIALTONE", end, False),
            (b"MO RING", ignore, False),
            (b"+CLCC:", ignore, False),
            (b"RDY", boot, False),
            (b"*ATREADY", boot, False),
            (b"+CFUN:", ignore, False),
            (b"Call Ready", boot, False),
            (b"SMS Ready", boot, False),
            (b"SMS DONE", boot, False),
            (b"PB DONE", ignore, False),
            (b"+CPIN:", self._on_sim, False),
            (b"NORMAL POWER", self._on_power, False),
            (b"UNDER-VOLTAGE", self._on_power, False),
            (b"OVER-VOLTAGE", self._on_power, False),
            (b"+SMS FULL", lambda line: self.on_message(None), False),
            (b"*PSUTTZ:", self._on_time, False),
            (b"*PSNWID:", ignore, False),
            (b"+CTZV:", ignore, False),
            (b"DST:", ignore, False),
            (b"+CIEV:", ignore, False),
            (b"+CGREG:", ignore, False),
        )

    # -- unsolicited lines ---------------------------------------------------------------------------------------

    def _ignore(self, line):
        pass

    def _on_new_message(self, line):
        fields = line[6:].split(b",")
        known = len(fields) > 1 and fields[0].strip() in (b'"SM"', b'"ME"') and fields[1].strip().isdigit()
        self.on_message(int(fields[1]) if known else None)

    def _on_registration(self, line):
        fields = line[6:].split(b",")
        # "<n>,<stat>[,lac,ci]" answers a question, "<stat>[,lac,ci]" comes by itself; lac is quoted or longer than a digit
        field = fields[1] if len(fields) > 1 and fields[1].strip().isdigit() and len(fields[1].strip()) < 3 else fields[0]
        if not field.strip().isdigit():
            return
        was = self.registered
        self.registration = int(field)
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
        quoted = line.split(b'"')
        if len(quoted) > 2:
            number, kind = quoted[1].decode(), quoted[2].split(b",")
            if len(kind) > 1 and kind[1] == b"145" and number[:1] != "+":
                number = "+" + number
            self.on_ring(number)

    def _on_answered(self, line):
        self._call_is("answered")

    def _on_call_end(self, line):
        self._call_is("ended")
        self.on_ring_end()

    def _call_is(self, state):
        if self.call is not None:
            self.call = state
            self.call_change.set()

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
        """*PSUTTZ: 2021,7,23,4,43,49,"+12",1 -- UTC; the zone in quarter hours; the last field is nonsense at times."""
        parts = line[8:].replace(b'"', b"").split(b",")
        try:
            numbers = [int(part) for part in parts[:7]]
        except ValueError:
            return
        if len(numbers) < 7 or not 2020 <= numbers[0] < 2100 or abs(numbers[6]) > 56:
            return
        moment = dates.seconds(numbers[0] - 2000, *numbers[1:6])
        if moment is not None:
            clock.set_utc(moment, numbers[6], "network")
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
            await self._try(request, 2000, False)

    async def _try(self, request, ms, required):
        try:
            await self.channel.at(request, (), ms)
        except ModemError as error:
            if required or error.result != "ERROR" and error.code() is None:
                raise

    async def set_up(self):
        """Play the set-up script. Raises `ModemError`; `sim` tells when it is the SIM that keeps it from working."""
        for row in _FIRST:
            await self._try(*row)
        await self.check_sim()
        for row in _SETUP:
            await self._try(*row)
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

    # -- messages ------------------------------------------------------------------------------------------------

    async def messages(self):
        """The indexes of all stored messages."""
        lines = await self.channel.at(b"AT+CMGL=4", (b"+CMGL:",), 20000)
        indexes = []
        for line in lines:
            index = line[6:].split(b",")[0].strip()
            if index.isdigit():
                indexes.append(int(index))
        return indexes

    async def read(self, index):
        """The octets of a stored message, None when the slot is empty. Raises `ModemError`, ValueError for noise."""
        try:
            lines = await self.channel.at(b"AT+CMGR=%d" % index, (b"+CMGR:",), 5000, pdus=True)
        except ModemError as error:
            if error.code() == 321:  # invalid index: gone
                return None
            raise
        if not lines:
            return None
        if len(lines) < 2:
            raise ModemError(b"AT+CMGR", "no answer")
        return _octets(lines[1])

    async def delete(self, index):
        """Delete one stored message; an empty slot is fine."""
        try:
            await self.channel.at(b"AT+CMGD=%d" % index, (), 25000)
        except ModemError as error:
            if error.code() != 321:
                raise

    async def delete_read(self):
        """Delete all messages that have been read: the way out of a full SIM whose list does not show why."""
        await self.channel.at(b"AT+CMGD=1,1", (), 25000)

    async def send(self, length, pdu):
        """Submit a message part (`length` octets without service centre, `pdu` in hex)."""
        await self.channel.at(b"AT+CMGS=%d" % length, (b"+CMGS:",), 60000, body=pdu)

    # -- calls ---------------------------------------------------------------------------------------------------

    async def hang_up(self):
        """End or reject whatever call there is. ATH works only with AT+CVHU=0 on 4G modems."""
        await self._try(b"ATH", 20000, False)

    async def calls(self):
        """[(incoming, state, number)] of AT+CLCC; state 0 active, 2 dialling, 3 alerting, 4 incoming."""
        found = []
        for line in await self.channel.at(b"AT+CLCC", (b"+CLCC:",), 5000):
            fields = line[6:].split(b",")
            if len(fields) > 5 and fields[1].strip().isdigit() and fields[2].strip().isdigit():
                found.append((fields[1].strip() == b"1", int(fields[2]), fields[5].strip(b'" ').decode()))
        return found

    async def dial(self, number, seconds):
        """Ring `number` for up to `seconds`, then hang up. True when it was answered. Raises `ModemError`."""
        self.call = "dialling"
        try:
            await self.channel.at(b"ATD" + number.encode() + b";", (), 20000)
            deadline = clock.uptime() + seconds
            while self.call == "dialling" and clock.uptime() < deadline:
                if not await self.call_change.wait(1000):
                    await self._check_call()
            answered = self.call == "answered"
            if self.call != "ended":
                await self.hang_up()
            return answered
        finally:
            self.call = None

    async def _check_call(self):
        states = [state for incoming, state, _ in await self.calls() if not incoming]
        if self.call == "dialling":
            self.call = "ended" if not states else "answered" if 0 in states else self.call

    # -- USSD ----------------------------------------------------------------------------------------------------

    def _on_ussd(self, text):
        self._ussd = text
        self._ussd_came.set()

    async def ussd(self, code, seconds):
        """The operator's answer to a code such as `*100#`, as text. Raises `ModemError` when none comes in time."""
        self._ussd = None
        self._ussd_came.is_set = False
        await self.channel.at(b'AT+CUSD=1,"' + code.encode() + b'",15', (), 10000)
        deadline = clock.uptime() + seconds
        while self._ussd is None and clock.uptime() < deadline:
            if not await self._ussd_came.wait(2000):
                self.channel.finish_ussd()
        if self._ussd is None:
            await self._try(b"AT+CUSD=2", 5000, False)
            raise ModemError(b"AT+CUSD", "timeout")
        state, text = parse_ussd(self._ussd)
        if state == 1:  # it waits for a choice: nobody will make one
            await self._try(b"AT+CUSD=2", 5000, False)
        if not text:
            raise ModemError(b"AT+CUSD", "state %d" % state)
        return text

    # -- time ----------------------------------------------------------------------------------------------------

    async def read_clock(self):
        """Take the modem's clock over while ours is not known. A year before 20 means that it was never set."""
        if clock.source is not None:
            return
        lines = await self.channel.at(b"AT+CCLK?", (b"+CCLK:",), 2000)
        found = parse_clock(lines[0]) if lines else None
        if found:
            clock.set_utc(found[0], found[1], "modem")
            self.on_time()

    async def write_clock(self):
        """Give the modem our time, so that it bridges a restart of the board."""
        local = clock.now()
        if local is not None and 0 <= local:
            await self._try(b'AT+CCLK="%s%+03d"' % (dates.text(local).encode(), clock.zone), 2000, False)


def _octets(line):
    import binascii

    return binascii.unhexlify(line)


def parse_clock(line):
    """(UTC seconds, zone in quarters) of a +CCLK line, local time plus zone; None when it is not set."""
    text = line.split(b'"')[1] if line.count(b'"') > 1 else b""
    try:
        numbers = [int(text[i : i + 2]) for i in range(0, 18, 3)]
        zone = int(text[17:20])
    except ValueError:
        return None
    if not 20 <= numbers[0] < 70 or abs(zone) > 56:
        return None
    local = dates.seconds(*numbers)
    return None if local is None else (local - zone * 900, zone)


def parse_ussd(line):
    """(state, text) of a +CUSD: 7-bit text, UCS2 hex (dcs 72), or packed septets in hex."""
    head = line[6:].split(b",")[0].strip()
    state = int(head) if head.isdigit() else 4
    start = line.find(b'"')
    if start < 0:
        return state, ""
    end = line.rfind(b'"')
    raw = line[start + 1 : end if end > start else len(line)]
    tail = line[end + 1 :].strip(b", ") if end > start else b""
    return state, _ussd_text(raw, int(tail) if tail.isdigit() else 15)


def _ussd_text(raw, dcs):
    from pdu import PduError, ucs2

    hexed = len(raw) > 7 and not raw.strip(b"0123456789ABCDEFabcdef")
    if hexed and (dcs & 0x0C == 0x08 or raw[:2] in (b"00", b"04")):
        try:
            return ucs2(_octets(raw[: len(raw) // 4 * 4]))
        except PduError:
            pass
    elif hexed and not len(raw) & 1 and raw.strip(b"0123456789"):
        octets = _octets(raw)
        text = gsm7.decode(gsm7.unpack(octets, len(octets) * 8 // 7)).rstrip("@\r")
        if text and all([letter >= " " or letter in "\r\n" for letter in text]):
            return text
    return gsm7.decode(raw)
