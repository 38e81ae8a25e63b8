"""The scene in a thread of its own, paced by the wall clock; told what to do, tells what happened.

Nothing here waits for a browser: `publish(frame)` hands over and returns. What the page shows is what the firmware did.
"""

import contextlib
import queue
import threading
import time
from collections import deque

from tools.simulator.board.board import BoardError
from tools.simulator.box import (
    ALARM,
    BUTTON,
    DAY,
    LED_GSM,
    LED_OUT,
    LED_POWER,
    MAINS,
    MINUTE,
    RELAY,
    Box,
)
from tools.simulator.modem import trace
from tools.simulator.page import stories
from tools.simulator.page.actions import PHONES, WITHHELD, Actions
from tools.simulator.room.room import Room

FRAME_S = 0.04
DAYLIGHT = range(8, 17)  # hours; at others the scene begins at ten, so that one sees it
READ_S, READ_LETTER_S = 1.5, 0.04  # to read a caption
KEPT = {"text": 500, "call": 100, "log": 600, "at": 600, "relay": 50, "note": 20}  # events that a page finds after a reload
STEP_MS = 10 * MINUTE  # of a jump, between two looks at what is to be done


def _zone_s(local) -> int:
    return -(time.altzone if local.tm_isdst > 0 else time.timezone)


def in_daylight(local) -> str:
    """This moment in UTC, or ten in the morning when it is dark."""
    seconds = time.mktime(local)
    if local.tm_hour not in DAYLIGHT:
        seconds += (10 - local.tm_hour) * 3600 - local.tm_min * 60
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


