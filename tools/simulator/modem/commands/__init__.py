"""The AT commands of the simulated SIM800, a chapter a file. A command without a row is an ERROR."""

from tools.simulator.modem.commands import (  # noqa: F401  each fills the table
    codes,
    identity,
    messages,
    phone_book,
    radio,
    sending,
    settings,
    sim_card,
    voice,
)
from tools.simulator.modem.commands.run import run
from tools.simulator.modem.commands.table import COMMANDS

__all__ = ["COMMANDS", "run"]
