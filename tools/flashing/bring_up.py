"""From a link to a socket that works: install or update, self-test, the first walk."""

import contextlib
import time

from rich.table import Table

from tools.flashing import care, finding, installer, wizard
from tools.flashing.finding import agree, ask, console
from tools.flashing.port import LOST, LinkError

TRIES = 3  # of putting files in place
READY_S = 60  # until modem and network are up after a restart
_GOOD = {"Modem": ("answers",), "SIM": ("ready",), "Network": ("home", "roaming")}


def install(link, options) -> int:
    """Bring the board up to date, restart it, show its self-test, and walk a new owner through the first minutes."""
    found = finding.look(link)
    if found.frozen and not options.force:
        return _frozen(link, found, options)
    with link.feeding():
        board = finding.choose_board(found, options, ask)
        installer.check_image(found, board)
        files = installer.build(board.NAME, found.arch)
    if options.check:
        return _check(link, *installer.compare(link, files))
    fresh = not installer.installed(link)
    installer.install_libraries(link, options.index)
    changed, obsolete = installer.compare(link, files)
    if changed or obsolete:
        installer.keep_theirs(link)
        installer.copy(link, files, changed, obsolete)
        console.print(f"{len(changed)} of {len(files)} files copied, {len(obsolete)} removed")
        link.reset()
        _verify(link, files)
    else:
        console.print(f"0 of {len(files)} files copied: the board has exactly this firmware")
    link.reset()
    return _first_look(link, options, fresh)


def _verify(link, files):
    """Look at what boot.py has put in place, and copy again what is not as it was copied: littlefs has been seen to lose a
    file while others were moved."""
    for _ in range(TRIES):
        with contextlib.suppress(LinkError):  # else boot.py may still be at work, or what it put there does not start
            link.greet()
        link.stop()
        changed, obsolete = installer.compare(link, files)
        if not changed and not obsolete:
            return
        console.print(f"{', '.join(changed + obsolete)}: not in place as copied, so once more", style="yellow", markup=False)
        installer.copy(link, files, changed, obsolete)
        link.reset()
    raise LinkError("The board's flash does not keep what is written there.")


def _first_look(link, options, fresh) -> int:
    rows = self_test(link, options.quick)
    if options.wizard or (fresh and options.talkative):
        wizard.run(link, rows, lambda: self_test(link), ask)
    return 1 if ailing(rows) and not options.quick else 0


def _check(link, changed, obsolete) -> int:
    link_holds = installer.installed(link)
    link.reset()
    if not link_holds:
        console.print("TextSocket was not installed on this board by this tool.")
    installer.show("differs", changed)
    installer.show("obsolete", obsolete)
    console.print("The board differs." if changed or obsolete else "The board has exactly this firmware.")
    return 1 if changed or obsolete else 0


def _frozen(link, found, options) -> int:
    """A firmware that is part of the image: nothing is copied, only what covers its code is looked for."""
    console.print(
        f"The firmware for {found.frozen} is part of this board's image (MicroPython {installer.dotted(found.version)}): it is "
        "updated with the image, see docs/building.md. The file system holds settings only."
    )
    if options.board not in (None, found.frozen):
        raise LinkError(f"It is an image for {found.frozen}, not for {options.board}: build the right one. Nothing changed.")
    covering = installer.covering(link)
    fresh = not {*care.SETTINGS} & set(link.hashes())
    if covering and not options.check:
        _uncover(link, covering, options)
    link.reset()
    console.print(f"It runs {link.ask('FIRMWARE')[0]}.")
    if options.check:
        installer.show("covers", covering)
        console.print("These files cover the image's own code." if covering else "Nothing covers the image's own code.")
        return 1 if covering else 0
    return _first_look(link, options, fresh)


def _uncover(link, covering, options):
    """Remove files that are imported before frozen code and make it slow and large again."""
    console.print(f"{len(covering)} files of an earlier installation cover the image's own, faster code.", style="yellow")
    with link.feeding():
        agreed = agree("Remove them?", options, ask)
    if not agreed:
        raise LinkError("They stay, and nothing is copied: --erase removes them with the settings, --force updates them.")
    installer.remove(link, covering)


def self_test(link, quick=False) -> dict:
    """Wait for modem and network, and show what the board found; its rows."""
    found = {}
    with console.status("the board starts"):
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                found = dict(line.partition(": ")[::2] for line in link.ask("SELFTEST", 10))
            except LinkError:
                if time.monotonic() > deadline - READY_S / 2:
                    raise
            except LOST:
                link.reopen()
            if found.get("Network") in ("home", "roaming") or (found and (quick or found.get("SIM") in ("pin", "puk"))):
                break
            time.sleep(2)
    table = Table(title="Self-test", show_header=False)
    for name, value in found.items():
        table.add_row(name, f"[red]{value}[/red]" if name in ailing(found) and not quick else value)
    console.print(table)
    if ailing(found) and not quick:
        console.print(f"[red]{', '.join(ailing(found))}: see docs/troubleshooting.md[/red]")
    return found


def ailing(rows) -> list[str]:
    """The rows of the self-test that are not well."""
    return [name for name, good in _GOOD.items() if rows.get(name) not in good]
