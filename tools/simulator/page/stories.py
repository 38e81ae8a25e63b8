"""Ready-made stories: each is a generator that does something, says what, and yields what it waits for.

A number is so many virtual ms; a function is awaited until it is true, for ten minutes at most.
"""

import datetime as dt
from typing import NamedTuple

from tools.simulator.box import BOSS, FAMILY, HOUR, MINUTE, STRANGER

PATIENCE_MS = 10 * MINUTE
S = 1000


class Playing:
    """A story under way."""

    def __init__(self, stage, name):
        self.name = name
        self._stage = stage
        self._steps = STORIES[name].play(stage)
        self.condition = None
        self.until = 0
        self.done = False  # what it waits for has come

    def next(self):
        """Do the next step."""
        try:
            step = next(self._steps)
        except StopIteration:
            self._stage.end_story()
            return
        self.done = False
        self.condition = step if callable(step) else None
        self.until = self._stage.box.world.now + (PATIENCE_MS if callable(step) else int(step))


def _text(stage, number, text):
    """Send a text; the condition that it was answered."""
    phone = stage.box.phone(number).phone
    count = len(phone.inbox)
    stage.do_now({"do": "text", "phone": number, "text": text})
    return lambda: len(phone.inbox) > count


def _alert(stage, begins, number=BOSS):
    """The condition that a text that begins so has arrived."""
    phone = stage.box.phone(number).phone
    count = len(phone.inbox)
    return lambda: any(message.text.startswith(begins) for message in phone.inbox[count:])


def _begin_at(stage, hour, weekday=None):
    """Let the story begin at this hour (local time), on the next such day (0: Monday)."""
    network = stage.box.network
    begin = network.local().replace(hour=hour, minute=0, second=0)
    while weekday is not None and begin.weekday() != weekday:
        begin += dt.timedelta(days=1)
    network.set_time(f"{begin.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}")


def first_start(stage):
    """Plug in, become the boss, switch."""
    stage.caption = "A new box is plugged in. POWER and OUT blink three times; then it looks for its modem and the network."
    stage.do_now({"do": "plug", "on": True})
    stage.speed = 3
    yield lambda: stage.box.modem.registered == 1
    yield 6 * S
    stage.caption = (
        "It is in the network: GSM blinks every 3 s. Its owner texts MAKEMEBOSS: from now on it listens to this phone alone."
    )
    stage.speed = 2
    yield _text(stage, BOSS, "MAKEMEBOSS")
    yield 5 * S
    stage.caption = "ON switches the lamp, and the reply comes once it is on."
    yield _text(stage, BOSS, "ON")
    yield 5 * S
    stage.caption = "STATUS tells how it is."
    yield _text(stage, BOSS, "STATUS")
    yield 6 * S
    stage.caption = "A stranger tries. Nothing happens, and no answer tells him that there is anything."
    _text(stage, STRANGER, "OFF")
    yield 15 * S
    stage.caption = "OFF10 would switch it off for ten seconds; HELP lists everything. Now it is your turn."
    yield 5 * S


def frosty_weekend(stage):
    """The thermostat keeps the cabin from freezing."""
    _begin_at(stage, 17, weekday=4)
    stage.load = "heater"
    stage.room.cold = -20.0
    stage.room.set(9.0)
    stage.quick("MAKEMEBOSS", "SWITCHOFFTEMP=5C", "TFALLALERT=2C")
    stage.caption = "Friday evening, and it freezes. The cabin is left at 9 C; the heater is on the socket."
    stage.speed = 3
    yield 12 * S
    stage.caption = "THERMOSTATON: from now on the socket keeps the room at 5 C, whatever the weather."
    yield _text(stage, BOSS, "THERMOSTATON")
    yield 9 * S
    stage.caption = "The night passes. The heater comes on whenever the room falls below 5 C, and goes off again."
    stage.speed = 5400
    yield 15 * HOUR
    stage.caption = "Saturday morning. Friends are coming: SWITCHOFFTEMP=20C from the train."
    stage.speed = 3
    yield _text(stage, BOSS, "SWITCHOFFTEMP=20C")
    yield 9 * S
    stage.speed = 2400
    yield 4.5 * HOUR
    stage.speed = 3
    stage.caption = "It is warm when they arrive."
    yield _text(stage, BOSS, "TEMPERATURE")
    yield 9 * S


def break_in(stage):
    """The door opens while the alarm is on."""
    _begin_at(stage, 21)
    stage.quick("MAKEMEBOSS", f"SECNUMBER+{FAMILY[1:]}", f"ALERTNUMBER+{FAMILY[1:]}", "RELAYTIME=ON60")
    stage.do_now({"do": "contact", "closed": False})
    stage.speed = 2
    stage.caption = "Everybody goes home. ALARMON: from now on the door contact is watched."
    yield _text(stage, BOSS, "ALARMON")
    yield 10 * S
    stage.caption = "Night. POWER blinks once a second: the alarm is on."
    yield 12 * S
    stage.caption = "The door opens! The lamp goes on for a minute, and both alert numbers get a text."
    alarm = _alert(stage, "ALARM!", FAMILY)
    stage.do_now({"do": "contact", "closed": True})
    yield alarm
    yield 8 * S
    stage.do_now({"do": "contact", "closed": False})
    stage.caption = "SHOWALARMLOG: when was it?"
    yield _text(stage, BOSS, "SHOWALARMLOG")
    yield 9 * S
    stage.caption = "ALARMOFF ends it."
    yield _text(stage, BOSS, "ALARMOFF")
    yield 8 * S


