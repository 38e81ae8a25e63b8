"""What stands behind `=`: tokens, and converters that own type, range and refusal. A converter gets a token."""

from tools.simulator.modem.results import Refuse

_HEX = frozenset("0123456789ABCDEFabcdef")


class Quoted(str):
    """A token that stood in quotation marks."""

    __slots__ = ()

    @property
    def written(self) -> str:
        """With its marks again."""
        return f'"{self}"'


def split(text: str) -> list:
    """Tokens between commas: a `Quoted`, a bare str, or None where nothing stands. Refuses a quote that is not closed."""
    tokens, bare, at = [], "", 0
    quoted = None
    while at < len(text):
        letter = text[at]
        if letter == '"':
            end = text.find('"', at + 1)
            if end < 0 or bare.strip() or quoted is not None:
                raise Refuse
            quoted = Quoted(text[at + 1 : end])
            at = end
        elif letter == ",":
            tokens.append(_token(quoted, bare))
            bare, quoted = "", None
        else:
            bare += letter
        at += 1
    return [*tokens, _token(quoted, bare)]


def _token(quoted, bare):
    if quoted is None:
        return bare.strip() or None
    if bare.strip():
        raise Refuse
    return quoted


def number(lo, hi):
    """Converter: digits to an int within lo..hi."""

    def convert(token):
        plain = type(token) is str and token.isascii() and token.isdigit() and len(token) < 8
        if not plain or not lo <= int(token) <= hi:
            raise Refuse
        return int(token)

    return convert


def one_of(*words):
    """Converter: one of these words, in quotes (or one of these numbers, without)."""

    def convert(token):
        if isinstance(token, Quoted) and str(token) in words:
            return token
        if type(token) is str and token.isascii() and token.isdigit() and int(token) in words:
            return int(token)
        raise Refuse

    return convert


def string(most=2000):
    """Converter: anything in quotes, up to so many letters."""

    def convert(token):
        if not isinstance(token, Quoted) or len(token) > most:
            raise Refuse
        return token

    return convert


def either(*converters):
    """Converter: the first that takes it."""

    def convert(token):
        for one in converters:
            try:
                return one(token)
            except Refuse:
                continue
        raise Refuse

    return convert


def optional(convert):
    """Converter of a parameter that may be left out: None then."""

    def lenient(token):
        return None if token is None else convert(token)

    lenient.optional = True
    return lenient


def convert(text: str, converters) -> list:
    """The values behind `=`; Refuse when they are not what the converters want."""
    tokens = split(text)
    if len(tokens) > len(converters):
        raise Refuse
    tokens += [None] * (len(converters) - len(tokens))
    values = []
    for token, one in zip(tokens, converters, strict=True):
        if token is None and not getattr(one, "optional", False):
            raise Refuse
        values.append(one(token))
    return values


def is_hex(text: str, digits: int = 2) -> bool:
    """True for whole groups of so many hex digits."""
    return len(text) % digits == 0 and _HEX.issuperset(text)
