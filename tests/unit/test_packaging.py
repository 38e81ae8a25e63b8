"""package.json (mip) and boards/manifest.py (frozen builds) name every file of the firmware."""

import json
from pathlib import Path

from tests.conftest import ROOT
from tools import package
from tools.simulator.board import firmware


def test_package_json_names_every_file():
    found = json.loads((ROOT / "package.json").read_text())
    assert found == package.package(), "uv run python -m tools.package"
    assert package.TARGET.read_text() == package.text()
    named = {source for _, source in found["urls"]}
    assert named == {str(path.relative_to(ROOT)) for path in (ROOT / "firmware").rglob("*.py")} | {"boards/RPI_PICO.py"}
    assert dict(found["urls"])["commands/power.py"] == "firmware/commands/power.py"
    assert found["version"] in (ROOT / "firmware/commands/about.py").read_text()


def _manifest(monkeypatch, board):
    """Run the manifest as MicroPython's build does; {module path: source file}."""
    monkeypatch.setenv("TEXTSOCKET_BOARD", board)
    files, required, included = {}, [], []

    def module(path, base_path="."):
        files[path] = Path(ROOT / "boards", base_path, path)

    def add_package(path, base_path="."):
        for source in sorted(Path(ROOT / "boards", base_path, path).rglob("*.py")):
            files[f"{path}/{source.name}"] = source

    names = {"include": included.append, "require": required.append, "module": module, "package": add_package}
    path = ROOT / "boards" / "manifest.py"
    exec(compile(path.read_text(), str(path), "exec"), {**names, "__file__": str(path)})
    return files, required, included


def test_the_manifest_names_every_file(monkeypatch):
    files, required, included = _manifest(monkeypatch, "ESP32_GENERIC")
    expected = {f"{name}.py" for name in firmware.sources("ESP32_GENERIC")} - {"boot.py"}
    assert set(files) == expected
    assert all(path.is_file() for path in files.values())
    assert files["board.py"].read_text() == (ROOT / "boards/ESP32_GENERIC.py").read_text()
    assert set(required) == {"onewire", "ds18x20"}
    assert included == ["$(PORT_DIR)/boards/manifest.py"]


def test_links_in_the_documents_lead_somewhere():
    import re

    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert target.startswith("https://") or (document.parent / target).exists(), f"{document.name}: {target}"
