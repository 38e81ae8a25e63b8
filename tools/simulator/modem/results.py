"""How a command ends: final results, error numbers and their words (manual 18.1, 18.2)."""

NUMERIC = {
    "OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "NO DIALTONE": "6", "BUSY": "7", "NO ANSWER": "8",
}  # fmt: skip
CME = {
    0: "phone failure", 3: "operation not allowed", 4: "operation not supported", 10: "SIM not inserted",
    11: "SIM PIN required", 12: "SIM PUK required", 13: "SIM failure", 14: "SIM busy", 15: "SIM wrong",
    16: "incorrect password", 20: "memory full", 21: "invalid index", 22: "not found", 23: "memory failure",
    24: "text string too long", 25: "invalid characters in text string", 26: "dial string too long",
    27: "invalid characters in dial string", 30: "no network service", 31: "network timeout",
    32: "network not allowed - emergency call only", 100: "unknown", 601: "Unrecognized Command",
    602: "Return Value Error", 603: "Syntax Error", 608: "Multi Cmd too long", 609: "Abort Cops",
    765: "Invalid input value", 767: "Operation failed", 771: "Call setup in progress", 772: "SIM powered down",
    797: "CFUN state is 0 or 4",
}  # fmt: skip
CMS = {
    8: "operator determined barring", 10: "call barred", 21: "short message transfer rejected",
    27: "destination out of service", 28: "invalid number format", 29: "facility rejected", 38: "network out of order",
    41: "temporary failure", 42: "congestion", 47: "resources unavailable", 50: "requested facility not subscribed",
    208: "SIM SMS storage full", 300: "ME failure", 301: "SMS reserved", 302: "operation not allowed",
    303: "operation not supported", 304: "invalid PDU mode", 305: "invalid text mode", 310: "SIM not inserted",
    311: "SIM PIN required", 313: "SIM failure", 314: "SIM busy", 315: "SIM wrong", 316: "SIM PUK required",
    320: "memory failure", 321: "invalid memory index", 322: "memory full", 323: "invalid input parameter",
    324: "invalid input format", 325: "invalid input value", 330: "SMSC address unknown", 331: "no network service",
    332: "network timeout", 340: "no cnma ack", 500: "unknown error", 513: "message too long", 514: "invalid parameters",
}  # fmt: skip
_WORDS = {"CME": CME, "CMS": CMS}


class Refuse(Exception):
    """An error: kind CME or CMS, and its number; None is a bare ERROR whatever AT+CMEE says."""

    def __init__(self, code=None, kind="CME"):
        super().__init__(code)
        self.code, self.kind = code, kind


class Later(Exception):
    """The command prints its answer itself."""


class Unknown(Exception):
    """No such command, or not in this form."""


class Unheard(Exception):
    """Nobody answers."""


def error(refused: Refuse, level: str) -> str:
    """The final line of an error, by AT+CMEE."""
    if level == "0" or refused.code is None:
        return "ERROR"
    shown = _WORDS[refused.kind].get(refused.code, "unknown") if level == "2" else refused.code
    return f"+{refused.kind} ERROR: {shown}"
