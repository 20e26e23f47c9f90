"""Compiled programs are kept between processes, privately, and never trusted more than compiling again."""

import os
import shutil
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import keras
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("the JAX backend's cache", allow_module_level=True)

import jax

from tendigits.training.compilation_cache import compilation_cache

PROGRAM = """
import sys
import numpy as np, tendigits
images, labels = np.arange(64 * 784, dtype=np.uint8).reshape(64, 28, 28), np.arange(64) % 10
data = (images, labels), (images, labels)
import jax
misses = []
jax.monitoring.register_event_listener(lambda event, **_: misses.append(event) if event.endswith("cache_misses") else 0)
run = tendigits.train(tendigits.build_model("8", seed=1), data, epochs=1, seed=1, verbose=False)
print(run.weights_sha256, jax.config.jax_compilation_cache_dir, len(misses))
"""


def train(cache, **environment):
    environment = os.environ | {"TENDIGITS_CACHE": str(cache)} | environment
    arguments = [sys.executable, "-W", "error::UserWarning", "-c", PROGRAM]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 0, result.stderr
    weights, setting, misses = result.stdout.split()
    return weights, setting, int(misses)


def entries(cache):
    return {path: path.read_bytes() for path in (cache / "compiled").rglob("*-cache")}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    weights, _, misses = train(cache)
    assert misses > 0
    return cache, weights


def test_a_second_process_compiles_nothing(filled):
    cache, weights = filled

    assert train(cache) == (weights, "None", 0)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_folder_is_the_user_s_alone(filled):
    (folder,) = (filled[0] / "compiled").iterdir()

    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage", [lambda content: content[:50], lambda content: content[::-1]], ids=["cut", "reversed"]
)
def test_a_damaged_entry_is_compiled_again_and_replaced(damage, filled, tmp_path):
    cache = tmp_path / "cache"
    shutil.copytree(filled[0], cache)
    for path, content in entries(cache).items():
        path.write_bytes(damage(content))

    runs = [train(cache) for _ in range(3)]

    assert {weights for weights, _, _ in runs} == {filled[1]}
    assert runs[0][2] > 0
    assert runs[-1][2] == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_others_can_write_to_is_not_used(filled, tmp_path):
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled").chmod(0o777)

    assert train(tmp_path)[0] == filled[1]
    assert not entries(tmp_path)


def test_a_host_s_own_setting_is_left_alone(tmp_path):
    host = tmp_path / "host"

    _, setting, _ = train(tmp_path / "ours", JAX_COMPILATION_CACHE_DIR=str(host))

    assert setting == str(host)
    assert not (tmp_path / "ours" / "compiled").exists() or not entries(tmp_path / "ours")


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path, filled):
    (tmp_path / "file").touch()

    assert train(tmp_path / "file")[0] == filled[1]


def test_what_was_not_used_for_a_quarter_of_a_year_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("TENDIGITS_CACHE", str(tmp_path))

    def used_days_ago(folder, days):
        folder.mkdir(exist_ok=True)
        (folder / "program-cache").touch()
        os.utime(folder, (time.time() - days * 24 * 3600,) * 2)
        return folder

    with compilation_cache():
        (ours,) = (tmp_path / "compiled").iterdir()
    recent, old = (used_days_ago(tmp_path / "compiled" / f"{days:016}", days) for days in (80, 100))
    used_days_ago(ours, 100)

    with compilation_cache():
        assert recent.exists()
        assert not old.exists()
        assert (ours / "program-cache").exists()
    assert time.time() - ours.stat().st_mtime < 3600


def test_the_settings_of_the_process_are_one_thread_s_business():
    def setting_in_another_thread():
        with compilation_cache():
            return jax.config.jax_compilation_cache_dir

    with compilation_cache(), ThreadPoolExecutor() as pool:
        jax.config.update("jax_compilation_cache_dir", None)  # as another thread may still find it
        assert pool.submit(setting_in_another_thread).result() is None
