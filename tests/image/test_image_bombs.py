"""Small files that claim much or unpack to it are refused before they are decoded, in no time and next to no memory."""

import sys
from pathlib import Path

import pytest
from apart import read_apart
from bombs import BOMBS, HARMLESS
from image_files import heic_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="measures memory with resource")


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_before_it_is_decoded(name: str, tmp_path: Path) -> None:
    if name.startswith("HEIC") and not heic_files():
        pytest.skip("needs the extra heic")
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[name]())
    taken = read_apart(path)
    assert taken.refusal is not None
    assert taken.refusal.startswith(f"{path}: ")
    assert taken.grown < 60 * 10**6 + 4 * path.stat().st_size
    assert taken.seconds < 10


@pytest.mark.parametrize("name", HARMLESS)
def test_large_things_that_are_no_pixels_are_passed_over(name: str, tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(HARMLESS[name]())
    taken = read_apart(path)
    assert taken.shapes == [[1, 1, 3]]
    assert taken.grown < 20 * 10**6 + 4 * path.stat().st_size
    assert taken.seconds < 10
