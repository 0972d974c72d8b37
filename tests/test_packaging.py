"""The distribution holds every package, deck and demo of the tree, however it is installed."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def packages_in_tree() -> set[str]:
    folders = [
        *(ROOT / "mlquiz").rglob("__init__.py"),
        *(ROOT / "demos").rglob("__init__.py"),
        ROOT / "decks" / "__init__.py",
    ]
    names = {".".join(path.parent.relative_to(ROOT).parts) for path in folders}
    return {name if name.startswith("mlquiz") else f"mlquiz.{name}" for name in names}


def test_every_package_of_the_tree_is_listed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert set(listed) == packages_in_tree()
    assert listed == sorted(listed)


def test_a_plain_checkout_finds_decks_and_demos() -> None:
    code = "import mlquiz.decks, mlquiz.demos.clustering.kmeans as k; print(k.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "mlquiz.demos.clustering.kmeans"


def test_the_readme_names_one_line_to_start_and_one_to_test() -> None:
    lines = [
        line
        for line in (ROOT / "README.md").read_text().splitlines()
        if line.startswith("python3 -m venv .venv")
    ]
    assert len(lines) == 2
    assert lines[0].endswith("mlquiz study")
    assert "pytest" in lines[1]


@pytest.mark.thorough
def test_the_wheel_holds_decks_and_demos(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--quiet",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for deck in (ROOT / "decks").glob("*.[yj]*"):
        assert f"mlquiz/decks/{deck.name}" in names
    for demo in (ROOT / "demos").rglob("*.py"):
        assert f"mlquiz/{demo.relative_to(ROOT)}" in names
