"""Host lines and bodies that no program would send: the simulated modem must take them all. Seeded; by hand for long:

uv run python tests/fuzz_modem.py 1000000 [SEED]
"""

import gc
import random
import sys
import tracemalloc
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.simulator.modem.alone import Alone
from tools.simulator.modem.charsets import NAMES
from tools.simulator.modem.commands import COMMANDS
from tools.simulator.modem.commands.run import MOST_UNKNOWN
from tools.simulator.modem.profiles import PROFILES
from tools.simulator.network import alphabet, pdu

_NAMES = sorted(COMMANDS)
_PIECES = (
    "?", "=?", "=", "=0", "=1", "=2", "=1,1", "=2,1", "=99", "=-1", '=""', '="', '="SM"', '="SM","ME","MT"', '="ALL"', '="DEL READ"',
    '="+358401111111"', '="002B0033"', '="*100#",15', "=160", "=13", "=0,4", "=2,2,0,1,0", "=1,2,0,1,1", "=49,167,0,8", "=17,167,0,16",
    '="UCS2"', '="HEX"', '="GSM"', '="8859-1"', "=,,,", "=1;+CSQ", ";", '="26/01/01,00:00:00+08"', "=1,\"x\",145,\"y\"", "=\"\x00\xff\"",
)  # fmt: skip
_TEXTS = ("Hello", "a€b", "Привет", "x" * 161, "\r\nOK\r\n", "\x00\x1b", '"', "", "😀", "+CMGL: 1")
_SENDERS = ("+358401111111", "0401234567", "2424", "", "Operator")
_MODES = ("AT+CMGF=0", "AT+CMGF=1", "AT+CSDH=1", "AT+CMEE=0", "AT+CMEE=1", "AT+CMEE=2", "ATE1", "ATE0", "ATV0", "ATV1", "ATQ1", "ATQ0",
          "AT+CNMI=2,1,0,1,0", "AT+CNMI=2,2,2,1,0", "AT+CNMI=0,2,0,0,0", "AT+CLCC=1", "AT+COLP=1", "AT+CUSD=1", "AT+CSMP=49,167,0,0",
          "AT+CSMP=17,167,0,8", "AT+CSMP=81,167,0,0", "AT+CFUN=0", "AT+CFUN=1", "AT+CREG=2", "AT+CPMS=\"ME\",\"ME\",\"ME\"")  # fmt: skip
_HOSTILE = ("error", "error CMS 320", "error ERROR", "ok", "silent", "late", "late 30", "lost")


