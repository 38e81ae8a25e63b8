"""What the modem says by itself, and what is known of it from that: restarts, SIM, registration, calls, messages, time.

`Modem` is built upon it. All names here are public: files share no private ones.
"""

import clock
from log import log
from micropython import const
from tasks import Signal

from cellular import times
from cellular.voice import parse_caller

_BOOT_S = const(30)  # boot lines that come so soon after one another are one boot
_BEGINS = (b"RDY", b"*ATREADY: 1", b"silently")
REGISTERED = (None, 1, 5, 6, 7)  # None: it cannot say, so it is tried; home, roaming; 6 and 7: for messages only
SIM_STATES = {b"READY": "ready", b"SIM PIN": "pin", b"SIM PUK": "puk", b"NOT INSERTED": "missing"}


def nobody(*_):
    """Nobody listens yet."""


def parse_notice(line):
    """The index in `+CMTI: "SM",3`, also with more behind it; None when it names no store we know."""
    fields = line[6:].split(b",")
    known = len(fields) > 1 and fields[0].strip() in (b'"SM"', b'"ME"') and fields[1].strip().isdigit()
    return int(fields[1]) if known else None


def parse_registration(line):
    """The status in +CREG, as an answer `<n>,<stat>[,lac,ci]` or by itself `<stat>[,lac,ci]`; a lac is quoted or long."""
    fields = line[line.find(b":") + 1 :].split(b",")
    second = fields[1].strip() if len(fields) > 1 else b""
    stat = second if second.isdigit() and len(second) < 3 else fields[0].strip()
    return int(stat) if stat.isdigit() else None


class Heard:
    """State of the modem, and who is told of its changes."""

    def __init__(self):
        self.channel = self.voice = self.codes = None  # its parts, which Modem makes
        self.ready = False  # set up, SIM readable
        self.alive = False  # answers to AT
        self.sim = "unknown"  # ready, missing, pin, puk, broken, busy or unknown
        self.registration = 0
        self.stats = {}  # of each network that was asked for: head of the line -> status
        self.restarts = 0
        self.off = False  # it said that it switches itself off, or we did it
        self.up_at = 0  # uptime of the latest (re)start
        self.told_time = False  # the network did, since the modem started
        self.kick = Signal()  # wakes the keeper: something may have been lost
        self.online = Signal()  # wakes the outbox
        self.on_message = nobody  # (index) where it is stored; None: somewhere, look
        self.on_direct = nobody  # (octets) of a message that is not stored, as none should come
        self.on_ring = nobody  # (number) "" when it is withheld, None when it is not known (yet)
        self.on_ring_end = nobody
        self.on_change = nobody  # state that the LEDs show
        self.on_time = nobody  # (utc, zone, who): "network" or "modem"

    @property
    def registered(self):
        """True while the network takes our messages, as far as is known."""
        return self.registration in REGISTERED

    def new_message(self, line):
        self.on_message(parse_notice(line))

    def full(self, _line):
        self.on_message(None)

    def direct_follows(self, _line):
        self.channel.direct = self.take_direct

    def take_direct(self, octets):
        self.on_direct(octets)

    def report_follows(self, _line):
        self.channel.direct = nobody  # a status report or a broadcast

    def rings(self, _line):
        self.on_ring(None)

    def caller(self, line):
        number = parse_caller(line)
        if number is not None:
            self.on_ring(number)

    def answered(self, _line):
        self.voice.state_is("answered")

    def call_ends(self, _line):
        if self.profile.tells_answer:  # else it may be the fall to another network
            self.voice.state_is("ended")
        self.on_ring_end()

    def call_goes(self, line):
        """VOICE CALL: BEGIN or END of a 4G modem."""
        if b"END" in line:
            self.voice.state_is("ended")
            self.on_ring_end()
        elif self.profile.begin_is_answer:
            self.answered(line)

    def code_answer(self, line):
        self.codes.begins(line)

    def take_registration(self, line):
        """+CREG, +CEREG: of several networks one is enough."""
        stat = parse_registration(line)
        if stat is not None:
            self.stats[line[: line.find(b":")]] = stat
            good = [stat for stat in self.stats.values() if stat in REGISTERED]
            self.registration_is(good[0] if good else stat)

    def registration_is(self, stat):
        was = self.registered
        self.registration = stat
        if was != self.registered:
            log("network:", "registered" if self.registered else "lost")
            self.on_change()
            if self.registered:
                self.online.set()
                self.kick.set()  # what was missed meanwhile

    def begins_anew(self, line):
        """It has (re)started: `RDY` says so, the lines that follow it do when there was none."""
        begins = line in _BEGINS
        if not begins and (not self.ready or clock.uptime() - self.up_at <= _BOOT_S):
            return
        if self.ready:
            self.restarts += 1
            log("modem: restarted by itself,", line.decode())
        self.off = False
        self.forget("restart")

    def warns(self, line):
        log("modem:", line.decode())

    def goes_off(self, line):
        log("modem:", line.decode())
        self.off = True
        self.forget("off")

    def forget(self, kind):
        """Nothing holds any more that was set: redo it."""
        self.up_at = clock.uptime()
        self.ready = self.told_time = False
        self.stats.clear()
        self.voice.state_is("ended")
        self.channel.abort(kind)
        self.kick.set()
        self.on_change()

    def sim_says(self, line):
        self.sim_is(SIM_STATES.get(line[6:].strip(), "broken"))
        if self.sim != "ready":
            self.ready = False
            self.kick.set()

    def sim_is(self, state):
        if state != self.sim:
            log("SIM:", state)
            self.sim = state
            self.on_change()

    def network_time(self, line):
        found = times.parse_network_time(line)
        if found:
            self.told_time = True
            self.on_time(found[0], found[1], "network")

    def zone(self, line):
        """+CTZV: a 4G modem tells the time with it; a SIM800 does so otherwise."""
        found = times.parse_zone(line)
        if found:
            self.told_time = True
            self.on_time(found[0], found[1], "network")


