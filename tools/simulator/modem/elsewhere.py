"""A modem out of somebody's drawer: what it has saved, and what lies on its SIM, are drawn."""

from datetime import timedelta

from tools.simulator.network import sms

_SAVED = (  # setting, what it may have been left at
    ("IPR", ("0", "9600", "115200")),
    ("CLTS", ("0", "1")),
    ("CMEE", ("0", "1", "2")),
    ("CMGF", ("0", "1")),
    # no mt=2: what such a modem prints before anybody can set it up is lost on a real one too, and fails no driver
    ("CNMI", ("2,1,0,0,0", "0,0,0,0,0", "1,1,0,0,0", "3,1,0,0,0", "2,0,0,0,0", "2,3,0,0,0")),
    ("E", ("0", "1")),
    ("V", ("1", "1", "1", "0")),
    ("Q", ("0", "0", "0", "1")),
)
_SENDERS = ("Operator", "Shop", "Bank")  # letters: nobody can answer them


def draw(modem, rng) -> dict:
    """Draw what is saved, the store and whether it wants its power key. Returns it, for printing."""
    drawn = {key: rng.choice(values) for key, values in _SAVED}
    modem.nonvolatile.update(drawn)
    modem.capacity = drawn["capacity"] = rng.randint(10, 50)
    modem.starts_itself = drawn["starts_itself"] = rng.random() < 0.5
    drawn["old"] = []
    for number, index in enumerate(rng.sample(range(1, modem.capacity + 1), rng.randint(0, 4))):
        stat = rng.randint(0, 1)
        when = modem.network.local() - timedelta(days=rng.randint(2, 900), seconds=rng.randrange(86400))
        modem.store[index] = [stat, sms.deliver(rng.choice(_SENDERS), f"Offer {number}", when)[0]]
        drawn["old"].append(index)
    if modem.power == "off":
        modem.reset_state()
    return drawn
