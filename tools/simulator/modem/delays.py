"""How long a command takes, by its form."""

DELAYS = {  # ms from a command, or a form of it, to its answer; AT+CMGS: from Ctrl-Z
    "+CMGS": 2500, "+CMGD": 60, "+CFUN=": 1000, "D": 200, "+CLIP=": 30, "+CUSD=": 100, "+COPS=": 3000, "+COPS=?": 20_000,
    "+COPS=3,0": 3, "+COPS=3,1": 3, "+COPS=3,2": 3,
}  # fmt: skip


def keys(command: str) -> tuple:
    """What a table may call this command: itself, its form (`+CPMS?`, `+CPMS=`), its name."""
    end = next((place for place, letter in enumerate(command) if letter in "=?"), len(command))
    name, form = command[:end], command[end : end + (2 if command[end:] == "=?" else 1)]
    return command, name + form, name


def of(command: str, delays: dict, default: int) -> int:
    """ms to the answer. `+CMGS` in the table is the way from Ctrl-Z, not the one to the prompt."""
    for key in keys(command):
        if key in delays and (key != "+CMGS" or command == "+CMGS"):
            return delays[key]
    return default
