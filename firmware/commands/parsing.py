"""From a text to its commands (R1.1): without what phones add, cut at `;` and line ends, split into form and value."""

from micropython import const

_MOST = const(30)  # characters of a command (R1.3)
_MOST_SCHEDULER = const(40)  # (R20.9)
_QUOTES = "\"'`´“”„‟‘’‚‛«»‹›″′"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufe0f"
_SPACES = "\t\r\f\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_OPERATORS = "=+-* "
_EMOJI = const(0x2190)  # from here on letters are signs: arrows, symbols, emoji
_LETTERS = (0x2E80, 0xD800)  # but for these


def clean(text):
    """The text without what phones add: invisible characters, odd spaces, quotes around it, what stands behind it."""
    if text.isalpha() and len(text.encode()) == len(text):
        return text  # the most usual: a word
    if any([letter > "~" or letter < " " for letter in text]):
        text = "".join([" " if letter in _SPACES else letter for letter in text if letter not in _INVISIBLE])
    return _strip(text)


def _is_sign(letter):
    code = ord(letter)
    return code >= _EMOJI and not _LETTERS[0] <= code < _LETTERS[1]


def _strip(text):
    """Without white space and quotes around it, and full stops, exclamation marks and emoji behind it. MicroPython's strip goes
    by bytes and would cut letters in pieces: they are taken off one by one."""
    text = text.strip()
    while text:
        if text[0] in _QUOTES or _is_sign(text[0]):
            text = text[1:].strip()
        elif text[-1] in _QUOTES or text[-1] in ".!," or _is_sign(text[-1]):
            text = text[:-1].strip()
        else:
            break
    return text


def _tidy(text):
    """A command without white space around `=` and after `,`."""
    while " =" in text or "= " in text or ", " in text:
        text = text.replace(" =", "=").replace("= ", "=").replace(", ", ",")
    return text


def split(text, most):
    """The first `most` commands of a message (R20.1): cleaned, none empty."""
    if text.isalpha():
        return [text]
    found = []
    for part in text.replace(";", "\n").split("\n"):
        part = _tidy(_strip(part))
        if part:
            found.append(part)
            if len(found) == most:
                break
    return found


def parse(text):
    """(form, value) of one command: the longest run of letters is the word. White space before a number does not count."""
    end = len(text) if text.isalpha() else 0
    while end < len(text) and ("A" <= text[end] <= "Z" or "a" <= text[end] <= "z"):
        end += 1
    word, rest = text[:end].upper(), text[end:]
    if not rest:
        return word, ""
    spaced = rest.lstrip()
    if spaced[0].isdigit():
        return word + "#", spaced
    if spaced == "?":
        return word + "?", ""
    if spaced[0] in "=+-*":
        return word + spaced[0], spaced if spaced[0] == "*" else spaced[1:].strip()
    if rest[0] == " ":
        return word + " ", spaced
    return word + rest, ""


def longest(form):
    """How many characters a command of this form may have."""
    return _MOST_SCHEDULER if form[:9] == "SCHEDULER" else _MOST


def near(word, words):
    """The one of `words` that is one letter away (another, missing, too many, two swapped), or None."""
    if not 3 <= len(word) <= 20:
        return None
    for known in words:
        if abs(len(known) - len(word)) <= 1 and _one_off(word, known):
            return known
    return None


def _one_off(a, b):
    start = 0
    while start < len(a) and start < len(b) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        rest = a[start + 1 :] == b[start + 1 :]
        return rest or (
            a[start : start + 2] == b[start + 1 : start + 2] + b[start : start + 1] and a[start + 2 :] == b[start + 2 :]
        )
    return a[start + (len(a) > len(b)) :] == b[start + (len(b) > len(a)) :]