class Stage(Actions):
    """Runs until `close`. `do(action)`: a dictionary with `do` and what it needs; wrong ones are answered by an event."""

    def __init__(self, publish, start=None, pace=1.0):
        """publish(frame); start: UTC, `2026-01-31 12:00:00`; pace: so many times faster than its clock says, for tests."""
        self.publish = publish
        self._pace = pace
        self._kept = {kind: deque(maxlen=count) for kind, count in KEPT.items()}
        self._count = 0
        self._actions = queue.Queue()
        self._open = True
        self.speed, self.paused, self.jumping = 1, False, False
        self.story = None  # the one that plays
        self.told = 0.0  # seconds of stories
        self.caption = ""
        self._caption_seen = ("", 0.0)  # the caption, since `told` seconds
        self.error = ""
        self._start = start
        self._last = None
        self._fresh = []
        self._rest = 0.0  # of a virtual millisecond
        self._new_box()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self):
        """Let time begin."""
        self._thread.start()

    def close(self):
        """End it."""
        self._open = False
        self._thread.join()
        self.box.close()

    def do(self, action):
        """From any thread: have something done."""
        self._actions.put(action)

    # -- the box -------------------------------------------------------------------------------------------------

    def _new_box(self, on=True):
        self.box = box = Box(start=self._start or in_daylight(time.localtime()))
        box.network.zone_quarters = _zone_s(time.localtime()) // 900
        self.load, self.rain = "lamp", False
        self.room = Room(lambda: self.load == "heater" and self.powered())
        box.thermometer.celsius = self.room.celsius
        box.network.on_text = lambda phone, message: self._text(phone.number, message)
        box.network.on_delivered = self._delivered
        box.board.on_line = self._line
        box.line.trace = self._at
        box.pin_hooks.append(self._pin)
        self._told = {}  # id(call) -> the state that was told; phones keep their calls
        self._texts = {}  # id(message) -> number of its event
        if on:
            box.on(ready=False)

    def powered(self) -> bool:
        """The outlet has voltage."""
        return self.box.board.pins[MAINS] == 1 and self.box.relay.on

    def clock(self) -> str:
        """The local time, as people write it."""
        return f"{self.box.network.local():%Y-%m-%d %H:%M:%S}"

    # -- what happens --------------------------------------------------------------------------------------------

    def event(self, kind, **what):
        """Keep something for the pages."""
        self._count += 1
        found = {"n": self._count, "kind": kind, "at": self.clock(), **what}
        if kind in self._kept:
            self._kept[kind].append(found)
        self._fresh.append(found)
        return self._count

    def _text(self, number, message):
        if message.outgoing:
            self._texts[id(message)] = self.event("text", phone=number, out=True, text=message.text, state="sent"), message
        else:
            self.event("text", phone=number, out=False, text=message.text, state="")
            self.jumping = False

    def _delivered(self, message):
        n, _ = self._texts.pop(id(message), (None, None))
        for found in self._kept["text"]:
            if found["n"] == n:
                found["state"] = "delivered"
                self.event("tick", of=n)
                return

    @property
    def events(self) -> list:
        """All that is kept, in order."""
        return sorted((found for kept in self._kept.values() for found in kept), key=lambda found: found["n"])

    def _line(self, text):
        self.event("log", text=text)

    def _at(self, way, octets):
        if octets.strip():
            self.event("at", way=way, text=trace.readable(octets))

    def _pin(self, gpio, level, at):
        if gpio == RELAY:
            self.event("relay", on=bool(level))
            self.jumping = False

    # -- time ----------------------------------------------------------------------------------------------------

    def _live(self):
        last = time.monotonic()
        while self._open:
            time.sleep(max(0.0, FRAME_S - (time.monotonic() - last)))
            now = time.monotonic()
            elapsed, last = min(now - last, 5 * FRAME_S), now  # a slow machine falls behind instead of catching up
            try:
                self._obey()
                self._advance(elapsed * self._pace)
                self.told += elapsed * self._pace if self.story else 0
                self._follow_calls()
            except BoardError as error:
                self.error = str(error)
                self.paused = True
            self._show()

    def _obey(self):
        while True:
            try:
                action = self._actions.get_nowait()
            except queue.Empty:
                return
            try:
                self.do_now(action)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                self.event("note", text=f"Not done: {error}")

    def _reading(self) -> bool:
        """The story's caption has not been there long enough to be read."""
        if self.caption != self._caption_seen[0]:
            self._caption_seen = (self.caption, self.told)
        return self.told - self._caption_seen[1] < READ_S + READ_LETTER_S * len(self.caption)

    def _advance(self, elapsed):
        box = self.box
        if self.jumping:
            box.run(STEP_MS, lambda: not self.jumping)
            self._jumped += STEP_MS
            self.jumping = self.jumping and self._jumped < DAY
            return
        if self.paused:
            return
        self._rest += elapsed * 1000 * self.speed
        end = box.world.now + int(self._rest)
        self._rest %= 1
        while self.story and not self._wait_for_the_story(end):
            if self._reading():
                self._rest, end = 0.0, min(end, box.world.now + int(elapsed * 1000))  # no night passes meanwhile
                break
            self.story.next()
            if box is not self.box:
                return
        box.run(max(0, end - box.world.now))

    def _wait_for_the_story(self, end) -> bool:
        """Until its step is done, or until `end`: then True."""
        playing, box = self.story, self.box
        playing.done = playing.done or box.run(max(0, min(end, playing.until) - box.world.now), playing.condition)
        return not playing.done and box.world.now < playing.until

    def _follow_calls(self):
        for number, call in self.calls():
            if call.state != self._told.get(id(call)):
                self.jumping = self.jumping and id(call) in self._told
                self._told[id(call)] = call.state
                self.event("call", phone=number or WITHHELD, incoming=not call.incoming, state=call.state, why=call.why)

    def calls(self):
        """(number, call) of every call there has been."""
        return [(number, call) for number, phone in self.box.network.phones.items() for call in phone.calls]

    # -- what is shown -------------------------------------------------------------------------------------------

    def state(self) -> dict:
        """Everything that the page shows now, but the events."""
        box = self.box
        pins, modem, network = box.board.pins, box.modem, box.network
        return {
            "clock": self.clock(),
            "speed": self.speed,
            "paused": self.paused,
            "jumping": self.jumping,
            "plugged": box.board.running,
            "relay": box.relay.on,
            "powered": self.powered() and box.board.running,
            "leds": {name: bool(pins.get(gpio)) for name, gpio in (("out", LED_OUT), ("gsm", LED_GSM), ("power", LED_POWER))},
            "button": pins.get(BUTTON) == 0,
            "mains": pins[MAINS] == 1,
            "contact": pins[ALARM] == 0,
            "sensor": bool(box.thermometer.roms),
            "load": self.load,
            "rain": self.rain,
            "room": round(self.room.celsius(box.world.now), 1),
            "outside": round(self.room.outside(box.world.now), 1),
            "network": network.up,
            "weak": network.rssi < 10,
            "registered": modem.registered == 1,
            "deaf": modem.deaf,
            "modem": modem.power != "off",
            "full": len(modem.store) >= modem.capacity,
            "stored": len(modem.store),
            "credit": network.refuse_with is None,
            "number": network.device_number,
            "phones": [{"number": number, "name": name} for number, name in PHONES.items()],
            "calls": [
                {"phone": number or WITHHELD, "incoming": not call.incoming, "state": call.state}
                for number, call in self.calls()
                if call.state != "ended"
            ],
            "stories": [{"name": name, "title": row.title, "about": row.about} for name, row in stories.STORIES.items()],
            "story": self.story.name if self.story else "",
            "caption": self.caption,
            "error": self.error,
        }

    def _show(self):
        state = self.state()
        fresh, self._fresh = self._fresh, []
        changed = {key: value for key, value in state.items() if self._last is None or self._last.get(key) != value}
        if changed or fresh:
            self.publish({"state": changed, "events": fresh})
        self._last = state

    def snapshot(self) -> dict:
        """All there is, for a page that comes. Called on the server's thread; what it lacks comes with the next frame."""
        for _ in range(5):
            with contextlib.suppress(RuntimeError):  # the events grow meanwhile
                return {"state": self._last or self.state(), "events": self.events, "whole": True}
        return {"state": self._last or {}, "events": [], "whole": True}
