"""The look at the modem every ten seconds: several questions in one line, and without those that a modem does not answer."""

import clock
from log import log
from micropython import const

from cellular.errors import GONE, ModemError

_LIMIT_MS = const(2500)
_LOST = const(3)  # looks in a row without an answer that should be there
_RETRY_S = const(60)  # until a question that failed is asked again, doubled up to an hour
_LONGEST_S = const(3600)


class Restarted(Exception):
    """The modem has restarted without a word: nothing of its set-up holds."""


def parse_store(line):
    """(used, total) of a +CPMS answer, (None, 0) when it does not say."""
    fields = [field.strip() for field in line.split(b",")[1:3]]
    if len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit():
        return int(fields[0]), int(fields[1])
    return None, 0


class Poll:
    """The questions, and the proof that the set-up holds."""

    def __init__(self, channel):
        self._channel = channel
        self._mark = None
        self._echo_tells = False
        self._all = ()  # (question, head of its answer)
        self._rows = ()  # those that are answered
        self._line = b""
        self._heads = ()
        self._bad = ()  # heads of those that are not
        self._retry_at = 0  # uptime until which they are not asked
        self._retry_s = 0
        self._missing = {}  # head -> looks in a row without it

    def begin(self, mark, echo_tells, registration):
        """The modem is set up: `mark` is the head of the setting that shows it, echo does with `echo_tells`."""
        self._mark, self._echo_tells = mark, echo_tells
        heads = ((mark,) if mark else ()) + registration + (b"+CPMS",)
        self._all = ((b"+CSQ", b"+CSQ"),) + tuple([(head + b"?", head) for head in heads])
        self._channel.echoes = 0
        self._missing.clear()
        self._bad = ()
        self._use(self._all)

    def _use(self, rows):
        self._rows = rows
        self._line = b"AT" + b";".join([row[0] for row in rows])
        self._heads = tuple([row[1] + b":" for row in rows])

    async def ask(self):
        """The answering lines. Raises `ModemError`, and `Restarted`."""
        if self._bad and clock.uptime() >= self._retry_at:
            self._bad = ()
            self._use(self._all)
        try:
            answers = await self._channel.at(self._line, self._heads, _LIMIT_MS)
            if not self._bad:
                self._retry_s = 0
        except ModemError as error:
            if error.kind in GONE:
                raise
            answers = await self._ask_one_by_one()
        self._check(answers)
        return answers

    async def _ask_one_by_one(self):
        """One of them is not answered, and so none is: find those that are."""
        answers, good, failure = [], [], None
        for row in self._all:
            try:
                answers += await self._channel.at(b"AT" + row[0], (row[1] + b":",), _LIMIT_MS)
                good.append(row)
            except ModemError as error:
                if error.kind in GONE:
                    raise
                failure = error
        if not good:
            raise failure
        if len(good) < len(self._all):
            log("modem: does not tell", " ".join([row[0].decode() for row in self._all if row not in good]))
        self._bad = tuple([row[1] for row in self._all if row not in good])
        self._retry_s = min(self._retry_s * 2 or _RETRY_S, _LONGEST_S)
        self._retry_at = clock.uptime() + self._retry_s
        self._use(tuple(good))
        return answers

    def _check(self, answers):
        """Count what is missing; raises `Restarted` when the mark or an echo says so."""
        for head in self._heads:
            there = any([line.startswith(head) for line in answers])
            self._missing[head] = 0 if there else self._missing.get(head, 0) + 1
        if self._echo_tells and self._channel.echoes:
            raise Restarted
        if self._mark is None:
            return
        values = [line[len(self._mark) + 1 :].strip() for line in answers if line.startswith(self._mark)]
        if values and values[0] != b"1" or self._missing.get(self._mark + b":", 0) >= _LOST:
            raise Restarted

    def silent_on(self, head):
        """True when the modem has given no answer to this question for long."""
        rows = [row for row in self._rows if row[1] == head]
        return not rows or self._missing.get(head + b":", 0) >= _LOST
