"""The settings store (R16): values by key, and what one message changes until its commit. journal.py keeps the files."""

import clock
from journal import Journal
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat

_RETRY_S = const(60)
_TIDY_MS = const(5000)


class Store:
    """Values by key. What equals the factory value is not kept; unknown keys are.

    quiet: gives an async context without UART traffic to lose; on_saved: called after a background save, to look for what was
    lost; on_failure: called when flash takes no writes any more (R15.4).
    """

    def __init__(self):
        self.quiet = None
        self.on_saved = lambda: None
        self.on_failure = lambda: None
        self.idle = lambda: True
        self.failing = False  # the latest write failed
        self.dirty = False  # something waits that is worth a commit of its own
        self.writes = 0
        self._factory = {}
        self._data = {}
        self._changes = {}  # key -> value or {field: value} since the latest commit; None: back at the factory value
        self._journal = Journal()
        self._watched = {}
        self._signal = Signal()
        self._retry_at = 0

    def get(self, key):
        """The value of a key. Lists and dictionaries are never changed in place: `set` or `put`."""
        value = self._data.get(key)
        return self._factory[key] if value is None else value

    def set(self, key, value, lazy=False):
        """Change a value; it is kept with the next commit. `lazy`: not worth a commit of its own."""
        if value == self.get(key):
            return
        if value == self._factory.get(key):
            self._data.pop(key, None)
            value = None
        else:
            self._data[key] = value
        self._changes[key] = value
        self.dirty = self.dirty or not lazy

    def put(self, key, field, value, lazy=False):
        """Change one field (a text) of a dictionary; None removes it."""
        rows = self._data.get(key)
        if rows is None:
            rows = self._data[key] = {}
        if rows.get(field) == value:
            return
        if value is None:
            del rows[field]
        else:
            rows[field] = value
        self._changes.setdefault(key, {})[field] = value
        self.dirty = self.dirty or not lazy

    def unsaved(self, key, field):
        """True while a field of a dictionary differs from what is in flash."""
        return field in (self._changes.get(key) or ())

    def watch(self, keys, act):
        """Have `act()` called in the commit that changes one of the keys by command."""
        for key in keys.split():
            self._watched[key] = self._watched.get(key, ()) + (act,)

    def changed_by_command(self, keys):
        """Call who watches these keys, each once."""
        done = []
        for key in keys:
            for act in self._watched.get(key, ()):
                if act not in done:
                    done.append(act)
                    act()

    def erase(self):
        """Back to the factory: every key, known or not, in both generations. Raises OSError when flash fails."""
        self._data = {}
        self._changes = {}
        self._journal.forget_older()
        self._journal.snapshot({})

    # -- writing -------------------------------------------------------------------------------------------------

    def commit(self, cheap=False):
        """Write now; only while no answer of the modem is awaited: an erase deafens the UART. Raises OSError.

        `cheap`: at any time, but only what needs no erase; False when it was not done.
        """
        if not self._changes:
            self.dirty = False
            return True
        try:
            if not self._journal.append(self._changes, cheap):
                if cheap:
                    return False
                self._journal.snapshot(self._data)
        except OSError:
            self._retry_at = clock.uptime() + _RETRY_S
            if not self.failing:
                log("settings: flash takes no writes")
                self.failing = True
                self.on_failure()
            raise
        if self.failing:
            log("settings: flash takes writes again")
        self.failing = self.dirty = False
        self._changes = {}
        self.writes += 1
        if self._journal.untidy():
            self._signal.set()
        return True

    def save_soon(self):
        """Have the background task commit what changed, as soon as no reply of the modem is awaited."""
        if self.dirty:
            self._signal.set()

    async def run(self):
        """The store's task: saves in the background, tidies up when nothing waits."""
        while True:
            waits = self.dirty or self._journal.untidy() and not self.failing
            woken = await self._signal.wait(_TIDY_MS if waits else IDLE_MS)
            try:
                if self.dirty and (woken or not self.failing or clock.uptime() >= self._retry_at):
                    await self.save()
                elif self._journal.untidy() and not self.failing and not woken and self.idle():
                    await self._tidy()
            except OSError:
                pass  # told by commit; tried again in a minute
            beat("store")

    async def _tidy(self):
        """Ahead of time, while nothing waits, do what would keep a text waiting."""
        async with self.quiet():
            self._journal.tidy(self._data)
        self.on_saved()

    async def save(self):
        """Commit at once where that needs no erase, else in quiet, and look for what the UART lost. Raises OSError."""
        if not self.failing and self.commit(cheap=True):
            return
        async with self.quiet():
            if not self.dirty:
                return
            self.commit()
        self.on_saved()

    # -- reading at the start ------------------------------------------------------------------------------------

    def load(self, settings):
        """Read the newest sound generation. `settings`: the module of that name; what does not pass its check there is at its
        factory value, with a line in the log."""
        self._factory = {row[0]: row[1] for row in settings.SETTINGS + settings.STATE}
        state, older = self._journal.load([key for key, value in self._factory.items() if isinstance(value, dict)])
        if state:
            state, older = settings.migrated(state), settings.migrated(older)
            self._data = settings.adopted(state, older, lambda key: log("settings:", key, "damaged"))


class Transaction:
    """What one message changes, seen by itself alone until its commit (R1.10)."""

    def __init__(self, store):
        self._store = store
        self.values = {}
        self.acts = []  # called in the commit, before it is written
        self.lasting = False  # worth a commit although it changes nothing: done anew, it would be decided otherwise

    def get(self, key):
        """The value as this message sees it."""
        return self.values[key] if key in self.values else self._store.get(key)

    def set(self, key, value):
        """Change a value."""
        self.values[key] = value

    def then(self, act):
        """Have `act()` called in the commit, after the values, in order."""
        self.acts.append(act)

    def mark(self):
        """What to `undo` to when a command fails."""
        return dict(self.values), len(self.acts)

    def undo(self, mark):
        """Forget what came after the mark."""
        self.values = mark[0]
        del self.acts[mark[1] :]

    def merge(self):
        """Make it visible; the caller writes the store."""
        for key, value in self.values.items():
            self._store.set(key, value)
        for act in self.acts:
            act()
        self._store.changed_by_command(self.values)
        self._store.dirty = self._store.dirty or self.lasting
