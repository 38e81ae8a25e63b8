"""The simulated modem alone, needing no packages: `python3 -m tools.simulator.modem`. The same as `tools.simulator --pty`."""

import argparse
import sys

from tools.simulator.modem import pty
from tools.simulator.modem.profiles import PROFILES


def main(argv=None) -> int:
    """Parse the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m tools.simulator.modem", description=__doc__)
    parser.add_argument("--tcp", type=int, choices=range(65536), metavar="PORT", help="on this TCP port too (0: a free one)")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="SIM800L", help="which modem (SIM800L)")
    options = parser.parse_args(argv)
    try:
        return pty.run(options.profile, options.tcp)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
