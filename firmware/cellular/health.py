"""Online 24/7 (R15.1): looks at the modem every ten seconds, and climbs a ladder while it is not well."""

import clock
from log import log
from micropython import const
from tasks import beat

from cellular.errors import GONE, ModemError

_POLL_S = const(10)
_NETWORK_S = const(30)  # between two looks while there is no network: it tells when there is
_GRACE_S = const(40)  # from a boot line or a reset until a failure counts: SIM and registration need their time
_STARTS_S = const(5)  # what a modem that starts with the board gets until it counts as silent
_HEALTH_S = const(3600)
_HOUR_S = const(3600)
_DAY_S = const(86400)
_APART_S = const(300)  # a silence so long after the latest step is a new one
_MOST_DOUBLINGS = const(4)
_MOST_RESTARTS = const(4)  # of the modem within an hour: its power supply
_PATIENCE_S = {"silent": 0, "refuses": 60, "SIM": 300, "network": 900}  # before the ladder's first step
_REPEAT, _SET_UP, _RESTART, _RESET, _KEY, _BOARD = range(6)
_LADDER = (  # step, seconds until the next, the same for a modem that is silent
    ("repeat", 5, 0),
    ("set up again", 15, 0),
    ("AT+CFUN=1,1", 60, 0),
    ("reset pin", 120, 12),
    ("power key", 300, 300),
    ("board reset", 900, 900),
)


