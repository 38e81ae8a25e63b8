"""From whatever is plugged in to a board that answers; a blank one gets MicroPython first."""

import time

from tools.flashing import finding, images
from tools.flashing.finding import agree, ask, boards, console
from tools.flashing.link import BoardLink
from tools.flashing.port import LinkError, NoMicroPython

BACK_S = 20  # until a board is back with a new image
NONE_FOUND = "No board found. Is it plugged in with a cable that carries data? Else name its port with --port."


def link_to(options) -> BoardLink:
    """The link to a board that has its firmware."""
    port = options.port if options.port != "auto" else finding.find_port(list(finding.USB), ask)
    if not port:
        raise LinkError(NONE_FOUND)
    return BoardLink(port)


def connect(options) -> BoardLink:
    """The board's link, its firmware stopped. A blank board gets MicroPython first."""
    mcus = [boards()[options.board].MCU] if options.board else list(finding.USB)
    port = options.port if options.port != "auto" else finding.find_port(mcus, ask)
    drive = images.find_drive(options.drive) if options.drive or not port else None
    if drive:
        link = BoardLink(_fill_pico(drive, options, port), BACK_S)
        link.stop()
        return link
    if not port:
        raise LinkError(f"{options.drive} is not the drive of a Pico in BOOTSEL." if options.drive else NONE_FOUND)
    link = BoardLink(port)
    try:
        link.stop()
    except NoMicroPython as error:
        link.close()
        if options.drive:
            raise LinkError(f"{error} {options.drive} is not the drive of a Pico in BOOTSEL.") from error
        return _fill_esp32(port, options, error)
    return _refill(link, options) if options.image or options.download else link


def _refill(link, options) -> BoardLink:
    """Another MicroPython onto a board that has one; its files stay."""
    found = finding.look(link)
    with link.feeding():
        board = finding.choose_board(found, options, ask)
        path = images.choose_image(board, options, ask)
    options.board = board.NAME
    port = link.port
    if board.MCU == "esp32":
        images.check_esp32(path)
        link.close()
        images.write_esp32(path, port, keep_files=True)
    else:
        images.uf2_family(path)
        link.enter_boot_loader()
        link.close()
        images.copy_to_drive(path, _wait(lambda: images.find_drive(options.drive), "The board's drive does not appear."))
    link = BoardLink(port, BACK_S)
    link.stop()
    return link


def _wait(find, failure):
    """What `find()` gives within the time that a board needs to come back."""
    deadline = time.monotonic() + BACK_S
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.5)
    raise LinkError(failure)


def _fill_pico(drive, options, port) -> str:
    """Put MicroPython on the Pico behind a drive; its port."""
    console.print(f"A blank {images.drive_kind(drive) or 'board'} is at {drive}.", markup=False)
    options.board = options.board or "RPI_PICO"
    board = boards()[options.board]
    images.copy_to_drive(images.choose_image(board, options, ask), drive)
    failure = "The image is copied, but the board does not come back. Unplug it, plug it in again, and run this again."
    return port or _wait(lambda: finding.find_port([board.MCU], ask), failure)


def _fill_esp32(port, options, error) -> BoardLink:
    """Put MicroPython into the ESP32 at a port where none answers."""
    name = options.board
    fitting = [board.NAME for board in boards().values() if board.MCU == "esp32"]
    agreed = options.image or options.download or options.talkative
    if name not in (None, *fitting) or not agreed or not finding.may_be("esp32", port):
        raise error
    console.print(f"{error} If it is an ESP32, MicroPython can be put on it now.", markup=False)
    name = name or fitting[finding.choose(fitting, "Which board is it?", ask)]
    path = images.choose_image(boards()[name], options, ask)
    if not (options.image or options.download or agree("Everything on the chip is erased. Go on?", options, ask)):
        raise LinkError("Nothing changed.")
    images.write_esp32(path, port)
    options.board = name
    link = BoardLink(port, BACK_S)
    link.stop()
    return link
