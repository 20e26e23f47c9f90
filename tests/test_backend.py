"""Which backend Keras runs on, and what is said when a piece is missing."""

import json
import os
import subprocess
import sys

import pytest


def run(program, **environment):
    env = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"} | environment
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env, check=False)


SHOW = "import tendigits; tendigits.build_model(); import keras; print(keras.backend.backend())"


def test_it_is_jax_whatever_keras_json_says(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "tensorflow"}), encoding="utf-8")

    assert run(SHOW, KERAS_HOME=str(tmp_path)).stdout.split() == ["jax"]


def test_importing_tendigits_is_enough_for_a_program_that_imports_keras_then(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "tensorflow"}), encoding="utf-8")

    program = "import tendigits, keras; print(keras.backend.backend())"
    assert run(program, KERAS_HOME=str(tmp_path), KERAS_BACKEND="").stdout.split() == ["jax"]


def test_a_backend_that_somebody_chose_is_left():
    assert run("import tendigits, os; print(os.environ['KERAS_BACKEND'])", KERAS_BACKEND="numpy").stdout == "numpy\n"


@pytest.mark.parametrize("backend", ["numpy", "bogus"])
def test_training_says_which_backends_it_runs_on(backend, tmp_path):
    train = f"from tendigits.cli import app; app(['train', '--out', {str(tmp_path / 'run')!r}])"
    result = run(train, KERAS_BACKEND=backend)

    assert result.returncode == 1
    assert (
        result.stderr
        == f"tendigits: training runs on Keras's backends jax and tensorflow, and KERAS_BACKEND is {backend!r}\n"
    )
    assert not (tmp_path / "run").exists()


def test_a_keras_that_is_imported_already_is_left():
    program = "import os; os.environ['KERAS_BACKEND'] = 'numpy'; import keras; del os.environ['KERAS_BACKEND']; " + SHOW

    assert run(program).stdout.split() == ["numpy"]


TRAIN = "from tendigits.cli import app; app(['train'], standalone_mode=False)"


@pytest.mark.parametrize(
    ("module", "program", "extra"),
    [
        ("keras", TRAIN, "train"),
        ("jax", TRAIN, "train"),
        ("pandas", TRAIN, "train"),
        ("matplotlib", TRAIN, "train"),
        ("keras", "tendigits.build_model()", "train"),
        ("jax", "tendigits.build_model()", "train"),
        ("matplotlib", "from tendigits import plots; plots.history_picture({'loss': [1.0]})", "train"),
    ],
)
def test_a_missing_extra_is_answered_with_the_pip_line(module, program, extra):
    hide = f"import sys, importlib.abc, importlib.util\n{HIDING}\nsys.meta_path.insert(0, Hiding({module!r}))\n"

    result = run(f"{hide}import tendigits\n{program}")

    assert f'{module} is not installed. Install it with:  pip install "tendigits[{extra}]"' in result.stderr


HIDING = """
class Hiding(importlib.abc.MetaPathFinder):
    def __init__(self, hidden):
        self.hidden = hidden
        find = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *rest: None if name == hidden else find(name, *rest)
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == self.hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
"""