def power_cut(stage):
    """The mains fails; a cell carries the message out."""
    stage.load = "freezer"
    stage.quick("MAKEMEBOSS", "POWERSTATE=REMEMBER", "ON")
    stage.speed = 2
    stage.caption = "The freezer runs on this socket. Its owner is far away."
    yield 10 * S
    stage.caption = "A tree falls on the line: the mains fails. The small cell inside lasts long enough to tell."
    alert = _alert(stage, "ALERT! Power supply FAILURE")
    stage.do_now({"do": "mains", "on": False})
    yield alert
    yield 8 * S
    stage.caption = "Then it switches its modem off and sleeps. Two hours pass."
    stage.speed = 600
    yield 2 * HOUR
    stage.speed = 4
    stage.caption = "The power is back: the freezer is on again, as it was, and the owner knows."
    alert = _alert(stage, "Power supply restored")
    stage.do_now({"do": "mains", "on": True})
    yield alert
    yield 12 * S


def flooded_cellar(stage):
    """A float switch calls, and the pump runs; the operator has an outage."""
    stage.load, stage.rain = "pump", True
    stage.quick("MAKEMEBOSS", f"ALERTNUMBER+{FAMILY[1:]}", "ALERT=SMSCHANGE", "RELAYTIME=ON", "ALARMON")
    stage.speed = 2
    stage.caption = "A float switch in the cellar is the alarm contact, the pump is on the socket."
    yield 10 * S
    stage.caption = "It rains for days, and the mobile network fails as well."
    stage.do_now({"do": "network", "up": False})
    yield 12 * S
    stage.caption = "The water rises. Without any network the pump starts at once: the rule is in the box."
    stage.do_now({"do": "contact", "closed": True})
    yield 12 * S
    stage.caption = "It pumps for as long as the water is high: RELAYTIME=ON has no end of its own."
    stage.speed = 300
    yield 25 * MINUTE
    stage.caption = "The network is back. The alert was kept, and goes out now, with the time it happened."
    stage.speed = 4
    alert = _alert(stage, "ALARM!")
    stage.do_now({"do": "network", "up": True})
    yield alert
    yield 10 * S
    stage.rain = False
    stage.caption = "The water is gone: with SMSCHANGE the pump stops at once, and everybody is told."
    alert = _alert(stage, "ALARM: Sensor back to normal", FAMILY)
    stage.do_now({"do": "contact", "closed": False})
    yield alert
    yield 12 * S


def frost_guard(stage):
    """Somebody switches the heater off, and the frost guard does not let the pipes freeze."""
    _begin_at(stage, 18)
    stage.load = "heater"
    stage.room.cold = -15.0
    stage.room.set(9.0)
    stage.quick("MAKEMEBOSS", "ID=Cabin", "FROSTGUARD=5C", "ON")
    stage.caption = "January. FROSTGUARD=5C is set: below 5 C the heater goes on, whatever switched it off."
    stage.speed = 3
    yield 10 * S
    stage.caption = "The last guest texts OFF, and nobody thinks of the pipes."
    yield _text(stage, BOSS, "OFF")
    yield 8 * S
    stage.caption = "The cabin cools down. At 5 C the guard switches the heater on, and its owner is told, once."
    stage.speed = 1800
    yield 5 * HOUR
    stage.speed = 3
    yield 5 * S
    stage.caption = "All night it is kept between 5 and 6 C. The last command was OFF, so it is off above that."
    stage.speed = 3600
    yield 9 * HOUR
    stage.speed = 3
    stage.caption = "STATUS in the morning."
    yield _text(stage, BOSS, "STATUS")
    yield 10 * S


class Row(NamedTuple):
    """A story of the list."""

    title: str
    about: str
    play: object


STORIES = {
    "first_start": Row("First start", "Plug in, become the boss, switch a lamp.", first_start),
    "frosty_weekend": Row("Frosty weekend", "The thermostat keeps the cabin from freezing.", frosty_weekend),
    "frost_guard": Row("Frost guard", "Somebody switches the heater off in January.", frost_guard),
    "break_in": Row("Break-in", "The door opens while the alarm is on.", break_in),
    "power_cut": Row("Power cut", "The mains fails, a cell carries the message out.", power_cut),
    "flooded_cellar": Row("Flooded cellar", "A float switch starts the pump in a network outage.", flooded_cellar),
}
