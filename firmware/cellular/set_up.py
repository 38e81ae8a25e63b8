"""Finding the modem at whatever speed, and setting it up after every restart of it.

Nothing that a modem refuses keeps it from what it can do: what is needed is tried several times, since a SIM may be busy
after a start, and then done without.
"""

import asyncio

import clock
from log import log
from micropython import const

from cellular import profiles
from cellular.errors import GONE, ModemError
from cellular.heard import REGISTERED, SIM_STATES, parse_registration

BAUD = const(115200)
_BAUDS = ((BAUD, 3), (57600, 2), (9600, 2))  # 57600 is the most that auto-bauding finds on a SIM800L
_PATIENCE = const(5)  # set-ups that may fail at one command
_RETRY_S = const(3600)
_HEAVY = const(3)  # failures that one counts for which got no answer: a SIM that is busy says so
_SIM_ERRORS = {10: "missing", 11: "pin", 12: "puk", 13: "broken", 14: "busy", 15: "broken"}
_WHO = (b"ATI", b"AT+CGMM")
_TEXTS = b"AT+CMGF=0"
_MARKS = (b"CSDH", b"CRC")  # no restart keeps them, and PDU mode never uses them: the proof that a set-up holds


class SetUp:
    """What is done once after each start of the modem. Raises `ModemError`."""

    def __init__(self, channel):
        self._channel = channel
        self._refusals = {}  # request -> set-ups that failed at it
        self._mute = {}  # request that was never answered -> uptime until which it is not sent
        self._baud = BAUD
        self._time_asked = False  # whether the modem takes the network's time
        self.profile = profiles.SIM800
        self.known = True  # the profile is its own
        self.texts = True  # False: a variant without messages
        self.mark = None  # the question of the poll that shows whether the set-up holds, b"+CSDH"
        self.echo_tells = False  # echo is off: where it is back, the modem has restarted

    # -- finding -------------------------------------------------------------------------------------------------

    async def find(self):
        """Sync with the modem at any speed. False when it is silent."""
        for baud, attempts in _BAUDS:
            self._channel.speed(baud)
            if await self._channel.sync(attempts):
                self._baud = baud
                return True
        self._channel.speed(BAUD)
        return False

    async def _ask(self, request, prefix, ms=1000):
        """The rest of the answering line, None where there is none."""
        try:
            lines = await self._channel.at(request, (prefix,), ms)
        except ModemError as error:
            if error.kind in GONE:
                raise
            return None
        return lines[0][len(prefix) :].strip() if lines else None

    async def _fix_speed(self):
        """Auto-bauding prints no RDY, so a restart goes unnoticed: fix the speed, once, and save it."""
        channel, (question, head, setting) = self._channel, self.profile.speed
        saved = await self._ask(question, head)
        if self._baud == BAUD and saved in (b"115200", None):
            return
        log("modem: speed fixed")
        await channel.attempt(setting)
        channel.speed(BAUD)
        await asyncio.sleep_ms(100)
        if await channel.sync(4):
            await channel.attempt(b"AT&W", 2000)
        else:
            channel.speed(self._baud)  # some boards refuse: go on as they are
            await channel.sync(4)

    # -- setting up ----------------------------------------------------------------------------------------------

    async def play(self, sim_is):
        """Set it up; sim_is(state) is told the SIM's, which must be "ready"."""
        try:
            await self._play(sim_is)
        except ModemError as error:
            if error.kind == "silent":  # what it fell silent at is done without, should that happen again
                self._refuses(self._channel.overdue, _HEAVY)
            raise

    async def _play(self, sim_is):
        await self._try(b"ATE0", 1000)
        await self._try(b"AT+CMEE=1", 1000)  # errors as numbers: short and without language
        await self._know_it()
        await self._fix_speed()
        await self._take_network_time()
        await self._check_sim(sim_is)
        for request, ms in self.profile.needed:
            await self._need(request, ms)
        for request, ms in self.profile.options:
            await self._try(request, ms)
        await self._set_mark()

    def _refuses(self, request, weight):
        """Count it; True while it is worth another set-up."""
        count = self._refusals[request] = self._refusals.get(request, 0) + weight
        if count < _PATIENCE:
            return True
        if weight == _HEAVY:
            self._mute[request] = clock.uptime() + _RETRY_S
        return False

    def _is_mute(self, request):
        return clock.uptime() < self._mute.get(request, 0)

    async def _try(self, request, ms):
        if not self._is_mute(request):
            await self._channel.attempt(request, ms)

    async def _know_it(self):
        """Choose the profile; the echo of this question tells whether echo is off."""
        channel, found = self._channel, None
        channel.echoes = 0
        for question in _WHO:
            try:
                found = found or profiles.choose(await channel.at(question, (b"",), 2000))
            except ModemError as error:
                if error.kind in GONE:
                    raise
            if found:
                break
        self.echo_tells = not channel.echoes
        self.known = found is not None
        self.profile = found or self.profile

    async def _need(self, request, ms):
        """Send a command that must work; once it has failed in several set-ups it is done without."""
        if self._is_mute(request):
            return
        try:
            await self._channel.at(request, (), ms)
            self._refusals.pop(request, None)
            self.texts = self.texts or request == _TEXTS
        except ModemError as error:
            if error.kind in GONE or self._refuses(request, _HEAVY if error.kind == "timeout" else 1):
                raise
            log("modem: goes without", request.decode())
            if request == _TEXTS and error.kind == "error" and self.profile is not profiles.SIM800:
                self.texts = False
                log("modem: this modem cannot send texts")

    async def _check_sim(self, sim_is):
        try:
            lines = await self._channel.at(b"AT+CPIN?", (b"+CPIN:",), 5000)
            state = SIM_STATES.get(lines[0][6:].strip(), "broken") if lines else None
        except ModemError as error:
            if error.kind in GONE:
                raise
            state = _SIM_ERRORS.get(error.code) if error.kind == "CME" else None
        if state is None:  # it does not say: what the SIM alone can answer does
            there = await self._ask(b"AT+CPMS?", b"+CPMS:", 5000) or await self._ask(b"AT+CIMI", b"", 5000)
            state = "ready" if there else "missing"
        sim_is(state)
        if state != "ready":
            raise ModemError("SIM", None, state.encode())

    async def _take_network_time(self):
        """See to it, once, that the modem takes the network's time. It does so at registration only: when it was too late for
        that, the modem restarts.
        """
        if self._time_asked:
            return
        self._time_asked = True
        question, head, setting = self.profile.network_time
        if await self._ask(question, head) != b"0" or not await self._channel.attempt(setting):
            return
        log("modem: takes the network's time")
        await self._channel.attempt(b"AT&W", 2000)
        answer = await self._ask(b"AT+CREG?", b"+CREG:")
        late = answer is None or parse_registration(b":" + answer) in REGISTERED
        if late and await self._channel.attempt(self.profile.restart, 12000):
            raise ModemError("restart")

    async def _set_mark(self):
        """Set the mark of a set-up that holds: the first that the modem really keeps."""
        self.mark = None
        for name in _MARKS:
            if not await self._channel.attempt(b"AT+" + name + b"=1"):
                continue
            if await self._ask(b"AT+" + name + b"?", b"+" + name + b":") == b"1":
                self.mark = b"+" + name
                return
        log("modem: keeps no mark")
