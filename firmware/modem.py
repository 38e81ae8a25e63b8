"""The SIM800: state, unsolicited lines, messages. It knows no command and no user. What it does more rarely is in rare/:
set-up, calls, USSD, power.

Facts come from the SIM800 AT manual V1.12; numbers in brackets are its sections.
"""

from binascii import unhexlify

import clock
import hw
from at import MARK, Channel, ModemError
from log import log
from micropython import const
from rare import borrow
from tasks import Signal

BAUD = const(115200)
_POLL = b"AT+CSDH?;+CSQ;+CREG?;+CPMS?"
_POLL_LINES = (b"+CSDH:", b"+CSQ:", b"+CREG:", b"+CPMS:")
_URCS = (  # function of rare/urcs.py (but the first two), None to ignore them; how the lines begin
    ("new_message", (b"+CMTI:",)),
    ("registration", (b"+CREG:",)),  # also the reply to AT+CREG?
    ("ring", (b"RING", b"+CRING:")),
    ("caller", (b"+CLIP:",)),
    ("call_end", (b"NO CARRIER", b"BUSY", b"NO ANSWER", b"NO DIALTONE", b"VOICE CALL: END")),  # VOICE CALL: 4G
    ("answered", (b"MO CONNECTED", b"VOICE CALL: BEGIN")),
    ("boot_line", (b"RDY", b"*ATREADY", b"Call Ready", b"SMS Ready", b"SMS DONE")),
    ("sim", (b"+CPIN:",)),
    ("power", (b"NORMAL POWER", b"UNDER-VOLTAGE", b"OVER-VOLTAGE")),
    ("full", (b"+SMS FULL",)),
    ("network_time", (b"*PSUTTZ:",)),
    ("pdu_follows", (b"+CMT:",)),
    ("other_pdu_follows", (b"+CDS:", b"+CBM:")),
    (None, (b"*PSNWID:", b"+CTZV:", b"DST:", b"+CIEV:", b"+CGREG:", b"+CFUN:", b"+CLCC:", b"MO RING", b"PB DONE")),
)
BOOT_S = const(30)  # boot lines that come so soon after one another are one boot
_REGISTERED = (1, 5, 6, 7)  # home, roaming; 6 and 7: for messages only


def parse_notice(line):
    """The index in `+CMTI: "SM",3`, also with more behind it; None when it names no store we know."""
    fields = line[6:].split(b",")
    known = len(fields) > 1 and fields[0].strip() in (b'"SM"', b'"ME"') and fields[1].strip().isdigit()
    return int(fields[1]) if known else None


def parse_registration(line):
    """The status in +CREG, as an answer `<n>,<stat>[,lac,ci]` or by itself `<stat>[,lac,ci]`; a lac is quoted or long."""
    fields = line[6:].split(b",")
    second = fields[1].strip() if len(fields) > 1 else b""
    stat = second if second.isdigit() and len(second) < 3 else fields[0].strip()
    return int(stat) if stat.isdigit() else None


def _nobody(*_):
    """Nobody listens yet."""


class Modem:
    """The modem and what is known of it. `rssi` 0..31 or None; `used`, `total`: the SIM's message store."""

    def __init__(self):
        self.channel = Channel(hw.uart(BAUD), _URCS, self)
        self.ready = False  # set up, SIM readable
        self.alive = False  # answers to AT
        self.sim = "unknown"  # ready, missing, pin, puk, broken, busy or unknown
        self.registration = 0
        self.rssi = None
        self.used = self.total = 0
        self.restarts = 0
        self.call = None  # the outgoing one, see rare/voice.py
        self.ussd = None  # the code under way, see rare/ussd.py
        self.up_at = 0  # uptime of the latest (re)start
        self.off = False  # it said that it switches itself off
        self.kick = Signal()  # wakes the keeper: something may have been lost
        self.online = Signal()  # wakes the outbox
        self.on_message = _nobody  # (index) where it is stored; None: somewhere, sweep
        self.on_change = _nobody  # state that the LEDs show
        self.reset_pin = hw.output("modem_reset")
        self.key_pin = hw.output("modem_key")
        self.supply_pin = hw.output("modem_supply")
        if self.supply_pin:
            self.supply_pin.set(True)

    # -- unsolicited lines ---------------------------------------------------------------------------------------

    def on_urc(self, name, line):
        """An unsolicited line of the table."""
        if name == "new_message":
            self.on_message(parse_notice(line))
        elif name == "registration":
            self._on_registration(line)
        else:
            getattr(borrow("rare.urcs"), name)(self, line)

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
        return not self.alive and clock.uptime() > BOOT_S

    @property
    def registered(self):
        """True while the network takes our messages."""
        return self.registration in _REGISTERED

    # -- asking --------------------------------------------------------------------------------------------------

    async def poll(self):
        """One question for everything: does the set-up hold, signal, registration, store. Raises `ModemError`."""
        lines = await self.channel.at(_POLL, _POLL_LINES, 5000)
        if self.channel.echoes or not any([line.startswith(MARK + b"1") for line in lines]):
            borrow("rare.urcs").boot_line(self, b"silently")
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
        return unhexlify(lines[1])

    async def delete(self, index):
        """Delete one stored message; an empty slot is fine."""
        try:
            await self.channel.at(b"AT+CMGD=%d" % index, (), 25000)
        except ModemError as error:
            if error.code() != 321:
                raise
