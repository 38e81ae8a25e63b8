"""Boards with a USB port, one of them with the firmware on it."""

import functools
import shutil

import pytest

from tools import flash
from tools.flashing import installer
from tools.flashing.link import BoardLink
from tools.simulator.board.usb import UsbBoard

installer.build = functools.cache(installer.build)  # the same files for every test


def ask(board, text):
    """A line to the console of a board's firmware; the lines of its answer."""
    with BoardLink(getattr(board, "path", board)) as link:
        return link.ask(text)


@pytest.fixture(scope="session")
def installed_image(tmp_path_factory):
    """The flash of a board with the present firmware."""
    path = tmp_path_factory.mktemp("flash") / "installed.bin"
    with UsbBoard() as board:
        assert flash.main(["--board", "RPI_PICO", "--port", board.path, "--quick"]) == 0
        board.power_off()
        shutil.copy(board.image, path)
    return path


@pytest.fixture
def make_usb(tmp_path):
    """A factory of boards: empty, or on a copy of an image."""
    boards = []

    def make(image=None, **how):
        copy = tmp_path / f"{len(boards)}.bin"
        if image:
            shutil.copy(image, copy)
        boards.append(UsbBoard(copy, **how))
        return boards[-1]

    yield make
    for board in boards:
        board.close()


@pytest.fixture
def usb(make_usb, installed_image):
    """A board with the present firmware."""
    return make_usb(installed_image)


@pytest.fixture
def run(capsys):
    """Run tools/flash.py on a board: (exit code, what it said)."""

    def run(board, *arguments):
        capsys.readouterr()
        code = flash.main(["--port", getattr(board, "path", board), *arguments])
        return code, capsys.readouterr().out

    return run
