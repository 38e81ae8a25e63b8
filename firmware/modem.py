"""The modem as the rest of the firmware sees it: state, messages, calls, codes and time. It knows no command and no user."""

import asyncio

import clock
import hw
from cellular import times
from cellular.at import Channel
from cellular.errors import GONE, ModemError
from cellular.heard import URCS, Heard
from cellular.messages import Messages
from cellular.polling import Poll, Restarted, parse_store
from cellular.power import Power
from cellular.profiles import SIM800
from cellular.set_up import BAUD, SetUp
from cellular.ussd import Ussd
from cellular.voice import Voice
from log import log
from micropython import const

_REST_S = const(3)  # between off and on
_BOOT_S = const(30)  # what a modem gets to start


def dbm_of(rssi):
    """The signal in dBm of what +CSQ says, 0..31 (27.007)."""
    return 2 * rssi - 113


class Modem(Heard):
    """The modem and what is known of it.

    `rssi`, `worst_rssi`: 0..31 or None. `used`, `total`: places of the message store; `used` is None where it does not say.
    """

    def __init__(self):
        super().__init__()
        self.channel = channel = Channel(hw.uart(BAUD), URCS, self)
        self._set_up = SetUp(channel)
        self.voice = Voice(channel, self)
        self.codes = Ussd(channel)
        self._power = Power()
        self._poll = Poll(channel)
        self._messages = messages = Messages(channel, self)
        self.listen, self.quiet = channel.listen, channel.quiet
        self.list, self.read, self.send = messages.list, messages.read, messages.send
        self.delete, self.delete_read = messages.delete, messages.delete_read
        self.dial, self.hang_up, self.calls, self.ask = self.voice.dial, self.voice.hang_up, self.voice.calls, self.codes.ask
        self.rssi = self.worst_rssi = None
        self.used, self.total = None, 0
        self.starts = hw.MODEM_STARTS
        self.has_reset, self.has_key = self._power.has_reset, self._power.has_key

    @property
    def profile(self):
        """What is special about this modem, see cellular/profiles.py."""
        return self._set_up.profile

    @property
    def known(self):
        """False for a family that runs as a SIM800 since none fits."""
        return self._set_up.known

    @property
    def texts(self):
        """False for a variant that cannot send texts."""
        return self._set_up.texts

    @property
    def faulty(self):
        """True while the modem is silent, once it has had time to start, and for one that cannot send texts."""
        return not self.texts or not self.alive and clock.uptime() > _BOOT_S

    def about(self):
        """How it is, in words for SELFTEST."""
        if not self.alive:
            return "silent"
        if not self.texts:
            return "This modem cannot send texts"
        how = "answers" if self.ready else "not set up"
        if not self.known:
            return how + ", not known: as SIM800"
        return how if self.profile is SIM800 else how + ", " + self.profile.name

    # -- time --------------------------------------------------------------------------------------------------------

    async def ask_time(self):
        """Ask for the modem's clock, which the network sets where it can; `on_time` is told. Raises `ModemError`."""
        if self.profile.clock_is_network and (not self.registered or clock.uptime() - self.up_at < _BOOT_S):
            return
        try:
            lines = await self.channel.at(b"AT+CCLK?", (b"+CCLK:",), 2000)
        except ModemError as error:
            if error.kind in GONE:
                raise
            return
        found = times.parse_clock(lines[0]) if lines else None
        if found:
            self.on_time(found[0], found[1], "network" if self.told_time else "modem")

    async def set_clock(self, local, zone):
        """Give the modem our time (seconds since 2000, quarter hours), so that it bridges a restart of the board."""
        self.told_time = False
        await self.channel.attempt(times.clock_line(local, zone), 2000)

    # -- start, power --------------------------------------------------------------------------------------------

    async def start(self):
        """Find the modem and set it up. Raises `ModemError`; `sim` tells when it is the SIM that keeps it from working."""
        if not await self._find():
            raise ModemError("silent")
        self.up_at = clock.uptime()
        await self._set_up.play(self.sim_is)
        self._poll.begin(self._set_up.mark, self._set_up.echo_tells, self.profile.registration)
        self.ready = True
        log("modem: set up")
        self.on_change()

    async def _find(self):
        found = await self._set_up.find()
        if found != self.alive:
            self.alive = found
            log("modem:", "answers" if found else "silent")
            self.on_change()
        return found

    async def restart(self, blind):
        """Restart it by a command; blind: it does not answer anyway. Raises `ModemError`."""
        self.ready = False
        if blind:
            self.channel.write(self.profile.restart + b"\r")
        else:
            await self.channel.at(self.profile.restart, (), 10000)

    async def pulse_reset(self):
        """Press its reset."""
        await self._power.reset(self.profile)
        self.forget("restart")

    async def wake(self):
        """Supply and power key, for a modem that is silent: True when it answers. The key switches one that runs off, so it
        may need a second time.
        """
        await self._power.cycle()
        for again in (False, True):
            heard, self.off = self.channel.heard, False
            if again and self.profile.key_off_ms:
                await self._power.press(self.profile.key_off_ms)
                await asyncio.sleep(_REST_S)
            await self._power.press(self.profile.key_on_ms)
            self.forget("restart")
            end = clock.uptime() + self.profile.boot_s
            while clock.uptime() < end and not self.off:
                if await self._find():
                    return True
            if self.channel.heard != heard and not self.off:
                return False  # it is on, and slow
        return False

    async def switch_on(self):
        """Supply and power key, for a modem that is off; one that was never off is left alone."""
        self._power.supply(True)
        self.off = False
        if not await self.channel.sync(2):
            await self._power.press(self.profile.key_on_ms)
        self.forget("restart")

    async def switch_off(self):
        """Off: it says so, and answers no OK (a SIM800). Never raises `ModemError`."""
        try:
            await self.channel.at(self.profile.off, (), 5000)
            log("modem: off")
        except ModemError as error:
            log("modem: off" if error.kind == "off" else "modem: does not switch off")
        self.off, self.ready = True, False
        self._power.supply(False)

    # -- asking --------------------------------------------------------------------------------------------------

    async def poll(self):
        """One line of questions for everything: does the set-up hold, signal, registration, store. Raises `ModemError`."""
        try:
            answers = await self._poll.ask()
        except Restarted:
            self.begins_anew(b"silently")
            raise ModemError("restart")
        self.used = None
        for line in answers:
            if line.startswith(b"+CSQ:"):
                self._take_signal(line)
            elif line.startswith(b"+CPMS:"):
                self.used, self.total = parse_store(line)
            elif line.startswith((b"+CREG:", b"+CEREG:")):
                self.take_registration(line)
        if self._poll.silent_on(b"+CREG"):
            self.registration_is(None)

    def _take_signal(self, line):
        rssi = line[5:].split(b",")[0].strip()
        self.rssi = int(rssi) if rssi.isdigit() and int(rssi) <= 31 else None
        if self.rssi is not None and (self.worst_rssi is None or self.rssi < self.worst_rssi):
            self.worst_rssi = self.rssi
