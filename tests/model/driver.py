"""Lives a story with a real box and the model side by side."""

from .bench import Disagreement
from .cuts import Cuts
from .doings import Doings

__all__ = ["Disagreement", "Life"]


class Life(Doings, Cuts):
    """One box, its worlds, and the conversation as lines of Python."""

    # -- a life --------------------------------------------------------------------------------------------------

    def live(self, steps):
        """Every step, with a look after each."""
        for step in steps:
            getattr(self, "do_" + step[0])(*step[1:])
            self.check()
