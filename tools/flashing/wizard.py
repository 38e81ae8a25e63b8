"""The first minutes with a new socket: does the relay click, what do SIM and signal lack, who is the boss, does it answer?

Each step is an option of tools/flash.py too: --click, --pin, --boss, --password, --test-text, --wait-text.
"""

import json
import re
import time

from tools.flashing.finding import console
from tools.flashing.port import LinkError

TEXT_S = 150  # until a text must have come: a rule's minute and the network's time
PHONE_S = 180  # for somebody who types on a phone
_ADVICE = {  # row of SELFTEST -> (what it says, what to do), the first that fits
    "Modem": (
        ("answers", None),
        ("not set up", None),  # the SIM says why
        ("silent", "The modem does not answer: its 4.0 V at 2 A, its ground, and TX and RX, which cross over."),
        ("", "Nothing is known of the modem yet: wait a minute, then --log."),
    ),
    "SIM": (
        ("ready", None),
        ("pin", "The SIM asks for its PIN: type it below, or --pin. It will then not ask again."),
        ("puk", "The SIM asks for its PUK: put it into a phone."),
        ("busy", "The SIM is still busy: wait a minute, then --log."),
        ("", "No SIM is seen: is it in, the right way round, and of the right size?"),
    ),
    "Network": (
        ("home", None),
        ("roaming", None),
        ("texts only", None),
        ("denied", "The network refuses this SIM: is it activated and paid for, and does its operator still have 2G?"),
        ("", "No network yet: the antenna outside of metal, and an operator with 2G where you are."),
    ),
    "Signal": (
        ("Weak", "The signal is weak: a longer antenna cable, a window, a place higher up."),
        ("Unknown", "The signal is not known yet."),
        ("", None),
    ),
    "Sensor": (
        ("Sensor failed", "No temperature: is the DS18B20 wired, with 4.7 kOhm to 3.3 V? Without one all else works."),
        ("", None),
    ),
}
_UNLOCK = """
import board, json, machine, time
pins = {row[0]: row[1] for row in board.PINS}
uart = machine.UART(board.UART, 115200, tx=machine.Pin(pins["uart_tx"]), rx=machine.Pin(pins["uart_rx"]), rxbuf=1024)
def at(line, seconds):
    uart.write(line + b"\\r")
    heard, end = b"", time.time() + seconds
    octets = bytearray(64)
    while time.time() <= end:
        n = uart.readinto(octets)
        heard += octets[:n or 0]
        words = [word.strip() for word in heard.split(b"\\n")]
        if b"OK" in words or [word for word in words if b"ERROR" in word]: break
        time.sleep_ms(20)
    return heard
steps = [at(b"ATE0", 2), at(b"AT+CPIN?", 5)]
if b"SIM PIN" in steps[1]:
    steps.append(at(b'AT+CPIN="%(pin)s"', 8))
    if b"ERROR" not in steps[2]:
        time.sleep(3)
if b"READY" in steps[1] or (len(steps) > 2 and b"OK" in steps[2]):
    steps.append(at(b'AT+CLCK="SC",0,"%(pin)s"', 15))
print(json.dumps([step.decode() for step in steps]))
"""


def advice(rows) -> list[str]:
    """What to do about each row of SELFTEST that is not well; not about what follows from another."""
    found = {}
    for name, cases in _ADVICE.items():
        follows = name in ("SIM", "Network", "Signal") and ("Modem" in found or "SIM" in found)
        words = next(words for mark, words in cases if mark.lower() in rows.get(name, "").lower())
        if words and not follows:
            found[name] = words
    return list(found.values())


# -- the steps ---------------------------------------------------------------------------------------------------


def click(link, ask=input) -> bool:
    """Switch the relay on for a second, and ask whether it was heard."""
    while True:
        link.ask("ON1")
        time.sleep(1.5)
        answer = ask("The relay went on and off again. Did it click twice? yes/no/again ").strip().lower()
        if answer[:1] != "a":
            break
    if answer[:1] == "y":
        return True
    console.print(
        "Is the relay's coil on 5 V, its input at the board's pin, and does it switch at a high level?", style="yellow"
    )
    return False


def unlock(link, pin) -> bool:
    """Give the SIM its PIN and have it ask no more. Tried once: the third wrong one blocks the SIM."""
    if not re.fullmatch(r"\d{4,8}", pin):
        raise LinkError("A PIN is 4 to 8 digits. Nothing was tried.")
    link.stop()
    steps = json.loads(link.run(_UNLOCK % {"pin": pin}))
    link.reset()
    if len(steps) > 2 and "OK" in steps[-1].split():
        console.print("The SIM will not ask for its PIN again.")
        return True
    said = " ".join(steps[-1].split()) or "nothing"
    if "PUK" in said or "PUK" in steps[1]:
        console.print("The SIM asks for its PUK: put it into a phone.", style="red")
    elif not steps[1].strip():
        console.print("The modem does not answer; nothing was tried.", style="red")
    else:
        console.print(
            f"The SIM did not take it: {said}. Try the PIN in a phone: the third wrong one blocks it.",
            style="red",
            markup=False,
        )
    return False


