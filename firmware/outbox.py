"""The only sender of messages (R15.2): alerts first, then replies, in order, bounded, once the network is there.
rare/alerts.py puts alerts in, rare/letters.py replies; rare/sending.py sends.

Alerts are in the store until the network took them. A reply needs no place there: its command's message stays on the SIM
until `done`.
"""

import clock
from rare import borrow
from tasks import IDLE_MS, beat


class Outbox:
    """Queue of what must go out."""

    def __init__(self, modem, store):
        self._modem = modem
        self._store = store
        self.replies = []
        self.alert = None  # the letter under way of the first alert
        self.born = {}  # alert text -> uptime, for those whose wall time is not known
        self.reference = clock.ticks_ms() & 0xFF
        self.sent = 0
        self.dropped = 0

    def post(self, number, text, done=None):
        """Send `text` to `number` ("+..." or digits). `done()` is called when it is out, or given up."""
        borrow("rare.letters").post(self, number, text, done)

    def pending(self, text=None):
        """How many letters wait; with `text`, whether that alert waits."""
        alerts = self._store.get("alerts")
        if text is not None:
            return any([row[0] == text for row in alerts])
        return len(self.replies) + len(alerts)

    async def run(self):
        """The outbox's task."""
        modem = self._modem
        while True:
            beat("outbox")
            if self.pending() and modem.ready and modem.registered:
                await borrow("rare.sending").send_all(self)
            else:
                await modem.online.wait(5000 if self.pending() else IDLE_MS)
