"""What is unusual in the inbox: several messages at once, one that cannot be read, a reply that takes its time, a restart."""

import asyncio

import app
from events import restart
from log import failure, log
from micropython import const
from pdu import Deliver, PduError, decode

_READ_TRIES = const(3)


async def earliest(inbox):
    """The pending index whose message was sent first (by time stamp, then by index). Raises `ModemError`."""
    best, best_key = inbox.pending[0], None
    for index in list(inbox.pending):
        deliver = _decode(await inbox.fetch(index))
        key = (deliver.time if deliver and deliver.time is not None else 0, index)
        if best_key is None or key < best_key:
            best, best_key = index, key
    return best


def _decode(octets):
    try:
        found = decode(octets) if octets else None
        return found if isinstance(found, Deliver) else None
    except PduError:
        return None


def unreadable(inbox, index, error):
    """Noise on the line, perhaps: read it again; what stays unreadable is deleted."""
    app.modem.channel.doubt()
    tries = inbox.tries.get(index, 0) + 1
    inbox.tries[index] = tries
    if tries >= _READ_TRIES or index is None:
        log("message unreadable,", error)
        inbox.tries.pop(index)
        inbox.doom(index)
    else:
        inbox.held.discard(index)
        inbox.want(index)


async def clear(modem):
    """Delete all messages that have been read: the way out of a full SIM whose list does not show why. Raises `ModemError`."""
    log("SIM: full of what is no message, cleared")
    await modem.channel.at(b"AT+CMGD=1,1", (), 25000)


async def answer_later(inbox, message, print_, later):
    """Answer with what the coroutine function `later` gives."""
    try:
        reply = await later()
    except Exception as error:  # the message must not stay on the SIM for it
        failure("reply", error)
        reply = "Execute error!"
    inbox.answer(message, print_, reply, False)


async def restart_when_deleted(inbox, indexes):
    """Restart the board once the messages are deleted; a modem that fails now must not keep it from that."""
    for _ in range(30):
        if not any([index in inbox.held for index in indexes]):
            break
        await asyncio.sleep(1)
    restart()
