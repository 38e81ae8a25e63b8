"""What the device says without being asked (R20.13, R20.14, R20.20): a heartbeat, a sign of life for the SIM, what the operator
texts."""

import clock
from log import log
from micropython import const
from sms.bill import of_today
from sms.pdu import clipped
from tasks import Signal, beat

_DAY = const(86400)
_NOON = const(720)  # minutes
_MINUTE_S = const(60)
_MOST_FORWARDED = const(5)  # a day
_ALIVE = "TextSocket is alive"


def heartbeat_due(row, day, every):
    """True when a heartbeat is due at noon of the local `day`; row: [first day, latest day] or None."""
    if row is None or row[1] > day + 1:  # a latest one in the future was by a wrong clock
        return True
    return day > row[1] and (day - row[0]) % every == 0


class Reports:
    """status(): the text of STATUS."""

    def __init__(self, store, sensors, outbox):
        self._store = store
        self._sensors = sensors
        self._outbox = outbox
        self._wake = Signal()
        self.status = None
        store.watch("HEARTBEAT", lambda: store.set("heartbeat", None))

    async def run(self):
        """The task for reports: wakes at every full minute."""
        while True:
            now = clock.now()
            if self._store.get("HEARTBEAT") and now is not None and now // 60 % 1440 == _NOON:
                await self._heartbeat(now // _DAY)
            if clock.utc() is not None:
                self._keep_alive(clock.utc())
            beat("reports")
            await self._wake.wait(clock.ms_to_minute() + 5)

    async def _heartbeat(self, day):
        row = self._store.get("heartbeat")
        if heartbeat_due(row, day, self._store.get("HEARTBEAT")):
            self._store.set("heartbeat", [row[0] if row and row[0] <= day else day, day])
            await self._sensors.refresh()
            self._outbox.tell_first(self.status(), "report")
            self._store.save_soon()

    def _keep_alive(self, utc):
        """A text before the operator takes the SIM for dead; when the network last took one survives power cuts."""
        store, days, taken_at = self._store, self._store.get("KEEPALIVE"), self._outbox.bill.taken_at
        taken, known = utc - clock.uptime() + taken_at if taken_at is not None else 0, store.get("taken")
        if taken - known >= _MINUTE_S:
            store.set("taken", taken, lazy=not days)
        elif not known or known > utc + _DAY:
            store.set("taken", utc, lazy=not days)
        waits = any([row[1] == _ALIVE for row in store.get("alerts").values()])
        if days and not waits and utc - store.get("taken") >= days * _DAY:
            self._outbox.tell_first(_ALIVE, "report")
        store.save_soon()

    def forward(self, message):
        """A text of a sender with a name, to the first alert number; five a day."""
        store = self._store
        day, count = of_today(store.get("forwarded"), [0])
        if store.get("FORWARD") != "ON" or count >= _MOST_FORWARDED:
            log("text dropped, from", message.sender)
            return
        store.set("forwarded", [day, count + 1])
        self._outbox.tell_first(clipped(message.sender + ": " + message.text), "forward")
