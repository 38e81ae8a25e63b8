"""Plain settings: a row each, without any code."""

from commands.args import BadValue
from commands.rows import CONF, INF, Setting, command


class Choice:
    """One word of several, the factory value first."""

    def __init__(self, *words):
        self.words = words
        self.hint = ",".join(words)

    def parse(self, text):
        """The word, in capitals."""
        if text.upper() not in self.words:
            raise BadValue(self.hint)
        return text.upper()

    def ok(self, value):
        """True for one of the words."""
        return value in self.words

    def show(self, value):
        """All words, the present one in parentheses (R1.5)."""
        return ",".join(["(%s)" % word if word == value else word for word in self.words])


def setting(word, converter, factory, changed=None):
    """A plain setting: `WORD=VALUE` and `WORD?`, without any code.

    changed(value): called before the value is kept; raises `Refused`, or gives further lines of the reply.
    """

    def write(context, value):
        extra = changed(value) if changed else None
        context.store.set(word, value)
        shown = value if isinstance(converter, Choice) else _plain(converter, value)
        return "%s=%s - OK%s" % (word, shown, "\n" + extra if extra else "")

    def read(context):
        return word + "=" + converter.show(context.store.get(word))

    return (Setting(word, factory, converter), command(word + "=", CONF, write, converter), command(word + "?", INF, read))


def _plain(converter, value):
    return value if isinstance(value, int) and getattr(converter, "unit", None) is not None else converter.show(value)
