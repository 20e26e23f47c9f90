"""``tendigits data``: sets listed, fetched, verified and drawn."""

import json
import re

import pytest
from command import tendigits_command


@pytest.mark.parametrize("options", [(), ("--deform",)], ids=["as they are", "deformed"])
def test_a_sheet_of_digits_is_drawn(options, small_mnist_folder, tmp_path):
    result = tendigits_command("data", "show", small_mnist_folder, *options, "-o", "sheet.png")

    assert result.stdout == "sheet.png\n"
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_the_seed_decides_which_are_drawn(small_mnist_folder, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        tendigits_command("data", "show", small_mnist_folder, "--seed", seed, "-o", f"{name}.png")

    a, b, c = ((tmp_path / f"{name}.png").read_bytes() for name in "abc")
    assert a == b != c


def test_list_names_them():
    output = tendigits_command("data", "list").stdout

    assert "mnist" in output
    assert "fashion-mnist" in output


def test_list_says_how_to_get_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("TENDIGITS_CACHE", str(tmp_path))

    assert re.search(r"not fetched yet: .* data get fashion-mnist\n", tendigits_command("data", "list").stdout)


def test_verify_reads_every_file(mnist):
    result = tendigits_command("data", "verify", "mnist", "--json")

    assert set(json.loads(result.stdout)["files"].values()) == {"ok"}


def test_verify_fails_where_a_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("TENDIGITS_CACHE", str(tmp_path))

    result = tendigits_command("data", "verify", "mnist", code=1)

    assert result.stdout.count("missing") == 4
    assert "data get mnist" in result.stderr


def test_get_prints_the_folder(mnist):
    assert tendigits_command("data", "get", "mnist").stdout.strip().endswith("mnist")


def test_an_unknown_name_is_answered_with_those_there_are():
    assert "there are: mnist, fashion-mnist" in tendigits_command("data", "get", "cats", code=1).stderr
