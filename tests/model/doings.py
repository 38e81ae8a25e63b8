"""What may happen to the box, and to the model with it: texts, calls, button, room, mains, network, modem."""

import random

from tools.simulator.box import ROM
from tools.simulator.network import sms

from . import known
from .bench import NAMES, PATIENCE, Bench
from .commands import QUESTIONS
from .values import dialled

SLOW = 120_000


class Doings(Bench):
    """do_word(...) for each kind of step."""

    # -- texts ---------------------------------------------------------------------------------------------------

    def send(self, sender, text, how):
        """Send a text after its gap. Its arrival."""
        since = self.now - self.sent.get((sender, text), -10_000)
        gap = max(how["gap"], 1200 - since)  # a time stamp has seconds: the same text in the same second is a repetition
        if gap:
            self.run(gap)
        self.sent[sender, text] = self.now
        if how.get("lost"):
            self.say("box.modem.lose_cmti += 1")
            self.box.modem.lose_cmti += 1
        more = {"twice": True} if how.get("twice") else {}
        parts = -(-len(text) // 153) if len(text) > 160 and text.isascii() else 1
        if parts > 1 and "shuffle" in how:
            more["order"] = random.Random(how["shuffle"]).sample(range(1, parts + 1), parts)
        shown = "".join(f", {key}={value!r}" for key, value in more.items())
        if sender in NAMES:
            self.say(f"{NAMES[sender]}.texts({text!r}{shown})")
        else:
            self.say(f"box.network.send_to_device({sender!r}, {text!r}{shown})")
        if sender.startswith("name:"):
            self._from_name(sender.removeprefix("name:"), text)
        elif sender.removeprefix("+").isdigit():
            self.box.network.phone(sender).texts(text, **more)
        else:
            self.box.network.send_to_device(sender, text, **more)
        self.last_arrival = self.now + 1000
        return self.last_arrival

    def _from_name(self, name, text):
        """From a name that is made of digits: the type of number says so."""
        network = self.box.network
        packed = sum(ord(letter) << 7 * at for at, letter in enumerate(name)).to_bytes((7 * len(name) + 7) // 8, "little")
        for number, pdu in enumerate(sms.deliver("+12", text, network.local(), self.now % 256)):
            pdu = pdu[:1] + bytes(((7 * len(name) + 3) // 4, 0xD0)) + packed + pdu[4:]
            if number == 0:
                self.told[-1] = f"box.network.send_pdu(bytes.fromhex({pdu.hex()!r}))  # {text!r} from the name {name}"
            else:
                self.say(f"box.network.send_pdu(bytes.fromhex({pdu.hex()!r}))")
            network.send_pdu(pdu)

    def do_texts(self, texts):
        """A few texts, one after another."""
        rows = [(self.send(*row), row) for row in texts]
        if len(rows) == 1:
            self._tried(rows[0][1][1])
        done = max(self.take_in(), rows[-1][0])
        self.worlds.apply(lambda one: self.hear(one, rows, done))

    def do_probe(self):
        """Somebody who may asks for every setting."""
        one = self.worlds.devices[0]
        asker = next(iter(one.listed), None) if one.settings["SECLIST"] == "ON" else "358401111111"
        if asker is None or asker in one.ignored or len(one.errors.get("+" + asker, ())) >= 5:
            return
        words = sorted(QUESTIONS)
        sender = dialled(asker)
        for at in range(0, len(words), 9):
            text = (one.settings["PASSWORD"] or "") + ";".join(word + "?" for word in words[at : at + 9])
            self.do_texts([(sender, text, {"gap": 12_000})])

    def do_mixed(self, texts, delay, extra):
        """Texts, and something else in the middle."""
        rows = [(self.send(*row), row) for row in texts]
        self.run(delay)
        at = self.now
        event = {"call": self._call, "press": self._press, "contact": self._move}[extra[0]](*extra[1:])
        end = self.event_end
        done = max(self.take_in(), rows[-1][0])
        if event is None:
            self.worlds.apply(lambda one: self.hear(one, rows, done))
            return
        self.worlds.split(
            *(
                self._around(rows, cut, (at, end), done, event)
                for cut in range(len(rows) + 1)
                if all(row[0] <= end for row in rows[:cut])
            )
        )

    def _around(self, rows, cut, at, done, event):
        def act(one):
            self.hear(one, rows[:cut], at[1])
            one.advance(at)
            event(one)
            self.hear(one, rows[cut:], max(done, at[1]), at[0])

        return act

    # -- other events --------------------------------------------------------------------------------------------

    def _call(self, number):
        """A phone rings for up to 20 s. What the model is to do, None if the call did not get through."""
        phone = self.box.network.phone(number or "+358401111111")
        name = NAMES.get(phone.number, f"box.phone({phone.number!r})")
        self.say(f"call = {name}.phone.call({'' if number else repr('')})")
        call = phone.call(None if number else "")
        if call.why == "unreachable":
            return None
        self.run(20_000, lambda: call.state == "ended")
        self.event_end = self.now + 500
        self.say(f"{name}.phone.hang_up(call)")
        phone.hang_up(call)
        self.run(1000)
        self.last_out = self.now
        self.rings.append(call.why == "device")
        return lambda one: one.ring(number)

    def do_call(self, number):
        """A call."""
        at = self.now
        event = self._call(number)
        if event:
            self.worlds.apply(lambda one: (one.advance((at, self.now)), event(one)))

    def _press(self):
        self.say("box.press()")
        self.box.press()
        self.run(300)
        self.event_end = self.now
        return lambda one: one.press()

    def do_phone(self, number, answers_after, refuses):
        """A phone that answers after so long, or refuses."""
        phone = self.box.network.phone(number)
        name = NAMES.get(number, f"box.phone({number!r})")
        self.say(f"{name}.phone.answers_after, {name}.phone.refuses = {answers_after}, {refuses}")
        phone.answers_after, phone.refuses = answers_after, refuses
        self.worlds.apply(lambda one: one.answering.update({number: answers_after is not None and not refuses}))

    def do_press(self):
        """A short press."""
        at = self.now
        event = self._press()
        self.worlds.apply(lambda one: (one.advance((at, self.now)), event(one)))

    def do_hold(self):
        """Ten seconds on the button."""
        starts = self.box.board.starts
        self.say("box.press(12_000)")
        self.box.press(12_000)
        at = self.now
        self.run(40_000, lambda: self.box.board.starts > starts)
        self.say("box.wait_ready()")
        self.box.wait_ready()
        self.worlds.apply(lambda one: (one.advance((at, self.now)), one.factory_reset()))

    def do_temp(self, celsius):
        """Another temperature; not exactly a limit (SPEC: `crossed`)."""
        limits = {one.settings[word] for one in self.worlds.devices for word in ("TRISEALERT", "TFALLALERT")}
        if celsius is not None and celsius in limits:
            celsius += 0.25
        thermometer = self.box.thermometer
        if celsius is None:
            self.say("box.thermometer.roms = []")
            thermometer.roms = []
        else:
            self.say(f"box.thermometer.roms, box.thermometer.celsius = [ROM], {celsius}")
            thermometer.roms, thermometer.celsius = [ROM], celsius
        self.simply(lambda one: one.set_temp(celsius))
        self.run(15_000)

    def do_contact(self, moves):
        """Close, wait, open."""
        for move in moves:
            if isinstance(move, bool):
                self.simply(self._move(move))
            else:
                self.run(move)

    def _move(self, closed):
        self.say(f"box.contact({closed})")
        self.box.contact(closed)
        self.event_end = self.now + 300
        return lambda one: one.set_contact(closed)

    def do_wait(self, ms):
        """Time passes."""
        self.run(ms)

    def do_mains(self, ms, texts):
        """The mains fail for so long; the cell goes on. Texts that come then are executed in the dark, or when the mains are back."""
        self.run(15_000)
        self.say("box.mains(False)")
        self.box.mains(False)
        self.simply(lambda one: one.set_mains(False), 100)
        self.run(ms)
        if ms > 10_000:
            self.run(PATIENCE, lambda: self.box.modem.power == "off")
        rows = [(self.send(*row), row) for row in texts if ms > 10_000]
        at = self.now
        self.say("box.mains(True)")
        self.box.mains(True)
        self.run(15_000)
        self.say("box.wait_ready()")
        self.box.wait_ready()
        done = max(self.take_in(), at + 3000)
        self.worlds.split(*(self._back(rows, count, at, done) for count in range(len(rows) + 1)))

    def _back(self, rows, count, at, done):
        def act(one):
            self.hear(one, rows[:count], at)
            one.advance((at, at + 3000))
            one.set_mains(True)
            self.hear(one, rows[count:], done, at)

        return act

    def do_refuse(self, code, ms, texts):
        """The network takes no text for a while (R15.2: waited out, with growing delays up to an hour)."""
        self.say(f"box.network.refuse_with = {code}")
        self.box.network.refuse_with = code
        rows = [(self.send(*row), row) for row in texts]
        self.run(ms)
        self.say("box.network.refuse_with = None")
        self.box.network.refuse_with = None
        self._late_texts(rows)
        self.slow_until = self.now + 40 * SLOW

    def do_hostile(self, key, how, texts):
        """The modem misbehaves at one command, a few times."""
        modem = self.box.modem
        if not hasattr(modem, "hostile") or (15 in known.PASSED and key == "+CMGD" and how[0] == "late"):
            return self.do_texts(texts)
        self.say(f"box.modem.hostile[{key!r}] = {how!r}")
        modem.hostile[key] = how
        self.double = key == "Ctrl-Z" and how[0] != "error"  # the device cannot know that the network took it
        self._late_texts([(self.send(*row), row) for row in texts])
        self.slow_until = self.now + 5 * SLOW
        self.run(2 * SLOW, lambda: key not in modem.hostile)
        self.say("box.modem.hostile.clear()")
        modem.hostile.clear()
        return None

    def _late_texts(self, rows):
        self.disorder = True  # a refused reply is tried again later
        done = max(self.take_in(), rows[-1][0])
        self.worlds.apply(lambda one: self.hear(one, rows, done))

    def do_modem(self):
        """The modem restarts."""
        self.say("box.modem.restart()")
        self.box.modem.restart()
        self.slow_until = self.now + SLOW

    def do_outage(self, ms):
        """No network for a while."""
        self.say("box.network.go_down()")
        self.box.network.go_down()
        self.simply(lambda one: one.set_network(False))
        self.run(ms)
        self.say("box.network.come_up()")
        self.box.network.come_up()
        self.simply(lambda one: one.set_network(True))
        self.slow_until = self.now + SLOW
