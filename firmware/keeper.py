"""Online 24/7 (R15.1): polls the modem once a minute and climbs a ladder (rare/ladder.py) while it is not well."""

import clock
from at import ModemError
from log import log
from micropython import const
from rare import borrow
from tasks import beat

_POLL_S = const(60)
GRACE_S = const(40)  # from a boot line or a reset until a failure counts: SIM and registration need their time
_HEALTH_S = const(3600)


class Keeper:
    """Keeps the modem online.

    sweep(lost): awaited after every good poll; healthy(): called after an hour of health, and every minute from then on.
    """

    def __init__(self, modem, sweep, healthy):
        self._modem = modem
        self._sweep = sweep
        self._healthy = healthy
        self.level = 0
        self.rounds = 0
        self.trouble = None
        self.next_step = 0  # uptime: the delay after the last step
        self.patient_until = 0  # uptime
        self.grace_until = GRACE_S
        self._kicked = True
        self.well_since = None
        self.boots = []  # uptimes of the restarts within the last hour
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
                wait_s = await borrow("rare.ladder").unwell(self, error)
            if modem.restarts != self._restarts:
                self._restarts = modem.restarts
                borrow("rare.ladder").count_restart(self)
            self._kicked = await modem.kick.wait(wait_s * 1000)

    async def _round(self):
        modem = self._modem
        if self.suspended:
            return _POLL_S
        if not modem.ready:
            if not await borrow("rare.sync").find(modem):
                if modem.off:
                    await borrow("rare.ladder").switch_on(self)
                raise ModemError(b"AT", "silent")
            await borrow("rare.set_up").set_up(modem)
        modem.kick.is_set = False
        await modem.poll()
        if modem.channel.strays:
            log("modem:", modem.channel.strays, "stray lines")
            modem.channel.strays = 0
        await self._sweep(self._kicked)
        if modem.registered:
            self._well()
            return _POLL_S
        return await borrow("rare.ladder").unwell(self, ModemError(b"AT+CREG?", "network"))

    def _well(self):
        now = clock.uptime()
        if self.trouble:
            log("modem: well again")
            self.trouble = None
        if self.well_since is None:
            self.well_since = now
        elif now - self.well_since >= _HEALTH_S:
            self.level = self.rounds = 0
            self._healthy()
