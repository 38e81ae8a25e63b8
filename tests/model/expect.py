"""What a phone should receive: patterns of texts, and whether what came fits them."""

import re
from dataclasses import dataclass, field, replace

TIME = r"(?:\d\d/\d\d/\d\d,\d\d:\d\d:\d\d|--/--/--,--:--:--)"
FOUR_PARTS = 612
TOO_MANY = "Too many commands! Use up to 10"


def exactly(text: str) -> str:
    """The pattern of this text; `<time>` in it stands for any time."""
    return re.escape(text).replace("<time>", TIME)


@dataclass(frozen=True)
class Line:
    """One line (or one command's lines) of a reply: any of some patterns; it may be missing where SPEC leaves that open."""

    patterns: tuple
    optional: bool = False
    error: bool = False

    def regex(self) -> str:
        """A regular expression for the line and its end."""
        return "(?:(?:" + "|".join(self.patterns) + r")(?:\n|\Z))" + ("?" if self.optional else "")


@dataclass
class Item:
    """A text that should come to `number`. at: since when; most: how often it may come at most (least: 1, or 0 if optional)."""

    number: str
    lines: tuple
    kind: str = "reply"  # reply, or alert
    optional: bool = False
    most: int = 1

    def fits(self, text: str) -> bool:
        """True if this text is what is expected."""
        if re.fullmatch("".join(line.regex() for line in self.lines), text):
            return len(text) <= FOUR_PARTS
        return self._fits_cut(text)

    def _fits_cut(self, text):
        """R20.1: four parts, `...` where it was cut; what is left of the line that was cut is not looked into."""
        body = text.removesuffix("\n" + TOO_MANY)
        if not body.endswith("...") or len(text) < FOUR_PARTS - 160:
            return False
        whole = body.removesuffix("...")
        for count in range(len(self.lines) - 1, -1, -1):
            found = re.match("".join(line.regex() for line in self.lines[:count]), whole)
            if found:
                rest = whole[found.end() :]
                return rest.count("\n") < 6 or any(".+" in pattern for pattern in self.lines[count].patterns)
        return False

    def __str__(self):
        shown = "\n".join(
            " | ".join(re.sub(r"\\(.)", r"\1", p, flags=re.DOTALL).replace(TIME, "<time>") for p in x.patterns)
            for x in self.lines
        )
        return f"{self.number} {self.kind}{' (perhaps)' if self.optional else ''}{f' (up to {self.most})' if self.most > 1 else ''}: {shown!r}"


@dataclass
class Inbox:
    """What is expected at the phones since the last look."""

    items: list = field(default_factory=list)

    def mismatch(self, number: str, texts: list, doubled: list, disorder: bool) -> str | None:
        """None if these texts (in this order) are what was expected at the phone, else what is wrong."""
        items = [replace(item, kind="late") if disorder else item for item in self.items if item.number == number]
        if _match(items, list(texts), list(doubled)):
            return None
        wanted = "\n    ".join(str(item) for item in items) or "nothing"
        got = "\n    ".join(repr(text) for text in texts) or "nothing"
        return f"{number}\n  expected\n    {wanted}\n  got\n    {got}"


def _match(items, texts, doubled) -> bool:
    """Replies come in their order, alerts in theirs of each kind; both mix as they like. doubled: texts that may come once more."""
    if not texts:
        return all(item.optional for item in items)
    first, rest = texts[0], texts[1:]
    for at, item in enumerate(items):
        if not item.fits(first) or item.kind == "reply" and any(x.kind == "reply" and not x.optional for x in items[:at]):
            continue
        left = [x for x in items[:at] if item.kind != "reply" or x.kind != "reply"] + items[at + 1 :]
        if first in doubled:
            left.insert(0, replace(item, optional=True, most=1))
            if _match(left, rest, [text for text in doubled if text != first]):
                return True
            left.pop(0)
        if item.most > 1:
            left.append(replace(item, optional=True, most=item.most - 1))
        if _match(left, rest, doubled):
            return True
    return False