class Keeper:
    """Keeps the modem online.

    on_poll(lost): coroutine, awaited after every good look. `suspended`: the modem was switched off on purpose. `recoveries`
    counts the ladder's steps.
    """

    def __init__(self, modem, store, restart_board):
        self._modem = modem
        self._store = store
        self._restart_board = restart_board
        self.on_poll = None
        self.suspended = False
        self.recoveries = 0
        self._level = 0  # the ladder's next step
        self._rounds = 0  # on the ladder since the last health: the delays double
        self._trouble = None
        self._stepped_at = -_APART_S  # uptime of the latest step
        self._told = False  # the log knows of it
        self._next_step = 0  # uptime: the delay after the last step
        self._patient_until = 0  # uptime
        self._grace_until = _GRACE_S
        self._asleep = True  # it has not answered since the board started
        self._kicked = True
        self._well_since = None
        self._boots = []  # uptimes of the restarts within the last hour
        self._restarts = 0  # of the modem, counted so far
        self._ask_time = 0  # uptime
        self._healthy_at = 0  # uptime

    # -- looking -------------------------------------------------------------------------------------------------

    async def run(self):
        """The keeper's task."""
        modem = self._modem
        while True:
            try:
                wait_s = await self._round()
            except ModemError as error:
                wait_s = await self._unwell(error)
            if modem.restarts != self._restarts:
                self._restarts = modem.restarts
                self._count_restart()
            beat("keeper")
            self._kicked = await modem.kick.wait(wait_s * 1000)

    async def _round(self):
        modem = self._modem
        if self.suspended:
            return _POLL_S
        if not modem.ready:
            await modem.start()
            self._asleep = False
        modem.kick.is_set = False
        await modem.poll()
        await self.on_poll(self._kicked)
        await self._time()
        if modem.registered:
            self._well()
            return _POLL_S
        return await self._unwell(ModemError("network"))

    async def _time(self):
        """Ask for the time once a day, each minute until it is known (R7.2)."""
        now = clock.uptime()
        if now >= self._ask_time:
            self._ask_time = now + (_DAY_S if clock.source else 60)
            await self._modem.ask_time()

    def _well(self):
        now = clock.uptime()
        if self._told:
            log("modem: well again")
        self._trouble, self._told = None, False
        if self._well_since is None:
            self._well_since = now
        elif now - self._well_since >= _HEALTH_S and now >= self._healthy_at:
            self._level = self._rounds = 0
            self._healthy_at = now + 60
            self._store.set("resets", 0, lazy=True)  # the next silence counts from the beginning

    def _count_restart(self):
        """The modem has restarted by itself: four times within an hour is a fault."""
        now = clock.uptime()
        self._boots = [at for at in self._boots if now - at < _HOUR_S] + [now]
        if len(self._boots) == _MOST_RESTARTS:
            log("modem: 4 restarts within an hour, look at its power supply")

    # -- the ladder ----------------------------------------------------------------------------------------------

    async def _unwell(self, error):
        """Note the trouble and take the ladder's next step when it is due. Seconds until the next look."""
        now = clock.uptime()
        if error.kind == "restart":
            self._grace_until = now + _GRACE_S
            return 2
        if error.kind == "off" or self._modem.off:
            return await self._switch_on()
        if error.kind == "timeout" and self._modem.ready:
            return 0  # the next look finds whether it answers at all
        kind = _kind_of(error)
        if kind == "silent":
            self._modem.ready = False  # found again, it is set up again
        if self._trouble != kind:
            self._note(kind)
        if not self._told and (now >= self._grace_until or kind == "silent"):
            log("modem: trouble,", error)  # a healthy start has none
            self._told = True
        if kind == "silent" and self._asleep:
            return await self._wake()
        if now < self._grace_until and kind != "silent":
            return 2
        if now >= max(self._next_step, self._patient_until):
            await self._step(kind)
            while error.kind == "silent" and self._level in (_SET_UP, _RESTART, _RESET) and clock.uptime() >= self._next_step:
                await self._step(kind)  # it was given its time already
        if kind == "silent":
            return 0 if clock.uptime() >= self._next_step else 2
        return _POLL_S if kind != "network" else _NETWORK_S

    def _note(self, kind):
        self._trouble = kind
        self._told = False
        self._well_since = None
        self._patient_until = clock.uptime() + _PATIENCE_S[kind]
        self._level = min(self._level, _KEY)  # never begin with the board
        if kind == "silent" and clock.uptime() - self._stepped_at >= _APART_S:
            self._next_step = 0

    async def _step(self, kind):
        level = self._level
        name, delay, silent_delay = _LADDER[level]
        self._next_step = clock.uptime() + ((silent_delay if kind == "silent" else delay) << self._rounds)
        self._level += 1
        if self._level == len(_LADDER):
            self._level = _RESTART
            self._rounds = min(self._rounds + 1, _MOST_DOUBLINGS)
        if level == _BOARD and kind != "silent":
            return  # a SIM or network fault is not the board's, and the relay stays as it is
        if level == _RESET and not self._modem.has_reset or level == _KEY and not self._modem.has_key:
            self._next_step = 0
            return
        log("recovery:", name)
        self.recoveries += 1
        self._stepped_at = clock.uptime()
        try:
            await self._do(level, kind)
        except ModemError as error:
            log("recovery:", name, error.kind)
        if level >= _RESTART:
            self._grace_until = clock.uptime() + _GRACE_S

    async def _do(self, level, kind):
        modem = self._modem
        if level == _SET_UP:
            modem.ready = False
        elif level == _RESTART:
            await modem.restart(kind == "silent")
        elif level == _RESET:
            await modem.pulse_reset()
            self._next_step = max(self._next_step, clock.uptime() + modem.profile.boot_s + 4)
        elif level == _KEY:
            await modem.wake()
        elif level == _BOARD:
            await self._reset_board()

    async def _reset_board(self):
        """The modem stays silent whatever is done: restart the board, more seldom each time."""
        count = self._store.get("resets")
        if clock.uptime() < _HOUR_S << min(count, 5):
            log("recovery: board reset not yet")
            return
        self._store.set("resets", count + 1)
        await self._store.save()
        self._restart_board("modem silent")

    async def _wake(self):
        """It has not answered since the board started: perhaps nobody has switched it on yet."""
        modem = self._modem
        if modem.starts and clock.uptime() < _STARTS_S:
            return 1
        self._asleep = False  # once: from here on it is the ladder's
        self._next_step = clock.uptime() + 5
        if modem.has_key:
            log("recovery: power key")
            self.recoveries += 1
            await modem.wake()
        return 0

    async def _switch_on(self):
        """It was switched off, by us, for want of supply or for no reason: the key brings it back."""
        if clock.uptime() < self._next_step:
            return 2
        log("recovery: switch on")
        await self._modem.switch_on()
        self._grace_until = clock.uptime() + _GRACE_S
        self._next_step = clock.uptime() + 15
        return 3


def _kind_of(error):
    kind = "silent" if error.kind in GONE else error.kind
    return kind if kind in _PATIENCE_S else "refuses"
