"""Sending what the outbox holds (R15.2): what is due, how often it is tried, and when it is given up."""

import app
import clock
import dates
from at import ModemError
from log import log
from micropython import const
from pdu import PduError
from tasks import beat

from rare.letters import Letter
from rare.submit import submit

_TRIES = const(3)  # for a message that the network refuses
_PAUSES_S = (10, 30)  # between them
_NOT_REFUSED = (14, 314, 331, 332, 521, 532)  # SIM busy, no network: wait, do not count
_VAIN_S = const(3600)  # a reply is tried for so long in a network that is there and takes nothing
_STEADY_S = const(600)  # an outage in between begins the hour anew
_STALE_S = const(86400)
_CLOCK_S = const(60)


async def send_all(outbox):
    """Send until nothing waits any more, or the network is lost."""
    modem = app.modem
    while outbox.pending() and modem.ready and modem.registered:
        beat("outbox")
        letter = _next(outbox)
        if letter is None:
            await modem.online.wait(1000)
        else:
            await _send(outbox, letter)


def _next(outbox):
    """The letter that is due: the first alert's next recipient, else the first reply."""
    _drop_stale(outbox)
    now = clock.uptime()
    alerts = app.store.get("alerts")
    if alerts and not _waits_for_clock(outbox, alerts[0][0], now):
        if outbox.alert is None:
            outbox.alert = Letter(alerts[0][2][0], _dated(outbox, alerts[0][0], now), None)
        if outbox.alert.not_before <= now:
            return outbox.alert
    for letter in outbox.replies:
        if letter.not_before <= now:
            return letter
    return None


def _waits_for_clock(outbox, text, now):
    """An alert from before the clock was known may still get its time: the network tells it soon after the start."""
    return dates.UNKNOWN in text and clock.source is None and now - outbox.born.get(text, 0) < _CLOCK_S


def _dated(outbox, text, now):
    """The alert with its time, where that is known by now."""
    if dates.UNKNOWN not in text or clock.source is None or text not in outbox.born:
        return text
    return text.replace(dates.UNKNOWN, dates.text(clock.now() - (now - outbox.born[text])))


def _drop_stale(outbox):
    alerts = app.store.get("alerts")
    while alerts and _age(outbox, alerts[0]) > _STALE_S:
        log("outbox: alert older than a day,", alerts[0][0])
        outbox.dropped += 1
        alerts = alerts[1:]
        outbox.alert = None
        app.store.set("alerts", alerts)
        app.store.save_soon()


def _age(outbox, row):
    """Seconds since the alert; from boot on when it is older than that and no network time tells more."""
    if row[1] and clock.source == "network":
        return clock.utc() - row[1]
    return clock.uptime() - outbox.born.get(row[0], 0)


async def _send(outbox, letter):
    try:
        parts = submit(letter.number, letter.text, letter.reference)
        if not letter.reference and len(parts) > 1:
            outbox.reference = outbox.reference % 255 + 1
            letter.reference = outbox.reference
            parts = submit(letter.number, letter.text, letter.reference)
        while letter.part < len(parts):
            length, pdu = parts[letter.part]  # octets without service centre, hex
            await app.modem.channel.at(b"AT+CMGS=%d" % length, (b"+CMGS:",), 60000, body=pdu)
            letter.part += 1
            outbox.sent += 1
    except PduError:
        _give_up(outbox, letter, "no such number")
    except ModemError as error:
        _failed(outbox, letter, error)
    else:
        log("sent to", letter.number)
        _finish(outbox, letter)


def _failed(outbox, letter, error):
    code = error.code()
    if code is None and error.result != "ERROR" or code in _NOT_REFUSED:
        log("not sent,", error.result)  # the modem's trouble, not the message's
        now = clock.uptime()
        if not letter.failing_since or now - letter.not_before > _STEADY_S:
            letter.failing_since = now
        letter.not_before = now + 5
        if now - letter.failing_since >= _VAIN_S and letter is not outbox.alert:
            _give_up(outbox, letter, "for too long")  # commands wait behind replies that cannot leave
        if code is None:
            app.modem.kick.set()
        return
    letter.tries += 1
    if letter.tries >= _TRIES:
        _give_up(outbox, letter, error.result)
    else:
        log("refused,", error.result)
        letter.not_before = clock.uptime() + _PAUSES_S[letter.tries - 1]


def _give_up(outbox, letter, why):
    log("given up, to", letter.number, why)
    outbox.dropped += 1
    _finish(outbox, letter)


def _finish(outbox, letter):
    if letter is not outbox.alert:
        if letter in outbox.replies:  # a full queue may have pushed it out meanwhile
            outbox.replies.remove(letter)
            if letter.done:
                letter.done()
        return
    outbox.alert = None
    alerts = app.store.get("alerts")
    text, when, numbers = alerts[0]
    rest = [[text, when, numbers[1:]]] if len(numbers) > 1 else []
    app.store.set("alerts", rest + alerts[1:])
    if not rest:
        outbox.born.pop(text, None)
        app.store.save_soon()
