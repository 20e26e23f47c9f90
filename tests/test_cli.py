"""The command line: what it prints, its exit codes, and that it says what went wrong in a line."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import tendigits
from tendigits.cli import app
from tendigits.network import NETWORKS
from tendigits.training.recipes import ROBUST
from tendigits.weights import Dense, Weights, serialize


def tendigits_command(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Let no test leave anything in the folder that it is run from."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def trained(small_mnist_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    arguments = ("--network", "32", "--data", small_mnist_folder, "--epochs", 3, "--out", folder)
    return folder, tendigits_command("train", *arguments)


class TestTrain:
    @pytest.mark.backends
    def test_it_shows_every_step_of_the_tutorial(self, trained):
        output = trained[1].stdout

        steps = [
            r"x_train \(2000, 28, 28\) +y_train \(2000,\)",
            r"x_test +\(500, 28, 28\) +y_test +\(500,\)",
            r"Total params: 25,450",
            r"epoch 1/3 .*accuracy 0\.\d+ +loss \d.*val_accuracy 0\.\d+ +val_loss \d",
            r"epoch 3/3 ",
            r"epoch +\n1 +0\.\d{4}",
            r"test image 0: predicted \d \(\d.*% sure\), true 7",
            r"test image 4: predicted \d \(\d.*% sure\), true 4",
            r"test loss \d\.\d{4}",
            r"test accuracy 0\.\d{4} \(95% interval 0\.\d{3}-0\.\d{3}; \d+ of 500 wrong\)",
            r"run/history.png",
            r"Use it:\n  .* evaluate .*/run",
        ]
        at = 0
        for step in steps:
            found = re.compile(step).search(output, at)
            assert found, f"{step!r} is not in the rest of the output:\n{output[at:]}"
            at = found.end()

    def test_json_ends_with_one_line(self, small_mnist_folder, tmp_path):
        result = tendigits_command(
            "train", "--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--out", tmp_path / "run", "--json"
        )

        content = json.loads(result.stdout)
        assert list(content) == [
            "run", "accuracy", "loss", "wrong", "n", "interval", "fit_seconds", "total_seconds", "weights_sha256",
        ]  # fmt: skip
        assert content["n"] == 500
        assert "epoch 1/1" in result.stderr

    def test_the_same_seed_gives_the_same_weights_and_another_others(self, small_mnist_folder, tmp_path):
        def weights(seed, name):
            arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--seed", seed)
            result = tendigits_command("train", *arguments, "--out", tmp_path / name, "--json")
            return json.loads(result.stdout)["weights_sha256"]

        assert weights(1, "a") == weights(1, "b") != weights(2, "c")

    def test_without_out_it_makes_a_folder_under_runs(self, small_mnist_folder, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        tendigits_command("train", "--network", "16", "--data", small_mnist_folder, "--epochs", 1)

        (folder,) = (tmp_path / "runs").iterdir()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-16", folder.name)
        assert (folder / "metrics.json").exists()

    def test_several_seeds_without_out_are_told_by_the_folder_s_name(self, small_mnist_folder, tmp_path):
        arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
        tendigits_command("train", *arguments)

        (folder,) = (tmp_path / "runs").iterdir()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-16-repeat-2", folder.name)
        assert sorted(path.name for path in folder.iterdir()) == ["repeat.json", "seed-1", "seed-2"]

    @pytest.mark.backends
    def test_several_seeds_are_summed_up(self, small_mnist_folder, tmp_path):
        arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--seed", 4, "--repeat", 2)
        result = tendigits_command("train", *arguments, "--out", tmp_path / "runs", "--json")

        content = json.loads(result.stdout)
        first, second = (run["accuracy"] for run in content["runs"])
        assert [run["run"] for run in content["runs"]] == [str(tmp_path / "runs" / f"seed-{n}") for n in (4, 5)]
        assert content["mean"] == pytest.approx((first + second) / 2)
        assert content["sd"] == pytest.approx(abs(first - second) / 2**0.5)
        assert content["worst"] == min(first, second)

    def test_of_several_seeds_the_data_and_the_network_are_shown_once(self, small_mnist_folder):
        arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
        output = tendigits_command("train", *arguments, "--out", "run").stdout

        assert [output.count(shown) for shown in ("x_train (2000", "Total params", "epoch 1/1")] == [1, 1, 2]
        assert output.index("x_train") < output.index("Total params") < output.index("epoch 1/1")

    @pytest.mark.backends
    def test_several_seeds_go_on_where_one_is_missing(self, small_mnist_folder, tmp_path):
        arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
        whole = tendigits_command("train", *arguments, "--out", tmp_path, "--json")
        for path in (tmp_path / "seed-2").iterdir():
            path.unlink()
        first_written = (tmp_path / "seed-1" / "metrics.json").stat().st_mtime_ns

        resumed = tendigits_command("train", "--resume", tmp_path, "--json")

        hashes = [[run["weights_sha256"] for run in json.loads(result.stdout)["runs"]] for result in (whole, resumed)]
        assert hashes[0] == hashes[1]
        assert (tmp_path / "seed-1" / "metrics.json").stat().st_mtime_ns == first_written

    @pytest.mark.backends
    def test_going_on_with_a_finished_run_gives_its_result_again(self, trained):
        result = tendigits_command("train", "--resume", trained[0], "--json")

        metrics = json.loads((trained[0] / "metrics.json").read_text())
        assert json.loads(result.stdout)["weights_sha256"] == metrics["weights_sha256"]
        assert "this run was finished: nothing to train after 3 epochs" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("--epochs", "0"), "epochs"),
            (("--batch-size", "0"), "batch-size"),
            (("--seed", "-1"), "seed"),
            (("--network", "huge"), "neither a name"),
            (("--resume", "x", "--epochs", "3"), "--epochs does not go with --resume: a run goes on as it was begun"),
            (("--resume", "x", "--batch-size", "3", "--out", "y"), "--batch-size, --out do not go with --resume"),
        ],
        ids=str,
    )
    def test_wrong_usage_is_exit_code_2(self, arguments, reason):
        assert reason in tendigits_command("train", *arguments, code=2).stderr

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("--data", "/nowhere"), "no data set '/nowhere'"),
            (("--data", "data/nowhere"), "no data set 'data/nowhere'"),
            (("--data", "minst"), "no data set 'minst': neither mnist"),
            (("--data", "minst"), "did you mean mnist?"),
            (("--repeat", "2", "--data", "minst"), "did you mean mnist?"),
            (("--resume", "/nowhere"), "/nowhere is not a run folder"),
        ],
        ids=str,
    )
    def test_failure_is_exit_code_1_and_one_line(self, arguments, reason):
        result = tendigits_command("train", *arguments, code=1)

        assert reason in result.stderr
        assert result.stderr.count("\n") == 1

    def test_a_folder_that_holds_something_is_refused(self, tmp_path):
        (tmp_path / "notes").touch()

        assert ". is not empty (it holds notes)" in tendigits_command("train", "--out", ".", code=1).stderr

    @pytest.mark.parametrize(
        "options", [(), ("--out", "run"), ("--out", "a/b"), ("--out", "run", "--repeat", 2)], ids=str
    )
    def test_a_start_that_fails_leaves_no_folder(self, options, tmp_path):
        tendigits_command("train", "--data", "/nowhere", *options, code=1)

        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("options", [(), ("--repeat", 2)], ids=str)
    def test_a_folder_that_cannot_be_made_is_refused_before_data_are_loaded(
        self, options, small_mnist_folder, tmp_path
    ):
        (tmp_path / "file").touch()

        result = tendigits_command("train", "--data", small_mnist_folder, "--out", "file", *options, code=1)

        assert result.stderr == "tendigits: cannot make a run folder at file: it is a file\n"
        assert "x_train" not in result.stdout

    def test_a_path_is_printed_as_it_is(self, small_mnist_folder):
        name = "r[bold]x:100:[/a]"
        result = tendigits_command(
            "train", "--network", "8", "--data", small_mnist_folder, "--epochs", 1, "--out", name
        )

        assert f"{name}/history.png" in result.stdout

    def test_data_of_more_classes_than_the_model_has_are_refused(self, tmp_path):
        layer = Dense(np.zeros((784, 3), np.float32), np.zeros(3, np.float32), "softmax")
        (tmp_path / "three").write_bytes(serialize(Weights((layer,), ("a", "b", "c"), {})))

        errors = tendigits_command("evaluate", "three", code=1).stderr

        assert re.search(r"mnist has labels up to 9, and file three [0-9a-f]{8} has 3 classes", errors)

    def test_a_run_on_arrays_made_in_python_is_measured_on_named_data_only(self, trained, tmp_path):
        shutil.copytree(trained[0], tmp_path / "run")
        configuration = json.loads((trained[0] / "config.json").read_text())
        (tmp_path / "run" / "config.json").write_text(json.dumps(configuration | {"data": None}))

        assert "with --data" in tendigits_command("evaluate", "run", code=1).stderr

    @pytest.mark.parametrize("command", ["evaluate", "train --resume"])
    def test_a_name_too_long_for_the_system_is_no_crash(self, command):
        assert "x" * 5000 in tendigits_command(*command.split(), "x" * 5000, code=1).stderr

    def test_a_run_begun_in_python_is_gone_on_with_there(self, trained, tmp_path):
        configuration = json.loads((trained[0] / "config.json").read_text())
        (tmp_path / "config.json").write_text(json.dumps(configuration | {"network": None}))

        assert "go on there, with tendigits.resume" in tendigits_command("train", "--resume", tmp_path, code=1).stderr


class TestEvaluate:
    @pytest.mark.backends
    def test_it_finds_what_training_found_on_the_data_of_the_run(self, trained):
        result = tendigits_command("evaluate", trained[0], "--json")

        content, metrics = json.loads(result.stdout), json.loads((trained[0] / "metrics.json").read_text())
        assert re.fullmatch(rf"run {trained[0]} [0-9a-f]{{8}}", content["model"])
        assert {key: content[key] for key in metrics if key in content} == {
            key: metrics[key] for key in metrics if key in content
        }
        assert list(content) == [
            "model", "accuracy", "loss", "wrong", "n", "interval", "calibration_error", "accuracy_at_99_coverage",
            "confusion",
        ]  # fmt: skip

    def test_it_says_whose_answer_it_is(self, trained):
        assert re.search(r"model: run .* [0-9a-f]{8}; data: ", tendigits_command("evaluate", trained[0]).stderr)

    def test_for_people_it_prints_the_confusion(self, trained):
        output = tendigits_command("evaluate", trained[0]).stdout

        assert "test accuracy 0." in output
        assert re.search(r"test loss \d\.\d{4} \(negative log-likelihood, in nats\)\ncalibration error \d", output)
        assert re.search(r"accuracy without the 1% it is least sure of 0\.\d{4}\n", output)
        assert re.search(r"true +as 0 +as 1", output)

    def test_a_weights_file_alone_is_measured_on_mnist(self, trained, mnist):
        result = tendigits_command("evaluate", trained[0] / "weights.safetensors", "--json")

        assert json.loads(result.stdout)["n"] == 10_000
        assert json.loads(result.stdout)["model"].startswith("file ")

    def test_other_data_can_be_named(self, trained, small_mnist_folder):
        result = tendigits_command("evaluate", trained[0], "--data", small_mnist_folder, "--json")

        assert json.loads(result.stdout)["n"] == 500

    def test_of_a_model_that_is_not_dense_it_says_why(self, tmp_path):
        (tmp_path / "metrics.json").write_text(json.dumps({"not_dense": "layer 'conv2d' is a Conv2D"}))

        result = tendigits_command("evaluate", tmp_path, code=1)

        assert f"{tmp_path} has no weights file: layer 'conv2d' is a Conv2D" in result.stderr

    def test_an_unfinished_run_is_named(self, tmp_path):
        assert "no run was finished in it" in tendigits_command("evaluate", tmp_path, code=1).stderr

    def test_a_folder_of_several_seeds_names_them(self, trained, tmp_path):
        shutil.copytree(trained[0], tmp_path / "several" / "seed-1")

        assert "it holds several runs" in (errors := tendigits_command("evaluate", "several", code=1).stderr)
        assert "several/seed-1" in errors

    def test_an_interrupted_run_is_told_how_to_go_on(self, tmp_path):
        (tmp_path / "checkpoint.safetensors").touch()

        assert f"train --resume {tmp_path}" in tendigits_command("evaluate", tmp_path, code=1).stderr

    def test_a_checkpoint_is_answered_with_the_folder_to_name(self, trained):
        result = tendigits_command("evaluate", trained[0] / "checkpoint.safetensors", code=1)

        assert "is a checkpoint" in result.stderr
        assert result.stderr.endswith(f"give the run's folder, {trained[0]}\n")

    def test_a_file_of_another_kind_is_called_what_it_is_not(self, tmp_path):
        (tmp_path / "README.md").write_text("# A title, and some words below")

        assert "README.md is not a weights file of tendigits: it is not a safetensors file" in (
            tendigits_command("evaluate", "README.md", code=1).stderr
        )

    def test_of_data_that_are_not_there_nothing_else_is_said(self, trained):
        result = tendigits_command("evaluate", trained[0], "--data", "fashion-mist", code=1)

        assert result.stderr.startswith("tendigits: no data set 'fashion-mist'")
        assert result.stderr.endswith("did you mean fashion-mnist?\n")

    def test_a_missing_model_is_named(self):
        assert "/nowhere does not exist" in tendigits_command("evaluate", "/nowhere", code=1).stderr


@pytest.fixture(scope="module")
def another(small_mnist_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("another") / "run"
    arguments = ("--network", "32", "--data", small_mnist_folder, "--epochs", 2, "--seed", 5, "--out", folder)
    tendigits_command("train", *arguments)
    return folder


class TestCompare:
    def test_each_gets_what_evaluate_finds(self, trained, another):
        content = json.loads(tendigits_command("compare", trained[0], another, "--json").stdout)

        for name, folder in (("a", trained[0]), ("b", another)):
            alone = json.loads(tendigits_command("evaluate", folder, "--json").stdout)
            assert content[name] == {key: alone[key] for key in ("accuracy", "loss", "wrong", "interval")}
        assert content["n"] == 500
        assert content["both_right"] + content["only_a_right"] == 500 - content["a"]["wrong"]
        assert list(content) == [
            "models", "data", "n", "a", "b", "both_right", "only_a_right", "only_b_right", "both_wrong", "p_value",
            "verdict", "disagreements",
        ]  # fmt: skip

    def test_for_people_it_says_who_is_better_and_shows_twenty_digits(self, trained, another):
        result = tendigits_command("compare", trained[0], another)

        assert re.search(r"A: run .* [0-9a-f]{8}\nB: run .* [0-9a-f]{8}\ndata: ", result.stderr)
        assert re.search(r"A  test accuracy 0\.\d+ .*\nB  test accuracy 0\.\d+ ", result.stdout)
        assert re.search(r"A right +\d+ +\d+\nA wrong +\d+ +\d+\n", result.stdout)
        assert re.search(r"[AB] makes \d+ fewer mistakes?; a difference this large by chance alone: p", result.stdout)
        assert len(re.findall(r"(?m)^ +\d+ +\d  \d \(.*%\) +\d \(.*%\)$", result.stdout)) == 20

    def test_a_run_and_its_own_weights_file_read_alike(self, trained, small_mnist_folder):
        weights = trained[0] / "weights.safetensors"

        output = tendigits_command("compare", trained[0], weights, "--data", small_mnist_folder).stdout

        assert "A and B make equally many mistakes\nThey read every digit alike." in output

    def test_a_picture_of_the_digits_that_they_read_differently(self, trained, another, tmp_path):
        result = tendigits_command("compare", trained[0], another, "--picture", "differ.png")

        assert (tmp_path / "differ.png").read_bytes().startswith(b"\x89PNG")
        assert result.stdout.endswith("\ndiffer.png\n")

    def test_a_picture_that_cannot_be_written_is_named(self, trained, another):
        errors = tendigits_command("compare", trained[0], another, "--picture", "no/differ.png", code=1).stderr

        assert "cannot write no/differ.png: there is no folder no" in errors

    def test_models_of_different_data_need_to_be_told_which(self, trained):
        errors = tendigits_command("compare", trained[0], trained[0] / "weights.safetensors", code=1).stderr

        assert " on mnist: name what to measure both on with --data" in errors


class TestShippedWeights:
    def test_evaluate_measures_them_where_no_model_is_named(self):
        result = tendigits_command("evaluate", "--json")

        content = json.loads(result.stdout)
        assert content["model"].startswith("shipped 0.9 ")
        assert content["accuracy"] > 0.993
        assert f"model: {content['model']}; data: mnist" in result.stderr

    def test_the_tutorial_s_and_the_robust_ones_are_known_by_name(self):
        output = tendigits_command("compare", "tutorial", "robust").stdout

        assert re.search(r"B makes \d+ fewer mistakes", output)

    def test_they_are_exported_where_no_model_is_named(self, tmp_path):
        tendigits_command("export", "-o", "digits.onnx")

        assert (tmp_path / "digits.onnx").exists()


class TestRecipe:
    def test_a_robust_run_says_so_and_repeats_to_the_bit(self, small_mnist_folder, tmp_path):
        arguments = ("--network", "16", "--recipe", "robust", "--epochs", 1, "--data", small_mnist_folder)
        once, again = (
            json.loads(tendigits_command("train", *arguments, "--json", "--out", name).stdout) for name in ("a", "b")
        )

        assert once["weights_sha256"] == again["weights_sha256"]
        assert json.loads((tmp_path / "a/config.json").read_text())["recipe"] == "robust"

    def test_its_own_epochs_and_batch_size_are_the_default(self, small_mnist_folder, tmp_path):
        arguments = ("--network", "8", "--recipe", "robust", "--data", small_mnist_folder, "--out", "run")
        tendigits_command("train", *arguments)

        configuration = json.loads((tmp_path / "run/config.json").read_text())
        assert (configuration["epochs"], configuration["batch_size"]) == (ROBUST.epochs, ROBUST.batch_size)

    def test_an_unknown_one_is_refused_with_those_there_are(self):
        errors = tendigits_command("train", "--recipe", "rubost", code=2).stderr

        assert "recipe 'rubost' is not one of tutorial, robust" in " ".join(errors.split())


class TestShow:
    @pytest.mark.parametrize("options", [(), ("--deform",)], ids=["as they are", "deformed"])
    def test_a_sheet_of_digits_is_drawn(self, options, small_mnist_folder, tmp_path):
        result = tendigits_command("data", "show", small_mnist_folder, *options, "-o", "sheet.png")

        assert result.stdout == "sheet.png\n"
        assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")

    def test_the_seed_decides_which(self, small_mnist_folder, tmp_path):
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            tendigits_command("data", "show", small_mnist_folder, "--seed", seed, "-o", f"{name}.png")

        a, b, c = ((tmp_path / f"{name}.png").read_bytes() for name in "abc")
        assert a == b != c


class TestReport:
    def test_it_is_written_into_the_run_s_folder(self, trained):
        result = tendigits_command("report", trained[0])

        assert result.stdout == f"{trained[0] / 'report.html'}\n"
        accuracy = json.loads((trained[0] / "metrics.json").read_text())["accuracy"]
        page = (trained[0] / "report.html").read_text(encoding="utf-8")
        assert f"<strong>{accuracy:.2%}</strong> of 500 test images are read right" in page
        assert "the one that the run began with" in page

    def test_or_where_it_is_told(self, trained, tmp_path):
        tendigits_command("report", trained[0], "-o", "page.html")

        assert (tmp_path / "page.html").exists()

    def test_other_data_can_be_named_and_the_page_says_so(self, trained, mnist):
        tendigits_command("report", trained[0], "-o", "page.html", "--data", "mnist")

        page = Path("page.html").read_text(encoding="utf-8")
        assert "of 10,000 test images" in page
        assert "which is not the one that the run began with" in page

    def test_of_an_unfinished_run_it_says_so_in_a_line(self, tmp_path):
        errors = tendigits_command("report", tmp_path, code=1).stderr

        assert "no run was finished in it" in errors
        assert errors.count("\n") == 1


class TestExport:
    def test_it_ends_with_what_was_written_and_how_to_use_it(self, trained):
        result = tendigits_command("export", trained[0], "-o", "digits.onnx")

        assert result.stdout == (
            "digits.onnx takes images uint8 (batch, 28, 28), 0 to 255, ink bright;"
            " gives probabilities float32 (batch, 10), of each class;"
            " labels int64 (batch), the most probable class, counted from 0\n"
        )
        assert re.search(r"model: run .* [0-9a-f]{8}\n", result.stderr)

    @pytest.mark.parametrize(("name", "dtype"), [("digits.onnx", "uint8"), ("digits.keras", "float32")])
    def test_json_says_the_same(self, trained, name, dtype, tmp_path):
        result = tendigits_command("export", trained[0] / "weights.safetensors", "-o", name, "--json")

        content = json.loads(result.stdout)
        assert list(content) == ["path", "model", "format", "input", "outputs"]
        assert (tmp_path / content["path"]).stat().st_size > 100_000
        assert content["model"].startswith("file ")
        assert (content["input"]["name"], content["input"]["dtype"]) == ("images", dtype)
        assert content["outputs"][0]["name"] == "probabilities"

    def test_another_ending_is_wrong_usage(self, trained):
        assert ".onnx or .keras" in tendigits_command("export", trained[0], "-o", "digits.h5", code=2).stderr

    @pytest.mark.parametrize(
        ("model", "out", "reason"),
        [
            (None, "nowhere/digits.onnx", "there is no folder nowhere"),
            ("/nowhere", "digits.onnx", "/nowhere does not exist"),
        ],
    )
    def test_failure_is_exit_code_1_and_leaves_nothing(self, trained, model, out, reason, tmp_path):
        assert reason in tendigits_command("export", model or trained[0], "-o", out, code=1).stderr
        assert not list(tmp_path.iterdir())


class TestData:
    def test_list_names_them(self):
        output = tendigits_command("data", "list").stdout

        assert "mnist" in output
        assert "fashion-mnist" in output

    def test_list_says_how_to_get_what_is_missing(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TENDIGITS_CACHE", str(tmp_path))

        assert re.search(r"not fetched yet: .* data get fashion-mnist\n", tendigits_command("data", "list").stdout)

    def test_verify_reads_every_file(self, mnist):
        result = tendigits_command("data", "verify", "mnist", "--json")

        assert set(json.loads(result.stdout)["files"].values()) == {"ok"}

    def test_verify_fails_where_a_file_is_missing(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TENDIGITS_CACHE", str(tmp_path))

        result = tendigits_command("data", "verify", "mnist", code=1)

        assert result.stdout.count("missing") == 4
        assert "data get mnist" in result.stderr

    def test_get_prints_the_folder(self, mnist):
        assert tendigits_command("data", "get", "mnist").stdout.strip().endswith("mnist")

    def test_an_unknown_name_is_answered_with_those_there_are(self):
        assert "there are: mnist, fashion-mnist" in tendigits_command("data", "get", "cats", code=1).stderr


def test_the_version():
    assert tendigits_command("--version").stdout == f"tendigits {tendigits.__version__}\n"


@pytest.mark.parametrize(
    "command", ["train", "evaluate", "compare", "report", "export", "data list", "data get", "data show", "data verify"]
)
def test_every_command_has_help_with_an_example(command):
    output = tendigits_command(*command.split(), "--help").stdout

    assert f"Example:  tendigits {command}" in output


def test_the_help_names_the_networks_and_shows_sizes():
    output = " ".join(tendigits_command("train", "--help").stdout.split())

    description = re.search(r"--network NAME\|SIZES (.*?) --data", output)[1]
    assert all(name in description for name in NETWORKS)
    assert "256-128" in description