def boss(link, number):
    """What MAKEMEBOSS does, for a number that is typed. Raises LinkError with the device's words."""
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise LinkError(f"{number} is no phone number; write it as +358401234567.")
    digits = number.removeprefix("+")
    _do(link, f"SECNUMBER+{digits}", f"ALERTNUMBER+{digits}", "SECLIST=ON")
    console.print(f"It listens to {number} and sends its alerts there.")


def password(link, word):
    """An access password. Raises LinkError with the device's words."""
    _do(link, f"PASSWORD={word}")
    console.print(f"Every text must begin with the password now, as in {word}STATUS.")


def _do(link, *commands):
    for command in commands:
        answer = link.ask(command)
        if any("!" in line for line in answer):
            raise LinkError(" ".join(answer))


def test_text(link) -> bool:
    """Have the device text its STATUS to the alert numbers, by a rule of the next minute."""
    if link.ask("ALERTNUMBER?")[0].endswith("empty"):
        raise LinkError("There is no number to send to: --boss NUMBER first.")
    moment = _free_minute(link)
    _do(link, f"SCHEDULER+{moment},*,INF")
    try:
        console.print(f"At {moment} by its own clock it texts its STATUS; wait ...")
        line = wait_for(link, r"sent to (\+?\d+)", TEXT_S, r"refused|given up|not sent")
    finally:
        link.ask(f"SCHEDULER-{moment}")
    sent = bool(line and "sent to" in line)
    console.print(f"Sent: {line}" if sent else f"Not sent: {line or 'no word of it in the log'}. See --log.", markup=False)
    return sent


def _free_minute(link) -> str:
    """The next minute that has no rule yet, as hh:mm."""
    clock = re.search(r",(\d\d):(\d\d):(\d\d)", link.ask("DATE")[0])
    if not clock:
        raise LinkError("It does not know the time yet: no network, or one that does not tell it. DATESMS sets it.")
    hour, minute, second = map(int, clock.groups())
    rules = "\n".join(link.ask("SCHEDULER?"))
    for ahead in range(2 if second > 50 else 1, 20):
        moment = f"{(hour + (minute + ahead) // 60) % 24:02d}:{(minute + ahead) % 60:02d}"
        if moment not in rules:
            return moment
    raise LinkError("No free minute for a rule.")


def wait_for(link, pattern, seconds, failure=None) -> str | None:
    """The first line of the log that holds the pattern; others are shown dimmed. None when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = link.line()
        if line and not line.startswith("="):
            console.print(line, style="dim", markup=False)
            if re.search(pattern, line) or (failure and re.search(failure, line)):
                return line
    return None


def wait_text(link, word="MAKEMEBOSS") -> bool:
    """Wait for the owner's first text, and see it answered."""
    console.print(f"Now text {word} from your phone to the number of the SIM. (Ctrl-C: not now.)", style="bold", markup=False)
    try:
        if not wait_for(link, r"command \S+ from (?!USB)", PHONE_S):
            console.print("No text has come. Its number is on the SIM's packaging; --log shows what it saw.", style="yellow")
            return False
        line = wait_for(link, "sent to", TEXT_S, r"refused|given up")
    except KeyboardInterrupt:
        console.print("Not now.")
        return False
    good = bool(line and "sent to" in line)
    console.print("It has answered: it is yours." if good else f"The answer was not sent: {line}", markup=False)
    return good


# -- all of them -------------------------------------------------------------------------------------------------


def run(link, rows, self_test, ask=input):
    """The whole walk. `rows` of SELFTEST; `self_test()` makes new ones after the SIM was unlocked."""
    console.print("\nA first walk through it; Enter skips a step.", style="bold")
    click(link, ask)
    for words in advice(rows):
        console.print(words, style="yellow", markup=False)
    if rows.get("SIM") == "pin" and (pin := ask("The SIM's PIN: ").strip()) and unlock(link, pin):
        rows = self_test()
    number = _until_taken(lambda text: boss(link, text), "Your phone's number, as +358401234567: ", ask)
    word = _until_taken(
        lambda text: password(link, text), "An access password of five letters or digits, against strangers: ", ask
    )
    online = rows.get("Network", "") in ("home", "roaming")
    if number and online and ask("Have it send you a text now? yes/no ").strip().lower()[:1] == "y":
        try:
            test_text(link)
        except LinkError as error:
            console.print(str(error), style="red", markup=False)
    if online:
        wait_text(link, (word or "") + "MAKEMEBOSS")
    else:
        console.print(f"When its GSM light blinks every 3 s, text {word or ''}MAKEMEBOSS to it.", style="bold", markup=False)


def _until_taken(act, question, ask) -> str:
    """Ask until the answer is taken or empty; the answer."""
    while text := ask(question).strip():
        try:
            act(text)
            return text
        except LinkError as error:
            console.print(str(error), style="red", markup=False)
    return ""
