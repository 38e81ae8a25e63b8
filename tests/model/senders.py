"""Who may do what: R1.8, R1.9, R3, R20.3, R20.7 (silence), R20.14."""

from .expect import TOO_MANY, Item, Line, exactly
from .parse import AT_MOST, command, pieces, too_long

HOUR = 3_600_000
WRONG = Line((exactly("Invalid access password!"),), error=True)
DENIED = Line((exactly("Access deny!"),), error=True)


def kind_of(sender: str) -> str:
    """number, name (also one of digits, written `name:123`) or none."""
    if not sender:
        return "none"
    return "number" if sender.removeprefix("+").isdigit() else "name"


class Senders:
    """settings, listed, wrong, ignored, errors, heard."""

    def hears(self, sender, text, arrival):
        """A whole message is executed."""
        digits = sender.removeprefix("+")
        if digits in self.ignored:
            if self.span[1] < self.ignored[digits][0] or self.span[0] < self.ignored[digits][1] and self.pick((True, False)):
                return
            del self.ignored[digits]
        if kind_of(sender) == "name" or not pieces(text):
            return
        if self.settings["SECLIST"] == "ON" and digits not in self.listed:
            if self.settings["SMSCONFIRMUNAUTH"] == "ON":
                self.reply(sender, text, arrival, [Line(DENIED.patterns, self.settings["ERROR"] == "OFF", True)])
            return
        self._with_password(sender, text, arrival)

    def _with_password(self, sender, text, arrival):
        password = self.settings["PASSWORD"]
        rows = pieces(text)
        if password and not rows[0].startswith(password):
            self._wrong_password(sender)
            shown = [WRONG] if self.settings["ERROR"] == "ON" else []
            self.reply(sender, text, arrival, shown)
            return
        if not sender and not password and self.pick((True, False)):
            return  # R20.14 against R3.5: withheld, no list, no password
        if password:
            rows = [row.removeprefix(password).strip() for row in rows]
        self.reply(sender, text, arrival, self._execute(sender, rows))

    def _execute(self, sender, rows):
        allowed = self.may(sender)
        lines, reboot = [], False
        for row in [row for row in rows if row][:AT_MOST]:
            if too_long(row):
                continue
            one = command(row)
            reboot |= one.word == "REBOOT"
            now = self.may(sender)
            lines += self.run(one, sender, allowed if now == allowed else self.pick((allowed, now)))
        if len([row for row in rows if row]) > AT_MOST:
            lines.append(Line((exactly(TOO_MANY),), self.settings["ERROR"] == "OFF", True))
        self.reboots |= reboot
        return lines

    def may(self, sender) -> str:
        """R20.3: `all`, `ctrl` (a USER), or `either` (a USER while the list is off: open)."""
        if self.listed.get(sender.removeprefix("+")) != "USER":
            return "all"
        return "ctrl" if self.settings["SECLIST"] == "ON" else "either"

    def _wrong_password(self, sender):
        """R3.4: five within an hour."""
        if not sender:
            return
        digits = sender.removeprefix("+")
        rows = self.wrong.setdefault(digits, [])
        rows.append(self.span)
        rows[:] = [span for span in rows if self.span[1] - span[0] < HOUR * 1.1]
        sure = sum(self.span[1] - span[0] < HOUR * 0.9 for span in rows)
        if sure >= 5 or (len(rows) >= 5 and self.pick((True, False))):
            self.wrong.pop(digits)
            self.ignored[digits] = (self.span[0] + HOUR - 10_000, self.span[1] + HOUR + 10_000)
            self.tell_first(".*password.*")

    def reply(self, sender, text, arrival, lines):
        """R20.7: what is never answered."""
        rows = self.heard.setdefault(sender, [])
        same = [row for row in rows if row[0] == text and arrival - row[1] < 11_000]
        lines = tuple(lines)
        optional = all(line.optional for line in lines)
        silent = False
        if same and lines:
            silent = any(row[2] and arrival - row[1] < 9_500 for row in same)
            optional = True
        if lines and not silent:
            silent, perhaps = self._too_many_errors(sender, lines, optional)
            optional |= perhaps
        answered = bool(lines) and not silent and kind_of(sender) == "number"
        rows.append((text, arrival, None if optional else answered))
        del rows[:-6]
        if answered:
            # what waits for an operator lets later replies pass (R15.4)
            late = any(
                "Balance" in pattern or pattern == exactly("Execute error!") for line in lines for pattern in line.patterns
            )
            self._post(Item(sender, lines, "late" if late else "reply", optional), 1)

    def _too_many_errors(self, sender, lines, optional):
        """(never answered, perhaps not answered): at most five error replies an hour. A mixed reply may or may not be one."""
        if not any(line.error for line in lines):
            return False, False
        certain = all(line.error and not line.optional for line in lines)
        rows = self.errors.setdefault(sender, [])
        rows[:] = [row for row in rows if self.span[0] - row[1] < 1.1 * HOUR]
        sure = sum(row[2] and self.span[1] - row[0] < 0.9 * HOUR for row in rows)
        if certain and sure >= 5:
            return True, True
        perhaps = len(rows) >= 5
        rows.append((*self.span, certain and not optional and not perhaps))
        return False, perhaps
