"""Letters, and the queue of replies (R15.2). By itself, so that to post one does not load what sends."""

import app
from log import log
from micropython import const

_MOST_REPLIES = const(12)


class Letter:
    """One text to one number on its way."""

    def __init__(self, number, text, done):
        self.number = number
        self.text = text
        self.done = done
        self.part = 0  # parts the network has taken
        self.tries = 0  # that the network refused
        self.failing_since = 0  # uptime of the first try that the modem's trouble ended
        self.not_before = 0  # uptime
        self.reference = 0


def post(outbox, number, text, done):
    """Queue a reply; the oldest makes room for it."""
    if len(outbox.replies) >= _MOST_REPLIES:
        oldest = outbox.replies.pop(0)
        outbox.dropped += 1
        log("outbox: dropped, to", oldest.number)
        if oldest.done:
            oldest.done()
    outbox.replies.append(Letter(number, text, done))
    app.modem.online.set()
