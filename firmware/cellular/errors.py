"""How a command to the modem fails."""

GONE = ("restart", "off", "silent")  # kinds after which no other command helps


class ModemError(Exception):
    """A command failed.

    `kind` is "timeout", "restart", "off", "silent", "error" (a bare ERROR), "CME", "CMS" (with their number in `code`), "no
    answer" (OK without what was asked for), "ended" (a call), "network" or "SIM".
    """

    def __init__(self, kind, code=None, request=b""):
        super().__init__(kind, code, request)
        self.kind = kind
        self.code = code
        self.request = request

    @property
    def answered(self):
        """True when the modem itself said no: it is there, and the next command may work."""
        return self.kind in ("error", "CMS", "CME")

    def __str__(self):
        words = self.kind if self.code is None else "%s %s" % (self.kind, self.code)
        return words + " " + self.request.decode() if self.request else words


def final_error(line, request):
    """What a final line other than OK says; a number that is none stays out."""
    if line[:5] in (b"+CME ", b"+CMS "):
        number = line[11:].strip()
        return ModemError(line[1:4].decode(), int(number) if number.isdigit() else None, request)
    return ModemError("error" if line == b"ERROR" else "ended", None, request)
