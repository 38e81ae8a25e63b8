"""What a hand may do to a running modem: a row a word, for `--pty`, its tests and whoever else drives one by lines.

Each act gets (scene, words) where the scene has `world`, `network`, `line`, `modem`; ValueError and KeyError mean a bad line.
"""

import random

from tools.simulator.modem import hostile


def _count(words, default=None):
    if not words and default is not None:
        return default
    (word,) = words
    return int(word)


def _deaf(scene, words):
    modem, seconds = scene.modem, float(words[0]) if words else None
    modem.deaf = True
    if seconds is not None:
        scene.world.after(1000 * seconds, lambda: setattr(modem, "deaf", False))


def _hears(scene, words):
    scene.modem.deaf = False


def _noise(scene, words):
    rate = float(words[0]) if words else 0.01
    scene.line.noise = noise(rate, random.Random(words[1] if words[1:] else 1)) if rate else None


def noise(rate: float, rng):
    """f(octets): some get lost, flipped, doubled, or have a 0x00 or 0xFF behind them."""

    def spoil(octets):
        out = bytearray()
        for octet in octets:
            if rng.random() >= rate:
                out.append(octet)
            else:
                out += rng.choice(
                    (b"", bytes((octet ^ 1 << rng.randrange(8),)), bytes((octet, octet)), bytes((octet, 0)), b"\xff")
                )
        return bytes(out)

    return spoil


def _hostile(scene, words):
    name, mode = words[0], " ".join(words[1:])
    if not mode or mode == "off":
        scene.modem.hostile.pop(name, None)
        return
    hostile.parse(mode)
    scene.modem.hostile[name] = mode


def _delay(scene, words):
    name, ms = words
    scene.modem.delays[name] = int(ms)


def _sim(scene, words):
    state = " ".join(words)
    if state not in ("READY", "SIM PIN", "SIM PUK", "NOT INSERTED"):
        raise ValueError("READY, SIM PIN, SIM PUK, NOT INSERTED")
    scene.modem.sim = state


def _network(scene, words):
    {"up": scene.network.come_up, "down": scene.network.go_down}[words[0]]()


def _signal(scene, words):
    scene.network.rssi = _count(words)


def _refuse(scene, words):
    scene.network.refuse_with = None if words == ["off"] else _count(words)


def _inside(scene, words):
    scene.modem.between.append(" ".join(words))


def _knob(name, default=None):
    def turn(scene, words):
        setattr(scene.modem, name, _count(words, default))

    return turn


FAULTS = {  # word: (what may follow, what happens, act)
    "deaf": ("[SECONDS]", "prints what comes in, answers nothing", _deaf),
    "hears": ("", "no longer deaf", _hears),
    "chunk": ("N", "bytes handed over at once; 0: a reply", lambda scene, words: setattr(scene.line, "chunk", _count(words))),
    "noise": ("[RATE [SEED]]", "lost, flipped, doubled bytes; 0: no more", _noise),
    "restart": ("", "a supply dip, without a word", lambda scene, words: scene.modem.restart()),
    "undervoltage": (
        "[warning]",
        "says so and dies, or goes on",
        lambda scene, words: scene.modem.under_voltage("WARNING" if words else "POWER DOWN"),
    ),
    "off": ("", "dead without a word", lambda scene, words: scene.modem.power_off()),
    "on": ("", "has its supply again", lambda scene, words: scene.modem.power_on()),
    "key": ("", "its power key is pressed", lambda scene, words: scene.modem.power_key()),
    "reset": ("", "its reset pin is pulled", lambda scene, words: scene.modem.reset_pin()),
    "lose-cmti": ("[N]", "so many notices are never printed", _knob("lose_cmti", 1)),
    "late-cmti": ("MS", "notices come late", _knob("late_cmti_ms")),
    "lose-ctrl-z": ("[N]", "so many Ctrl-Z get lost", _knob("lose_ctrl_z", 1)),
    "late-space": ("MS", "the space of the prompt comes late", _knob("late_space_ms")),
    "urc-inside": ("LINE", "this line stands inside the next reply", _inside),
    "urc": ("LINE", "this line comes now", lambda scene, words: scene.modem.urc(" ".join(words))),
    "full": ("", "the operator's offers fill the SIM", lambda scene, words: scene.modem.fill()),
    "delay": ("COMMAND MS", "answers this command, or form of it, so late", _delay),
    "hostile": ("COMMAND error|ok|silent|late|lost|off ...", "what a command does to its driver", _hostile),
    "sim": ("STATE", "READY, SIM PIN, SIM PUK, NOT INSERTED; seen at the next start", _sim),
    "network": ("up|down", "the network", _network),
    "signal": ("N", "0 to 31, 99", _signal),
    "refuse": ("CODE|off", "every text is refused with this CMS code", _refuse),
}  # fmt: skip


def apply(scene, line: str) -> None:
    """`deaf 30`, `chunk 1`, ... Raises ValueError with what is wrong."""
    word, *words = line.split()
    if word not in FAULTS:
        raise ValueError("one of " + ", ".join(FAULTS))
    form, _, act = FAULTS[word]
    try:
        act(scene, words)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"fault {word} {form}: {error}") from None