class Fuzz:
    """One modem and what is thrown at it."""

    def __init__(self, seed):
        self.tpdu = b""  # what the prompt wants, when it is of PDU mode
        self.rng = random.Random(seed)
        self.lines = self.wrong = self.done = self.bodies = self.sent = 0
        self._renew()

    def _renew(self):
        self.sent += len(self.alone.network.submitted) if self.lines else 0
        self.alone = Alone(self.rng.choice(list(PROFILES.values())))
        self.alone.modem.delays = {}
        self.alone.modem.asks_pin = self.rng.random() < 0.05
        self._watch(self.alone.modem)

    def _watch(self, modem):
        """Count every OK to a line in which something was not known."""
        known, answer = [0], modem.answer

        def before(text):
            known[0] = len(modem.unknown)

        def watched(lines, final, *how):
            self.done += final == "OK"
            if final == "OK" and MOST_UNKNOWN > len(modem.unknown) > known[0]:
                self.wrong += 1
            answer(lines, final, *how)

        modem.hear_hook, modem.answer = before, watched

    def go(self, count):
        """So many lines."""
        while self.lines < count:
            if self.lines % 400 == 399:
                self._renew()
            self._one()

    def _one(self):
        rng = self.rng
        dice = rng.random()
        if dice < 0.04:
            self._world()
        line = self._line(dice)
        heard = self.alone.raw(line, rng.choice((5, 20, 60)))
        self.lines += 1
        if b"> " in heard[-3:]:
            self._body()
        if self.alone.modem.power == "off":
            self.alone.modem.power_on()
            self.alone.run(8000)
        elif self.lines % 50 == 0:  # out of every prompt, and let what is under way end
            self.alone.raw(b"\x1b\r", 30_000)

    def _line(self, dice):
        rng = self.rng
        if dice < 0.1:
            return bytes(rng.randrange(256) for _ in range(rng.randrange(1, 60))) + b"\r"
        if dice < 0.2:
            return rng.choice(_MODES).encode() + b"\r"
        if dice < 0.24:
            return f'AT+CSCS="{rng.choice(NAMES)}"\r'.encode()
        if dice < 0.34:
            return self._with_a_prompt()
        name = rng.choice(_NAMES)
        text = "AT" + name + "".join(rng.choice(_PIECES) for _ in range(rng.choice((1, 1, 1, 2, 3))))
        if dice < 0.5:
            text = self._spoilt(text)
        return text.encode("latin-1", "replace") + b"\r"

    def _with_a_prompt(self):
        """A command that leads to the prompt in the mode that holds."""
        rng, modem = self.rng, self.alone.modem
        name = rng.choice(("+CMGS", "+CMGS", "+CMGW"))
        self.tpdu = b""
        if modem.settings["CMGF"] == "0":
            coding = rng.choice((0, 4, 8, 0x10, 0x18, 0xF5))
            text = rng.randbytes(rng.choice((0, 1, 20, 140)) // 2 * 2)
            body = bytes(octet & 0x7F for octet in text) if alphabet.of_coding(coding) == alphabet.GSM else text
            header = rng.choice((b"", b"", b"\5\0\3\1\2\1"))[: len(body)]
            first, validity = rng.choice(
                ((0x01, b""), (0x11, b"\xa7"), (0x31, b"\1"), (0x09, bytes(7)), (0x19, rng.randbytes(7)))
            )
            to = pdu.address(rng.choice(("+358409999999", "*123#", "112", "00358")))
            self.tpdu = pdu.submit(to, body[: 140 - len(header)], header, first, validity, 0, coding)
            return f"AT{name}={len(self.tpdu)}\r".encode()
        number = "+358409999999"
        if modem.settings["CSCS"] == '"UCS2"':
            number = number.encode("utf-16-be").hex()
        return f'AT{name}="{number}"\r'.encode()

    def _spoilt(self, text):
        rng, letters = self.rng, list(text)
        for _ in range(rng.randrange(1, 4)):
            letters[rng.randrange(len(letters))] = chr(rng.choice((rng.randrange(32, 127), rng.randrange(256))))
        return "".join(letters)

    def _body(self):
        rng = self.rng
        self.bodies += 1
        if self.tpdu and rng.random() < 0.6:
            octets = b"00" + self.tpdu.hex().encode()
        elif rng.random() < 0.2:
            octets = rng.choice(_TEXTS).encode("utf-16-be", "replace").hex().encode()
        elif rng.random() < 0.5:
            octets = bytes(rng.randrange(256) for _ in range(rng.randrange(200)))
        else:
            octets = b"00" + rng.randbytes(rng.randrange(5, 160)).hex().encode()
        self.alone.raw(octets.replace(b"\x1a", b"") + rng.choice((b"\x1a", b"\x1a", b"\x1b")), 20)

    def _world(self):
        rng, alone = self.rng, self.alone
        network, modem = alone.network, alone.modem
        dice = rng.randrange(10)
        if dice < 4:
            network.send_to_device(rng.choice(_SENDERS), rng.choice(_TEXTS), flash=rng.random() < 0.3)
        elif dice == 4:
            network.send_pdu(rng.randbytes(rng.randrange(40)))
        elif dice == 5:
            call = network.phone("+358402222222").call("" if rng.random() < 0.3 else None)
            network.phone("+358402222222").presses(call, "12#")
        elif dice == 6:
            network.broadcast(rng.randrange(1000), rng.choice(_TEXTS))
        elif dice == 7:
            modem.restart() if rng.random() < 0.3 else modem.under_voltage("WARNING")
        elif dice == 8:
            network.go_down() if network.up and rng.random() < 0.3 else network.come_up()
        elif rng.random() < 0.3:
            modem.hostile = {rng.choice((*_NAMES, "Ctrl-Z")): (rng.choice(_HOSTILE), 3)}
            modem.late_space_ms, modem.lose_ctrl_z = rng.choice((0, 3)), rng.choice((0, 1))
            alone.line.chunk = rng.choice((0, 1, 7))
        else:
            modem.sim = rng.choice((*["READY"] * 9, "SIM PIN", "SIM PUK", "NOT INSERTED"))
        for phone in network.phones.values():
            phone.answers_after = rng.choice((None, 500))
            phone.refuses = rng.random() < 0.2


def main():
    """Many lines; memory in use at some places."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    fuzz = Fuzz(seed)
    tracemalloc.start()
    for step in range(1, 11):
        fuzz.go(count * step // 10)
        gc.collect()
        memory = tracemalloc.get_traced_memory()[0] // 1024
        print(f"{fuzz.lines} lines, {memory} KB, {fuzz.done} OK, {fuzz.wrong} of them to the unknown", end=", ")
        print(f"{fuzz.bodies} bodies, {fuzz.sent} texts sent", flush=True)


if __name__ == "__main__":
    main()
