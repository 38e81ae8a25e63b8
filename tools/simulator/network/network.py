"""One simulated mobile network: phones, texts, calls, USSD, time, outages."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

from tools.simulator.network import pdu as pdus
from tools.simulator.network import sms

DELIVERED, NOT_DELIVERED = 0x00, 0x46  # of a status report
TRANSIT_MS = 1000  # a text's way through the network, in each direction


@dataclass
class Text:
    """A text as a phone shows it."""

    number: str  # the other end
    text: str
    at: int  # world ms
    outgoing: bool
    parts_left: int = 0  # of an outgoing text: parts that the device's SIM has not got yet


@dataclass
class Call:
    """A call between a phone and the modem. state: ringing, active, ended."""

    number: str
    incoming: bool  # as the modem sees it
    state: str = "ringing"
    why: str = ""
    started: int = 0
    alerting: bool = False  # the phone that the modem calls is ringing
    heard: str = ""  # keys that the modem sent


@dataclass
class Phone:
    """A phone that texts and calls the device. `answers_after`: ms until it takes a call; None: never; `refuses`."""

    network: "Network"
    number: str
    inbox: list = field(default_factory=list)
    history: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    answers_after: int | None = None
    refuses: bool = False
    reachable: bool = True
    _parts: dict = field(default_factory=dict)

    def texts(self, text: str, **how) -> None:
        """Send a text to the device."""
        message = Text(self.network.device_number, text, self.network.world.now, True)
        self.history.append(message)
        self.network.send_to_device(self.number, text, message=message, **how)

    def call(self, clip: str | None = None) -> Call:
        """Ring the device. clip: the number as shown ("" withheld, None as it is)."""
        call = Call(self.number if clip is None else clip, True, started=self.network.world.now)
        self.calls.append(call)
        self.network.modem.incoming_call(call)
        return call

    def hang_up(self, call: Call) -> None:
        """End a call from the phone's side."""
        if call.state != "ended":
            self.network.modem.remote_hang_up(call)

    def presses(self, call: Call, keys: str) -> None:
        """Press keys during a call."""
        for place, key in enumerate(keys):
            self.network.world.after(200 * place, lambda key=key: self.network.modem.hears_key(call, key))

    def take(self, submit: sms.Submit) -> None:
        """A text (or part) arrives at this phone."""
        if submit.part is None:
            self._show(submit.text)
            return
        reference, total, number = submit.part
        parts = self._parts.setdefault((reference, total), {})
        parts[number] = submit.text
        if len(parts) == total:
            del self._parts[reference, total]
            self._show("".join(parts[n] for n in sorted(parts)))

    def _show(self, text: str) -> None:
        message = Text(self.network.device_number, text, self.network.world.now, False)
        self.inbox.append(message)
        self.history.append(message)
        self.network.on_text(self, message)


class Network:
    """Carries texts and calls between phones and the modem (`modem` is set when the modem joins)."""

    device_number = "+358401234567"

    def __init__(self, world, start="2026-03-02 12:00:00", zone_quarters=8):
        self.world = world
        self.modem = None
        self.phones: dict[str, Phone] = {}
        self.up = True
        self.rssi = 23
        self.nitz = True
        self.zone_quarters = zone_quarters
        self.clip = True
        self.alpha = ""  # the caller's name in the SIM's phone book
        self.nitz_cut = False  # the time lines run into one another, as from a full buffer
        self.ctzv_quoted = False  # the manual's form of +CTZV; logs show the other
        self.smsc = "+358508771010"  # the service centre of its SIMs
        self.ussd = {"*100#": (3000, 0, "Balance: 12.50 EUR", 15)}
        self.refuse_with: int | None = None  # CMS code for every submitted text
        self.submitted: list[tuple[str, str, int]] = []  # (number, text of the part, world ms)
        self.waiting: list[tuple[bytes, Text | None]] = []  # PDUs that the modem has no place for, or does not hear
        self.on_text = lambda phone, message: None
        self.on_delivered = lambda message: None  # all parts of a phone's text are on the SIM
        self._start = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
        self._reference = itertools.count(1)
        self.transit_ms = TRANSIT_MS

    # -- time ----------------------------------------------------------------------------------------------------

    def utc(self) -> dt.datetime:
        """The network's time."""
        return self._start + dt.timedelta(milliseconds=self.world.now)

    def local(self) -> dt.datetime:
        """The network's local time, with its zone."""
        zone = dt.timezone(dt.timedelta(minutes=15 * self.zone_quarters))
        return self.utc().astimezone(zone)

    def set_time(self, text: str) -> None:
        """Make it this UTC time now."""
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        self._start = moment - dt.timedelta(milliseconds=self.world.now)

    # -- phones --------------------------------------------------------------------------------------------------

    def phone(self, number: str) -> Phone:
        """The phone with this number, made at its first use."""
        if number not in self.phones:
            self.phones[number] = Phone(self, number)
        return self.phones[number]

    # -- texts ---------------------------------------------------------------------------------------------------

    def send_to_device(
        self, sender, text, when=None, order=None, wide=False, twice=False, after_ms=None, message=None, flash=False
    ) -> None:
        """Carry a text to the device. order: sequence of part numbers; twice: every part is delivered twice."""
        parts = sms.deliver(sender, text, when or self.local(), next(self._reference) % 256, wide, flash)
        if order:
            parts = [parts[i - 1] for i in order]
        parts = [part for part in parts for _ in range(2 if twice else 1)]
        if message:
            message.parts_left = len(parts)
        for part in parts:
            self.send_pdu(part, after_ms, message)

    def send_pdu(self, pdu: bytes, after_ms=None, message=None) -> None:
        """Carry a DELIVER to the device."""
        self.world.after(self.transit_ms if after_ms is None else after_ms, lambda: self._arrive(pdu, message))

    def _arrive(self, pdu: bytes, message) -> None:
        self.waiting.append((pdu, message))
        self.flush()

    def flush(self) -> None:
        """Hand the modem what waits for it, as far as it has room."""
        while self.waiting and self.up and self.modem.takes_messages(self.waiting[0][0]):
            pdu, message = self.waiting.pop(0)
            self.modem.store_message(pdu)
            if message:
                message.parts_left -= 1
                if message.parts_left == 0:
                    self.on_delivered(message)

    def submit(self, octets: bytes) -> int | None:
        """The modem hands in a SUBMIT. A CMS error code, or None. Raises ValueError for a bad PDU."""
        found = sms.read_submit(octets)
        if not self.up:
            return 331
        if self.refuse_with is not None:
            return self.refuse_with
        self.submitted.append((found.number, found.text, self.world.now))
        phone = self.phone(found.number)
        self.world.after(self.transit_ms, lambda: phone.take(found))
        if found.report:
            self._report(found, phone)
        return None

    def _report(self, found: sms.Submit, phone: Phone) -> None:
        sent = self.local()

        def tell():
            status = DELIVERED if phone.reachable else NOT_DELIVERED
            self._arrive(pdus.report(found.reference, found.number, sent, self.local(), status), None)

        self.world.after(2 * self.transit_ms, tell)

    def broadcast(self, channel: int, text: str) -> None:
        """A cell broadcast message of one page."""
        if self.up:
            self.modem.hears_broadcast(channel, text)

    # -- outages -------------------------------------------------------------------------------------------------

    def go_down(self) -> None:
        """Lose the network."""
        self.up = False
        self.modem.network_changed()

    def come_up(self) -> None:
        """Have it back."""
        self.up = True
        self.modem.network_changed()
