"""The socket after a restart (R2.2, R10.2)."""


def after_power_loss(remembered, power_state):
    """The state of the socket by POWERSTATE once the mains is back."""
    return remembered if power_state == "REMEMBER" else power_state == "ON"


def restore(relay, store, power_lost):
    """Restore the socket: by POWERSTATE after a power loss, else as it was. A timed command not begun begins (R2.1)."""
    on = store.get("relay") == 1
    if power_lost:
        on = after_power_loss(on, store.get("POWERSTATE"))
        store.set("relay", int(on))
    run = store.get("run")
    if run:
        relay.plan = (bool(run[0]), run[1], "accepted before the restart")
        relay.local()
    elif on:
        relay.plan = (True, 0, "restored")
        relay.apply()
