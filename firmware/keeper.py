"""Online 24/7 (R15.1): polls the modem once a minute and escalates while it is not well.

The ladder: repeat, set up again, AT+CFUN=1,1, reset pin, power key, board reset. Each step is logged, the delays grow, and
it starts over after an hour of health.
"""

import asyncio

import clock
from at import ModemError, note_strays
from log import log
from micropython import const
from tasks import beat

_POLL_S = const(60)
_GRACE_S = const(40)  # from a boot line or a reset until a failure counts: SIM and registration need their time
_HEALTH_S = const(3600)
_MOST_DOUBLINGS = const(4)
_PATIENCE_S = {"silent": 0, "refuses": 60, "SIM": 300, "network": 900}  # before the ladder's first step
_LADDER = (  # step, seconds until the next
    ("repeat", 5),
    ("set up again", 15),
    ("AT+CFUN=1,1", 60),
    ("reset pin", 120),
    ("power key", 300),
    ("board reset", 900),
)


class Keeper:
    """Keeps the modem online.

    sweep(lost): awaited after every good poll; hopeless(): awaited to reset the board, if it may; healthy(): called after an
    hour of health, and every minute from then on.
    """

    def __init__(self, modem, sweep, hopeless, healthy):
        self._modem = modem
        self._sweep = sweep
        self._hopeless = hopeless
        self._healthy = healthy
        self._level = 0
        self._rounds = 0
        self._trouble = None
        self._next_step = 0  # uptime: the delay after the last step
        self._patient_until = 0  # uptime
        self._grace_until = _GRACE_S
        self._kicked = True
        self._well_since = None
        self._boots = []  # uptimes of the restarts within the last hour
        self._restarts = 0  # of the modem, counted so far
        self.recoveries = 0
        self.suspended = False  # switched off on purpose

    async def run(self):
        """The keeper's task."""
        modem = self._modem
        while True:
            beat("keeper")
            try:
                wait_s = await self._round()
            except ModemError as error:
                wait_s = await self._unwell(error)
            if modem.restarts != self._restarts:
                self._restarts = modem.restarts
                self._count_restart()
            self._kicked = await modem.kick.wait(wait_s * 1000)

    async def _round(self):
        modem = self._modem
        if self.suspended:
            return _POLL_S
        if not modem.ready:
            if not await modem.find():
                if modem.off:
                    await self._wake()
                raise ModemError(b"AT", "silent")
            await modem.set_up()
        modem.kick.is_set = False
        await modem.poll()
        note_strays(modem.channel)
        await self._sweep(self._kicked)
        if modem.registered:
            self._well()
            return _POLL_S
        return await self._unwell(ModemError(b"AT+CREG?", "network"))

    async def _wake(self):
        """It was switched off, by us, for want of supply or for no reason: the key brings it back."""
        log("recovery: switch on")
        await self._modem.switch_on()
        self._grace_until = clock.uptime() + _GRACE_S
        self._next_step = clock.uptime() + 15
        await asyncio.sleep(3)

    def _well(self):
        now = clock.uptime()
        if self._trouble:
            log("modem: well again")
            self._trouble = None
        if self._well_since is None:
            self._well_since = now
        elif now - self._well_since >= _HEALTH_S:
            self._level = self._rounds = 0
            self._healthy()

    async def _unwell(self, error):
        """Note the trouble and take the ladder's next step when it is due. Seconds until the next look."""
        now = clock.uptime()
        if error.result in ("restart", "off"):
            self._grace_until = now + _GRACE_S
            return 2
        kind = "silent" if error.result in ("silent", "timeout") else error.result.split()[0]
        if kind not in _PATIENCE_S:
            kind = "refuses"
        if self._trouble != kind:
            self._trouble = kind
            self._well_since = None
            log("modem: trouble,", error.result)
            self._patient_until = now + _PATIENCE_S[kind]
            self._level = min(self._level, len(_LADDER) - 2)  # never begin with the board
        if now < self._grace_until and kind != "silent":
            return 2
        if now >= max(self._next_step, self._patient_until):
            await self._step(kind)
        return 10 if kind != "network" else 30

    async def _step(self, kind):
        name, delay = _LADDER[self._level]
        self._next_step = clock.uptime() + (delay << self._rounds)
        self._level += 1
        if self._level == len(_LADDER):
            self._level = 2
            self._rounds = min(self._rounds + 1, _MOST_DOUBLINGS)
        if name == "board reset" and kind != "silent":
            return  # a SIM or network fault is not the board's, and the relay stays as it is
        log("recovery:", name)
        self.recoveries += 1
        try:
            await self._do(name)
        except ModemError as error:
            log("recovery:", name, error.result)

    async def _do(self, name):
        modem = self._modem
        if name == "set up again":
            modem.ready = False
        elif name == "AT+CFUN=1,1":
            modem.ready = False
            await modem.channel.at(b"AT+CFUN=1,1", (), 10000)
        elif name == "reset pin":
            await modem.pulse_reset()
        elif name == "power key":
            await modem.pulse_key()
            await asyncio.sleep(3)
            if not await modem.channel.sync(6):  # it was on, and is off now
                await modem.pulse_key()
        elif name == "board reset":
            await self._hopeless()
        if self._level > 2:
            self._grace_until = clock.uptime() + _GRACE_S

    def _count_restart(self):
        now = clock.uptime()
        self._boots = [at for at in self._boots if now - at < 3600] + [now]
        if len(self._boots) == 4:
            log("modem: 4 restarts within an hour, look at its power supply")