URCS = {  # the head of an unsolicited line (up to its colon, or all of it): what takes it, None to ignore it
    b"+CMTI": Heard.new_message,
    b"+CREG": Heard.take_registration,
    b"+CEREG": Heard.take_registration,
    b"RING": Heard.rings,
    b"+CRING": Heard.rings,
    b"+CLIP": Heard.caller,
    b"NO CARRIER": Heard.call_ends,
    b"BUSY": Heard.call_ends,
    b"NO ANSWER": Heard.call_ends,
    b"NO DIALTONE": Heard.call_ends,
    b"MISSED_CALL": Heard.call_ends,
    b"VOICE CALL": Heard.call_goes,
    b"MO CONNECTED": Heard.answered,
    b"RDY": Heard.begins_anew,
    b"*ATREADY": Heard.begins_anew,
    b"Call Ready": Heard.begins_anew,
    b"SMS Ready": Heard.begins_anew,
    b"SMS DONE": Heard.begins_anew,
    b"+CPIN": Heard.sim_says,
    b"NORMAL POWER DOWN": Heard.goes_off,
    b"NORMAL POWER OFF": Heard.goes_off,
    b"UNDER-VOLTAGE POWER DOWN": Heard.goes_off,
    b"UNDER-VOLTAGE WARNNING POWER DOWN": Heard.goes_off,
    b"OVER-VOLTAGE POWER DOWN": Heard.goes_off,
    b"OVER-VOLTAGE WARNNING POWER DOWN": Heard.goes_off,
    b"UNDER-VOLTAGE WARNING POWER DOWN": Heard.goes_off,
    b"UNDER-VOLTAGE WARNNING": Heard.warns,  # with three N
    b"UNDER-VOLTAGE WARNING": Heard.warns,
    b"OVER-VOLTAGE WARNNING": Heard.warns,
    b"OVER-VOLTAGE WARNING": Heard.warns,
    b"CHARGE-ONLY MODE": Heard.warns,
    b"+CMTE": Heard.warns,
    b"+SMS FULL": Heard.full,
    b"*PSUTTZ": Heard.network_time,
    b"+CUSD": Heard.code_answer,
    b"+CMT": Heard.direct_follows,
    b"+CDS": Heard.report_follows,
    b"+CBM": Heard.report_follows,
    b"*PSNWID": None,
    b"+CTZV": Heard.zone,
    b"DST": None,
    b"+CIEV": None,
    b"+CGREG": None,
    b"+CFUN": None,
    b"+CLCC": None,
    b"MO RING": None,
    b"PB DONE": None,
    b"+CGEV": None,
    b"*ISIMAID": None,
    b"*COPN": None,
    b"+MSTK": None,
    b"+CNSMOD": None,
    b"+STIN": None,
    b"+COLP": None,
    b"+RXDTMF": None,
    b"Autobaud": None,
}
