"""`uv run python -m tests.model --minutes 30 [--seed N] [--lives N]`: lives until the time is over, a report of each disagreement."""

import argparse
import time

from tools.simulator.board.board import BoardError, share_core

from . import known
from .driver import Disagreement, Life
from .story import Story
from .worlds import TooMany

STEPS = 100


def one_life(seed, steps):
    """(what is wrong or None, the conversation)."""
    life = Life(seed)
    try:
        life.live(steps)
    except (Disagreement, BoardError, AssertionError) as wrong:
        return str(wrong), life
    except TooMany:
        return None, life
    finally:
        life.box.close()
    return None, life


def _kind(wrong):
    """What sort of difference: its first words, and how many texts were expected and came."""
    expected, _, got = wrong.partition("  got")
    return wrong.split(":")[0].split("\n")[0], expected.count("    "), got.split("  or")[0].count("    ")


def shorter(seed, steps, wrong, patience=80):
    """Leave out steps as long as something is still wrong in the same way."""
    kind = _kind(wrong)
    size = max(1, len(steps) // 2)
    while size and patience > 0:
        at, cut = 0, False
        while at < len(steps) and patience > 0:
            fewer = steps[:at] + steps[at + size :]
            patience -= 1
            again = one_life(seed, fewer)[0]
            if again and _kind(again) == kind:
                steps, cut = fewer, True
            else:
                at += size
        size = size if cut and size == 1 else size // 2
    return steps


def report(seed, steps, wrong, shrink=True):
    """The shortest conversation that shows it."""
    if shrink:
        steps = shorter(seed, steps, wrong)
        again, life = one_life(seed, steps)
        if again:
            return "\n".join([f"--- seed {seed}, {len(steps)} steps", *life.told, again])
    return f"--- seed {seed}: only in the whole life: {wrong}"


def main():
    """Read the arguments and live."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", type=int, default=10**9)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--without", default="", help="words that no text has, with commas: what is known to be wrong")
    parser.add_argument("--known", default="", help="numbers of disagreements (known.py) to let pass")
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args()
    share_core()
    known.PASSED.update(int(number) for number in options.known.split(",") if number)
    without = [word for word in options.without.split(",") if word]
    end, wrongs, seed = time.monotonic() + 60 * options.minutes, 0, options.seed
    while time.monotonic() < end and seed < options.seed + options.lives:
        steps = Story(seed, without).steps(options.steps)
        wrong, life = one_life(seed, steps)
        if wrong:
            wrongs += 1
            print(report(seed, steps, wrong, not options.no_shrink), flush=True)
        seed += 1
    print(f"{seed - options.seed} lives of {options.steps} steps, {wrongs} disagreements")


if __name__ == "__main__":
    main()
