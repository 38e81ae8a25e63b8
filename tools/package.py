"""Write `package.json`, which mip installs from: `uv run python -m tools.package`.

    mpremote mip install --target / github:OWNER/textsocket

It holds the Pico's board file; for another board copy that over `board.py` afterwards. `tools/flash.py` does more.
"""

import json

from tools.simulator.board import firmware

TARGET = firmware.ROOT / "package.json"


def package() -> dict:
    """The package's description."""
    files = sorted(firmware.sources("RPI_PICO").items())
    return {
        "urls": [[f"{name}.py", str(path.relative_to(firmware.ROOT))] for name, path in files],
        "deps": [["onewire", "latest"], ["ds18x20", "latest"]],
        "version": "1.0.0",
    }


def text() -> str:
    """As the file holds it: a file a line."""
    found = package()
    rows = ",\n".join("    " + json.dumps(row) for row in found.pop("urls"))
    return '{\n  "urls": [\n' + rows + "\n  ],\n" + json.dumps(found)[1:-1].join(("  ", "\n}\n"))


if __name__ == "__main__":
    TARGET.write_text(text())
