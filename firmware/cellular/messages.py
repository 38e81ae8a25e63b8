"""The store of messages: list, read, delete, send. A way that a modem refuses is replaced by another."""

import clock
from micropython import const

from cellular.errors import GONE, ModemError

_LIST_MS = const(30000)  # the manual's limits are 20 and 25 s
_DELETE_MS = const(30000)
_RETRY_S = const(3600)  # until a list that failed is tried again
_PLACES = const(50)  # looked at one by one where the size of the store is not known
_NOT_THIS_WAY = (None, 332, 500)  # None: in words
_VAIN = const(2)  # lists that failed, until the places are read one by one at once


def _is_empty(error):
    """True for "invalid memory index": there is nothing in that place."""
    return error.kind == "CMS" and error.code == 321


class Messages:
    """The modem's store. `modem` tells how much it holds. Everything raises `ModemError`."""

    def __init__(self, channel, modem):
        self._channel = channel
        self._modem = modem
        self._vain = 0
        self._retry_at = 0  # uptime
        self._untaken = 0  # texts in a row that the network did not take

    async def list(self, unread, each):
        """each(index, octets) for every message, or every unread one (or all, where it cannot list); octets None: unreadable.

        `each` is called while the list still comes in: it must be quick.
        """
        count = 0

        def take(header, octets):
            nonlocal count
            index = header[6:].split(b",")[0].strip()
            if index.isdigit():
                count += 1
                each(int(index), octets)

        if self._vain < _VAIN or clock.uptime() >= self._retry_at:
            try:
                await self._channel.at(b"AT+CMGL=0" if unread else b"AT+CMGL=4", (b"+CMGL:",), _LIST_MS, None, take)
                if count or unread or not self._modem.used:
                    self._vain = 0
                    return
            except ModemError as error:
                if error.kind in GONE:
                    raise
            self._vain += 1
            self._retry_at = clock.uptime() + _RETRY_S
        await self._list_one_by_one(each)

    async def _list_one_by_one(self, each):
        """Read every place; those that fail are left for the next time, unless all do."""
        failure, found = None, 0
        for index in range((self._modem.total or _PLACES) + 1):  # a SIM7600 begins at 0
            try:
                octets = await self.read(index)
                if octets is not None:
                    found += 1
                    each(index, octets or None)
            except ModemError as error:
                if error.kind in GONE or error.kind == "timeout":
                    raise
                failure = error
            if self._modem.used and found >= self._modem.used:
                return
        if failure and not found:
            raise failure

    async def read(self, index):
        """The octets of a message, None for an empty place, b"" when they were unreadable."""
        octets = None

        def take(_header, found):
            nonlocal octets
            octets = found or b""

        try:
            await self._channel.at(b"AT+CMGR=%d" % index, (b"+CMGR:",), 5000, None, take)
        except ModemError as error:
            if not _is_empty(error):
                raise
        return octets

    async def delete(self, index):
        """Delete one message; an empty place is fine."""
        try:
            await self._channel.at(b"AT+CMGD=%d" % index, (), _DELETE_MS)
        except ModemError as error:
            if not _is_empty(error):
                raise

    async def delete_read(self):
        """Delete all messages that have been read (and sent ones)."""
        await self._channel.at(b"AT+CMGD=1,3", (), _DELETE_MS)

    async def send(self, length, pdu):
        """Send a message: octets without service centre, all of it in hex."""
        profile = self._modem.profile
        try:
            await self._channel.at(b"AT+CMGS=%d" % length, (b"+CMGS:",), profile.send_ms, pdu)
            self._untaken = 0
        except ModemError as error:
            if error.kind == "CMS" and error.code in _NOT_THIS_WAY and profile.services:
                await self._other_service(profile.services)
            raise

    async def _other_service(self, services):
        """LTE has several ways for a text, and an operator perhaps one: after two refusals the other is tried."""
        self._untaken += 1
        if not self._untaken & 1:
            await self._channel.attempt(b"AT+CGSMS=" + services[self._untaken // 2 % len(services)])
