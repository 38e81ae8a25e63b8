"""What the page's visitors can do: to phones, socket, time, network and modem. Wrong ones raise ValueError or KeyError."""

import datetime as dt

from tools.simulator.box import BOSS, BUTTON, FAMILY, MINUTE, ROM, STRANGER
from tools.simulator.modem import calls
from tools.simulator.page import stories

WITHHELD = "withheld"
PHONES = {BOSS: "Boss", FAMILY: "Family", STRANGER: "Stranger", WITHHELD: "Withheld"}
LOADS = ("lamp", "heater", "freezer", "pump")  # what is on the socket; with the pump the contact is a float switch
MOST_SPEED = 7200
WORD_LIMIT = 1000  # letters of a text
HOLD_MS = 10_500  # of the hidden button
CREDIT_GONE = 38  # the operator's +CMS ERROR for a card without credit


class Actions:
    """The part of the stage that is told what to do: `_do_` and the word of the action."""

    def do_now(self, action):
        """Do it, on the stage's thread."""
        getattr(self, "_do_" + str(action.get("do")), self._do_nothing)(action)

    # -- what is done: phones ------------------------------------------------------------------------------------

    def _do_nothing(self, action):
        raise ValueError(f"nobody knows how to do {action.get('do')!r}")

    def _phone(self, action):
        number = action["phone"]
        if number not in PHONES:
            raise ValueError(f"no phone {number}")
        return self.box.network.phone("" if number == WITHHELD else number)

    def _do_text(self, action):
        text = str(action["text"])
        if not text.strip() or len(text) > WORD_LIMIT:
            raise ValueError(f"a text has 1 to {WORD_LIMIT} letters")
        phone = self._phone(action)
        if not phone.number:
            raise ValueError("a withheld number can call, but not text")
        phone.texts(text)
        self._text(phone.number, phone.history[-1])

    def _do_call(self, action):
        withheld = action["phone"] == WITHHELD
        self._phone(action).call(clip="" if withheld else None)

    def _running_call(self, action):
        for call in self._phone(action).calls:
            if call.state != "ended":
                return call
        raise ValueError("no call")

    def _do_hang(self, action):
        self._phone(action).hang_up(self._running_call(action))

    def _do_answer(self, action):
        calls.answer_call(self.box.modem, self._running_call(action))

    def _do_refuse(self, action):
        calls.refuse_call(self.box.modem, self._running_call(action))

    # -- the socket ----------------------------------------------------------------------------------------------

    def _do_button(self, action):
        self.box.board.set_input(BUTTON, 0 if action["down"] else 1)

    def _do_hold(self, action):
        board, world = self.box.board, self.box.world
        board.set_input(BUTTON, 0)
        world.after(HOLD_MS, lambda: board.set_input(BUTTON, 1))

    def _do_mains(self, action):
        self.box.mains(bool(action["on"]))

    def _do_contact(self, action):
        self.box.contact(bool(action["closed"]))

    def _do_sensor(self, action):
        self.box.thermometer.roms = [ROM] if action["on"] else []

    def _do_load(self, action):
        if action["load"] not in LOADS:
            raise ValueError("one of " + " ".join(LOADS))
        self.load = action["load"]

    def _do_weather(self, action):
        self.room.cold = max(-40.0, min(30.0, float(action["celsius"]))) - (
            self.room.outside(self.box.world.now) - self.room.cold
        )

    def _do_rain(self, action):
        self.rain = bool(action["on"])

    def _do_plug(self, action):
        if action["on"] and not self.box.board.running:
            self.box.mains(True)
            self.box.restart(ready=False)
        elif not action["on"]:
            self.box.cut_power()

    # -- time and faults -----------------------------------------------------------------------------------------

    def _do_speed(self, action):
        speed = float(action["times"])
        if not 0 < speed <= MOST_SPEED:
            raise ValueError(f"a speed is up to {MOST_SPEED}")
        self.speed, self.paused, self.jumping = speed, False, False

    def _do_pause(self, action):
        self.paused, self.jumping = bool(action["on"]), False

    def _do_jump(self, action):
        self.jumping, self.paused, self._jumped = True, False, 0

    def _do_date(self, action):
        network = self.box.network
        local = dt.datetime.fromisoformat(str(action["local"])).replace(tzinfo=network.local().tzinfo)
        network.set_time(f"{local.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}")
        self.box.modem.send_time()

    def _do_network(self, action):
        self.box.network.come_up() if action["up"] else self.box.network.go_down()

    def _do_weak(self, action):
        self.box.network.rssi = 4 if action["on"] else 23

    def _do_credit(self, action):
        self.box.network.refuse_with = None if action["on"] else CREDIT_GONE

    def _do_deaf(self, action):
        self.box.modem.deaf = bool(action["on"])

    def _do_modem(self, action):
        self.box.modem.restart()

    def _do_full(self, action):
        modem = self.box.modem
        if not action["on"]:
            modem.store.clear()
            self.box.network.flush()
            return
        modem.fill()

    # -- stories -------------------------------------------------------------------------------------------------

    def _do_story(self, action):
        if action["name"] not in stories.STORIES:
            raise ValueError("no such story")
        self._again()
        self.story = stories.Playing(self, action["name"])

    def _do_stop(self, action):
        self.end_story()

    def _do_dismiss(self, action):
        self.caption = ""

    def _do_reset(self, action):
        self._again()
        self.box.on(ready=False)

    def _again(self):
        """A factory-new box, not plugged in; the phones are empty again."""
        self.box.close()
        for kept in self._kept.values():
            kept.clear()
        self._new_box(on=False)
        self.speed, self.paused, self.jumping = 1, False, False
        self.story, self.caption, self.error = None, "", ""
        self.event("again")

    def end_story(self):
        """It has been told; time goes on."""
        self.story = None
        self.speed = 1

    def quick(self, *texts):
        """For stories: plugged in, with these texts of the boss answered, before anybody looks."""
        self.box.on()
        for text in texts:
            self._do_text({"phone": BOSS, "text": text})
            count = len(self.box.boss.phone.inbox)
            self.box.run(2 * MINUTE, lambda count=count: len(self.box.boss.phone.inbox) > count)
