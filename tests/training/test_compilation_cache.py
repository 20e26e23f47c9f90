"""Compiled programs are kept between processes, privately, and never trusted more than compiling again."""

import os
import stat
import subprocess
import sys

import keras
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("the JAX backend's cache", allow_module_level=True)

PROGRAM = """
import sys
import numpy as np, tendigits
images, labels = np.arange(64 * 784, dtype=np.uint8).reshape(64, 28, 28), np.arange(64) % 10
data = (images, labels), (images, labels)
run = tendigits.train(tendigits.build_model("8", seed=1), data, epochs=1, seed=1, verbose=False)
import jax
print(run.weights_sha256, jax.config.jax_compilation_cache_dir)
"""


def train(cache, **environment):
    environment = os.environ | {"TENDIGITS_CACHE": str(cache)} | environment
    arguments = [sys.executable, "-W", "error::UserWarning", "-c", PROGRAM]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 0, result.stderr
    weights, setting = result.stdout.split()
    return weights, setting


def entries(cache):
    return {path: path.read_bytes() for path in (cache / "compiled").rglob("*-cache")}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return cache, train(cache)[0]


def test_a_second_process_compiles_nothing_new(filled):
    cache, weights = filled
    before = entries(cache)

    assert train(cache)[0] == weights
    assert before
    assert entries(cache) == before


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_folder_is_the_user_s_alone(filled):
    (folder,) = (filled[0] / "compiled").iterdir()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:50], lambda content: content[::-1]])
def test_a_damaged_entry_is_compiled_again(damage, filled):
    cache, weights = filled
    for path, content in entries(cache).items():
        path.write_bytes(damage(content))

    assert train(cache)[0] == weights


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_others_can_write_to_is_not_used(filled):
    cache, weights = filled
    (folder,) = (cache / "compiled").iterdir()
    for path in folder.iterdir():
        path.unlink()
    folder.chmod(0o777)

    assert train(cache)[0] == weights
    assert not list(folder.iterdir())
    folder.chmod(0o700)


def test_a_host_s_own_setting_is_left_alone(tmp_path):
    host = tmp_path / "host"

    _, setting = train(tmp_path / "ours", JAX_COMPILATION_CACHE_DIR=str(host))

    assert setting == str(host)
    assert not (tmp_path / "ours" / "compiled").exists() or not entries(tmp_path / "ours")


def test_afterwards_the_process_has_no_cache_as_before(filled):
    assert train(filled[0])[1] == "None"


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path, filled):
    (tmp_path / "file").touch()

    assert train(tmp_path / "file")[0] == filled[1]
