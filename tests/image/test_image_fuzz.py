"""Mutated images give a reading or an ImageError. The full run is benchmarks/image_fuzz.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory with resource")
def test_mutated_image_is_read_or_refused_without_a_warning_a_hang_or_a_gigabyte() -> None:
    program = Path(__file__).with_name("mutants.py")
    result = subprocess.run(
        [sys.executable, "-W", "error", program, "1", "0", "2000"],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,  # a hang: a minute is what it takes where nobody else works
    )
    found = json.loads(result.stdout)
    assert found["failures"] == []
    assert set(found["outcomes"]) == {"read", "refused"}
    assert found["outcomes"]["read"] > 300
    assert found["outcomes"]["refused"] > 300
    assert found["slowest"] < 60  # a hang: the slowest takes half a second where nobody else works
    assert found["peak"] < 10**9
