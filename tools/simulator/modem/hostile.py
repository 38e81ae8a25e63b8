"""What a modem may do to its driver, command by command.

    modem.hostile["+CMGR"] = "error"            a bare ERROR (by AT+CMEE: CME 100), for ever
    modem.hostile["+CMGD"] = "error CMS 320"    this error
    modem.hostile["+CMGD"] = "ok"               OK, and nothing is done
    modem.hostile["+CSQ"] = "silent"            as if it had not been heard
    modem.hostile["+CMGR"] = "late"             done, and answered after the driver has given up
    modem.hostile["+CMGR"] = "late 7000"        so many ms later
    modem.hostile["+CMGL"] = ("error", 3)       three times, then as usual

A key names a command (`+CPMS`, `D`, `E`, `AT` for the bare one), with `?`, `=?` or `=` one form of it (`+CPMS?`), or a whole
one (`+CMGD=1,3`). `+CMGS` is the way to the prompt; `Ctrl-Z` is what follows the body: `ok` and `error` then send nothing,
`late` sends and tells late, `lost` sends and never tells.
"""

from tools.simulator.modem.delays import keys

LATE_MS = 12_000
_LATE_MS = {
    "Ctrl-Z": 80_000,
    "+COPS": 130_000,
    "D": 40_000,
    "H": 25_000,
    "A": 25_000,
    "+CMGL": 40_000,
    "+CMGD": 40_000,
    "+CFUN": 25_000,
}
MODES = ("error", "ok", "silent", "late", "lost")


def parse(how: str) -> tuple:
    """(mode, what it says more): ms for `late`, (code, kind) for `error`, else None. Raises ValueError."""
    mode, *words = how.split() or [""]
    if mode == "error" and words[:1] in (["CME"], ["CMS"]):
        kind, code = words
        return mode, (int(code), kind)
    if mode == "error" and words in ([], ["ERROR"]):
        return mode, (None if words else 100, "CME")
    if mode == "late" and len(words) == 1:
        return mode, int(words[0])
    if mode not in MODES or words:
        raise ValueError(f"no such hostile mode: {how}; one of {', '.join(MODES)}")
    return mode, None


def take(modem, name: str, argument: str = ""):
    """The mode of this command, as `parse` has it, counted down; None when it is treated as usual."""
    if not modem.hostile:
        return None
    key = next((key for key in keys((name or "AT") + argument) if key in modem.hostile), None)
    if key is None:
        return None
    how = modem.hostile[key]
    if not isinstance(how, str):
        how, count = how
        if count <= 1:
            del modem.hostile[key]
        else:
            modem.hostile[key] = (how, count - 1)
    return parse(how)


def late_ms(name: str, ms: int | None) -> int:
    """How late a late answer is."""
    return _LATE_MS.get(name, LATE_MS) if ms is None else ms
