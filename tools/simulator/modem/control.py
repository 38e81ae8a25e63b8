"""A scene of one modem and its network, driven by lines: what `--pty` hears on stdin.

Answers and events are dictionaries, JSON lines outside. Each line has one answer, except `sent`: one a text.
"""

import json
import time

from tools.simulator.modem import faults
from tools.simulator.modem.line import Line
from tools.simulator.modem.sim800 import Sim800
from tools.simulator.network.network import Network
from tools.simulator.world import World

HELP = """\
sms FROM TEXT            a text arrives; \\n in it is a line end          flash FROM TEXT   one of class 0
call FROM                somebody rings ("" : withheld)                  hangup            and gives up
press KEYS               keys of the phone in the call                   broadcast N TEXT  a cell broadcast
sent                     the texts that were sent since, a line each     unknown           commands it did not know
answer MS|never          how called phones behave                        state             how the modem is
phone NUMBER answers MS|never|refuses|unreachable|reachable              one of several
ussd CODE STATE TEXT     what the network says to a code (STATE 0, 1 more, 2 refused)
fault NAME ...           see `fault`                                      events on|off     tell what happens, unasked
advance MS               let time pass at once                           help, quit
A line that begins with { is JSON: {"do": "sms", "from": "+44...", "text": "..."}
"""


class Scene:
    """A modem at a line that goes nowhere yet; `command` drives it."""

    def __init__(self, profile=Sim800):
        self.world = World()
        self.network = Network(self.world, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))
        self.line = Line(self.world)
        self.modem = profile(self.world, self.line, self.network)
        self.modem.nonvolatile.update(IPR="115200", CLTS="1")
        self.events: list[dict] = []
        self.tells = False  # events
        self.skipped = 0  # ms of `advance`
        self._call = None
        self._told = 0
        self._seen = {"boots": 0, "unknown": 0}
        self._answers = "never"
        self.network.on_text = lambda phone, message: self.tell(event="text", to=phone.number, text=message.text)

    def tell(self, **event) -> None:
        """Something has happened."""
        if self.tells:
            self.events.append({**event, "ms": self.world.now})

    def look(self) -> None:
        """Notice what nobody tells: starts, unknown commands, calls' states."""
        modem = self.modem
        if modem.boots > self._seen["boots"]:
            self.tell(event="boot", boots=modem.boots)
        for text in modem.unknown[self._seen["unknown"] :]:
            self.tell(event="unknown", command=text)
        self._seen.update(boots=modem.boots, unknown=len(modem.unknown))
        for phone in self.network.phones.values():
            for call in phone.calls:
                self._look_at(phone, call)

    def _look_at(self, phone, call):
        if not call.incoming and not getattr(call, "known", False):
            call.known = True
            self._behave(phone)
        if self._seen.get(id(call)) != call.state:
            self._seen[id(call)] = call.state
            self.tell(
                event="call", phone=phone.number, incoming=call.incoming, state=call.state, why=call.why, heard=call.heard
            )

    def _behave(self, phone):
        if phone.answers_after is None and self._answers != "never":
            phone.answers_after = int(self._answers)

    # -- lines ---------------------------------------------------------------------------------------------------

    def command(self, line: str) -> list[dict]:
        """Carry out a line; the answers."""
        try:
            if line.lstrip().startswith("{"):
                return self._json(json.loads(line))
            word, _, rest = line.strip().partition(" ")
            if not word:
                return []
            if word not in _WORDS:
                return [{"error": f"no such command: {word}"}]
            return _WORDS[word](self, rest) or [{"ok": word}]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            return [{"error": str(error) or type(error).__name__}]

    def _json(self, wanted):
        word = wanted.pop("do")
        if word in ("sms", "flash"):
            self.network.send_to_device(wanted["from"], wanted["text"], flash=word == "flash")
            return [{"ok": word}]
        return self.command(" ".join([word, *map(str, wanted.values())]))

    def _sms(self, rest, flash=False):
        sender, _, text = rest.partition(" ")
        self.network.send_to_device(sender, text.replace("\\n", "\n"), flash=flash)

    def _call_in(self, rest):
        number = rest.strip().strip('"')
        self._call = self.network.phone(number).call()

    def _hang_up(self, rest):
        if self._call:
            self.network.phone(self._call.number).hang_up(self._call)

    def _press(self, rest):
        call = self.modem.call or self._call
        self.network.phone(call.number).presses(call, rest.strip())

    def _broadcast(self, rest):
        channel, _, text = rest.partition(" ")
        self.network.broadcast(int(channel), text)

    def _sent(self, rest):
        fresh = self.network.submitted[self._told :]
        self._told = len(self.network.submitted)
        return [{"to": number, "text": text, "ms": at} for number, text, at in fresh] or [{"sent": 0}]

    def _unknown(self, rest):
        return [{"unknown": self.modem.unknown}]

    def _answer(self, rest):
        self._answers = rest if rest == "never" else str(int(rest))
        for phone in self.network.phones.values():
            phone.answers_after = None if rest == "never" else int(rest)

    def _phone(self, rest):
        number, how, *more = rest.split()
        phone = self.network.phone(number)
        phone.refuses, phone.reachable = how == "refuses", how != "unreachable"
        if how == "answers":
            phone.answers_after = None if more == ["never"] else int(more[0])
        elif how not in ("refuses", "unreachable", "reachable"):
            raise ValueError("answers MS|never, refuses, unreachable, reachable")

    def _ussd(self, rest):
        code, state, *words = rest.split(" ", 2)
        text = "".join(words).replace("\\n", "\n")
        self.network.ussd[code] = (1500, int(state), text or None, 15)

    def _fault(self, rest):
        if not rest.strip():
            return [{"faults": {f"{word} {form}".strip(): what for word, (form, what, _) in faults.FAULTS.items()}}]
        faults.apply(self, rest)
        return None

    def _events(self, rest):
        self.tells = {"on": True, "off": False}[rest.strip()]

    def _advance(self, rest):
        self.skipped += int(rest)

    def _state(self, rest):
        modem = self.modem
        call = modem.call.state if modem.call else None
        names = ("power", "registered", "boots", "sim", "deaf", "capacity", "settings")
        found = {name: getattr(modem, name) for name in names}
        return [{**found, "stored": len(modem.store), "call": call, "number": self.network.device_number}]


_WORDS = {
    "sms": Scene._sms,
    "flash": lambda scene, rest: scene._sms(rest, flash=True),
    "call": Scene._call_in,
    "hangup": Scene._hang_up,
    "press": Scene._press,
    "broadcast": Scene._broadcast,
    "sent": Scene._sent,
    "unknown": Scene._unknown,
    "answer": Scene._answer,
    "phone": Scene._phone,
    "ussd": Scene._ussd,
    "fault": Scene._fault,
    "events": Scene._events,
    "advance": Scene._advance,
    "state": Scene._state,
    "help": lambda scene, rest: [{"help": HELP.splitlines()}],
}
