"""The report: a page that says what is so, whatever the run was, and asks for nothing but itself."""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics

from tendigits.data import DataSet
from tendigits.errors import DataError, NotDenseError, RunError, TendigitsError, WeightsError
from tendigits.report import write_report
from tendigits.weights import Dense, Weights, serialize

CONFIGURATION = {
    "network": None, "data": None, "data_sha256": {}, "epochs": 2, "batch_size": 32, "seed": 1,
    "recipe": "tutorial", "held_out": 0,
    "callbacks": [], "backend": "jax", "versions": {"python": "3.11.7"},
}  # fmt: skip

HISTORY = "epoch,accuracy,loss,val_accuracy,val_loss\n1,0.91,0.25,0.93,0.21\n2,0.95,0.125,0.94,\n"


def telling_network(classes, pixels, names=None):
    """Return a network that says what an image's first pixels say: its logits are 20 times these."""
    layer = Dense(20 * np.eye(pixels, classes, dtype=np.float32), np.zeros(classes, np.float32), "softmax")
    return Weights((layer,), tuple(names or map(str, range(classes))), {})


def showing(read, confidence, classes, shape):
    """Return images, float32 (n, *shape), that the telling network reads so, each as surely as it says."""
    images = np.zeros((len(read), np.prod(shape)), np.float32)
    images[np.arange(len(read)), read] = np.log(confidence / (1 - confidence) * (classes - 1)) / 20
    return images.reshape(len(read), *shape)


def write_run(folder, weights, arrays, history=HISTORY, **configuration):
    """Write what a finished run leaves."""
    folder.mkdir()
    content = CONFIGURATION | {"data_sha256": DataSet.from_arrays(arrays).sha256} | configuration
    (folder / "config.json").write_text(json.dumps(content))
    (folder / "weights.safetensors").write_bytes(serialize(weights))
    (folder / "history.csv").write_text(history)
    (folder / "metrics.json").write_text(json.dumps({"weights_sha256": weights.sha256, "fit_seconds": 1.5}))
    return folder


class Example:
    """1,000 images, of which every fifth is read wrong, ten of them very surely."""

    random = np.random.default_rng(0)
    labels = random.integers(0, 10, 1000)
    read = np.where(np.arange(1000) % 5 == 0, (labels + random.integers(1, 10, 1000)) % 10, labels)
    confidence = random.uniform(0.2, 0.949, 1000)
    confidence[:50:5] = np.linspace(0.9991, 0.9994, 10)
    images = showing(read, confidence, 10, (28, 28))
    data = (images, labels), (images, labels)


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "run", telling_network(10, 784), Example.data)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = write_run(tmp_path_factory.mktemp("report") / "run", telling_network(10, 784), Example.data)
    return parsed(write_report(folder, data=Example.data))


@pytest.mark.parametrize(
    ("recipe", "temperature", "explanation"),
    [
        ("tutorial", 1, None),
        ("robust", 1, "losses of the epochs are of smoothed labels."),
        ("robust", 0.6, "of smoothed labels, from before the logits were divided by a temperature of 0.6."),
    ],
)
def test_the_losses_of_a_robust_run_are_explained(tmp_path, recipe, temperature, explanation):
    weights = replace(telling_network(10, 784), provenance={"temperature": temperature})
    folder = write_run(tmp_path / "run", weights, Example.data, recipe=recipe)
    text = words(parsed(write_report(folder, data=Example.data)))
    assert explanation in text if explanation else "smoothed" not in text


def parsed(file):
    """Parse a page more strictly than browsers do: every element is closed, in order, and every & is escaped."""
    text = re.sub(r"<(meta|img)([^>]*)>", r"<\1\2/>", file.read_text(encoding="utf-8"))
    return ET.fromstring(text)  # noqa: S314 - our own page


def words(element):
    return " ".join("".join(element.itertext()).split())


def table(page, caption):
    """Return the rows of the table whose caption begins so, header first, as texts."""
    (found,) = (found for found in page.iter("table") if words(found.find("caption")).startswith(caption))
    return [[words(cell) for cell in row] for row in found.iter("tr")]


class TestWhatItSays:
    def test_the_accuracy_of_the_run(self, page):
        header = words(page.find("body/header"))

        assert "80.00% of 1,000 test images are read right 95% interval 77.41% to 82.36%" in header
        assert (
            "trained by the tutorial recipe for 2 epochs on arrays made in Python in batches of 32, with seed 1"
            in header
        )
        assert "the one that the run began with" in header

    def test_the_loss_is_scikit_learn_s(self, page):
        probabilities = np.full((1000, 10), ((1 - Example.confidence) / 9)[:, None])
        probabilities[np.arange(1000), Example.read] = Example.confidence

        loss = metrics.log_loss(Example.labels, probabilities, labels=range(10))

        assert f"{loss:.4f}" in words(page.find("body/header"))

    def test_the_confusion_matrix_is_scikit_learn_s(self, page):
        header, *rows = table(page, "Images by their true class")

        assert header == ["true", *(f"as {digit}" for digit in range(10))]
        expected = metrics.confusion_matrix(Example.labels, Example.read).tolist()
        assert rows == [[str(digit), *map(str, row)] for digit, row in enumerate(expected)]

    def test_precision_and_recall_are_scikit_learn_s(self, page):
        _, *rows = table(page, "Recall")

        precision, recall, _, count = metrics.precision_recall_fscore_support(Example.labels, Example.read)
        assert [row[:4] for row in rows] == [
            [str(digit), str(count[digit]), f"{recall[digit]:.1%}", f"{precision[digit]:.1%}"] for digit in range(10)
        ]

    def test_what_a_class_is_most_taken_for(self, page):
        confusion = metrics.confusion_matrix(Example.labels, Example.read) * (1 - np.eye(10, dtype=int))

        taken_for = [row[4] for row in table(page, "Recall")[1:]]

        times = ["once" if row.max() == 1 else f"{row.max()} times" for row in confusion]
        assert taken_for == [f"{row.argmax()} ({often})" for row, often in zip(confusion, times, strict=True)]
        assert len(set(times)) > 1

    def test_the_figures_of_each_epoch(self, page):
        assert table(page, "Figures by epoch") == [
            ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"],
            ["1", "0.9100", "0.2500", "0.9300", "0.2100"],
            ["2", "0.9500", "0.1250", "0.9400", "nan"],
        ]

    def test_labels_that_look_wrong_are_those_of_which_it_is_very_sure(self, page):
        doubted, others = (captions(tiles) for tiles in page.iter("ul") if tiles.get("class") == "tiles")

        sure = range(45, -1, -5)  # the surest is the last of them
        assert [caption[2] for caption in doubted] == [f"image {i}" for i in sure]
        assert [caption[0] for caption in doubted] == [f"{Example.labels[i]} read as {Example.read[i]}" for i in sure]
        assert "Of 10 answers as sure, 10 go against the label" in words(page)
        assert len(others) == 40
        assert "The surest first; 40 of 190 are shown" in words(page)

    def test_a_mistake_is_shown_as_it_is(self, page):
        (picture,) = (picture for picture in page.iter("img") if "image 45," in picture.get("alt"))

        shown = pixels(picture)

        expected = np.rint(255 * (1 - Example.images[45].clip(0, 1)))
        assert np.abs(shown - expected).max() <= 1

    def test_what_refusing_would_buy(self, page):
        rows = {row[0]: row[1:] for row in table(page, "If the images that it is least sure of")}

        surest = np.argsort(-Example.confidence)[:900]
        accuracy = metrics.accuracy_score(Example.labels[surest], Example.read[surest])
        assert rows["90%"][0] == "100"
        assert rows["90%"][2] == f"{accuracy:.2%}"

    def test_how_well_confidence_tells_right_from_wrong_is_scikit_learn_s(self, page):
        area = metrics.roc_auc_score(Example.labels == Example.read, Example.confidence)

        assert f"In {area:.1%} of all pairs" in words(page)

    def test_what_the_run_was(self, page):
        entries = dict(table(page, "The run's configuration"))

        assert entries["layers"] == "784 → 10 softmax (7,850 parameters)"
        assert entries["SHA-256 of the weights"] == telling_network(10, 784).sha256
        assert entries["seed"] == "1"
        for file, sha256 in DataSet.from_arrays(Example.data).sha256.items():
            assert f"{file} {sha256}" in entries["SHA-256 of the data"]

    def test_how_to_train_it_again(self, tmp_path):
        run = write_run(tmp_path / "run", telling_network(10, 784), Example.data, network="16", data="/my data")

        report = write_report(run, data=Example.data)

        command = "tendigits train --network 16 --recipe tutorial --data '/my data' --epochs 2 --batch-size 32 --seed 1"
        assert words(parsed(report).find(".//pre")) == command

    def test_that_it_was_measured_on_something_else(self, run):
        other = Example.data[0], (Example.images[:500], Example.labels[:500])

        assert "which is not the one that the run began with" in words(parsed(write_report(run, data=other)))


def captions(tiles):
    return [[words(part) for part in tile if part.tag != "img"] for tile in tiles]


def pixels(picture):
    kind, _, content = picture.get("src").partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as image:
        return np.asarray(image).astype(int)


class TestThePage:
    def test_it_loads_nothing_and_forbids_it(self, page):
        policy = page.find("head/meta[@http-equiv]").get("content")
        style = base64.b64encode(hashlib.sha256(page.find("head/style").text.encode()).digest()).decode()

        assert policy == (
            f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
        )
        for element in page.iter():
            assert element.tag not in {"script", "link", "iframe", "object", "a"}
            assert not set(element.keys()) & {"style", "href", "onclick", "onload"}  # a style here would be refused
            assert element.get("src", "data:").startswith("data:")
        assert "url(" not in page.find("head/style").text

    def test_every_picture_says_what_it_shows(self, page):
        pictures = list(page.iter("img"))

        assert len(pictures) == 50
        assert all(re.fullmatch(r"test image \d+, labelled \d", picture.get("alt")) for picture in pictures)

    def test_every_chart_says_what_it_shows(self, page):
        described = [chart.get("aria-label") for chart in page.iter("svg")]

        assert len(described) == 4
        assert described[0] == "accuracy over 2 epochs: training from 0.91 to 0.95; validation from 0.93 to 0.94."

    def test_every_table_has_a_caption_and_every_header_its_scope(self, page):
        for found in page.iter("table"):
            assert words(found.find("caption"))
            assert {header.get("scope") for header in found.findall("thead/tr/th")} <= {"col"}
            assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in found.find("tbody"))

    def test_it_knows_the_dark_and_paper(self, page):
        style = page.find("head/style").text

        assert "@media screen and (prefers-color-scheme: dark)" in style
        assert "@media print" in style

    def test_the_same_run_gives_the_same_bytes(self, run, tmp_path):
        first, second = (write_report(run, tmp_path / name, Example.data).read_bytes() for name in ("a", "b"))

        assert first == second

    def test_text_from_files_is_text(self, tmp_path):
        evil = "<img src=x onerror=alert(1)>&amp;\"'"
        names = [f"<b>{digit}</b>" for digit in range(10)]
        run = write_run(
            tmp_path / "<i>run",
            telling_network(10, 784, names),
            Example.data,
            history=HISTORY.replace("accuracy", "<u>accuracy"),
            data=evil,
            backend="\ud800 \x00 \u202e",
            versions={evil: evil},
        )

        page = parsed(write_report(run, data=Example.data))

        assert page.find("body/header/h1").text == "<i>run"
        assert {element.tag for element in page.iter()}.isdisjoint({"i", "u", "script"})
        assert dict(table(page, "The run's configuration"))["data"] == evil
        assert dict(table(page, "The run's configuration"))["versions"] == f"{evil} {evil}"
        assert dict(table(page, "The run's configuration"))["backend"] == "\ufffd \ufffd \ufffd"
        assert table(page, "Images by their true class")[1][0] == "<b>0</b>"


class TestOtherRuns:
    @pytest.mark.parametrize(
        ("shape", "are_shown"),
        [((20, 16), True), ((400,), True), ((20, 20, 1), True), ((200, 150), True), ((13,), False), ((8, 8, 3), False)],
        ids=str,
    )
    def test_images_of_any_shape(self, tmp_path, shape, are_shown):
        read, confidence = np.arange(60) % 3, np.linspace(0.4, 0.9995, 60)
        images = showing(read, confidence, 3, shape)
        data = (images, np.zeros(60, int)), (images, np.zeros(60, int))
        run = write_run(tmp_path / "run", telling_network(3, np.prod(shape)), data)

        page = parsed(write_report(run, data=data))

        pictures = list(page.iter("img"))
        assert len(pictures) == (40 if are_shown else 0)
        assert all(max(pixels(picture).shape) <= 64 for picture in pictures)
        assert sum(len(captions(tiles)) for tiles in page.iter("ul") if tiles.get("class") == "tiles") == 40

    def test_256_classes_stay_readable_and_small(self, tmp_path):
        random = np.random.default_rng(0)
        labels, read = random.integers(0, 256, (2, 3000))
        images = random.uniform(0, 0.01, (3000, 28, 28)).astype(np.float32)
        images.reshape(3000, 784)[np.arange(3000), read] = 0.9
        data = (images, labels), (images, labels)
        run = write_run(tmp_path / "run", telling_network(256, 784), data)

        report = write_report(run, data=data)

        (true, predicted, count), *_ = table(parsed(report), "The most frequent confusions")[1:]
        confusion = metrics.confusion_matrix(labels, read, labels=range(256)) * (1 - np.eye(256, dtype=int))
        assert int(count) == confusion[int(true), int(predicted)] == confusion.max()
        assert len(table(parsed(report), "Recall")) == 257
        assert report.stat().st_size < 1_500_000

    @pytest.mark.parametrize("wrong", [0, 1, 30], ids="{} of 50 wrong".format)
    def test_any_number_of_mistakes(self, tmp_path, wrong):
        labels = np.arange(50) % 10
        read = np.where(np.arange(50) < wrong, (labels + 1) % 10, labels)
        images = showing(read, np.linspace(0.99995, 0.5, 50), 10, (28, 28))
        data = (images, labels), (images, labels)
        run = write_run(tmp_path / "run", telling_network(10, 784), data)

        page = parsed(write_report(run, data=data))

        assert f"{1 - wrong / 50:.2%} of 50 test images" in words(page)
        assert len(list(page.iter("img"))) == wrong

    def test_one_image_and_one_epoch(self, tmp_path):
        images, labels = showing(np.array([3]), np.array([0.9]), 10, (28, 28)), np.array([3])
        data = (images, labels), (images, labels)
        run = write_run(tmp_path / "run", telling_network(10, 784), data, history="epoch,loss\n1,0.5\n", epochs=1)

        page = parsed(write_report(run, data=data))

        assert "trained by the tutorial recipe for 1 epoch on" in words(page)
        assert len(list(page.iter("svg"))) == 3

    def test_a_thousand_epochs_make_no_endless_table(self, tmp_path):
        rows = "".join(f"{epoch},0.5,{1 / epoch}\n" for epoch in range(1, 1001))
        history = f"epoch,accuracy,loss\n{rows}"
        run = write_run(tmp_path / "run", telling_network(10, 784), Example.data, history=history)

        shown = [row[0] for row in table(parsed(write_report(run, data=Example.data)), "Figures by epoch")]

        assert len(shown) <= 202
        assert shown[-1] == "1000"


class TestWhereItGoes:
    def test_into_the_run_s_folder_or_where_it_is_told(self, run, tmp_path):
        assert write_report(run, data=Example.data) == run / "report.html"
        assert write_report(run, tmp_path / "page.html", Example.data) == tmp_path / "page.html"

    def test_whole_or_not_at_all(self, run, monkeypatch):
        report = write_report(run, data=Example.data)
        report.write_text("the old one")
        monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))

        with pytest.raises(TendigitsError, match=r"cannot write .*report\.html: No space left"):
            write_report(run, data=Example.data)

        assert report.read_text() == "the old one"
        assert not [path for path in run.iterdir() if "partial" in path.name]

    def test_a_folder_that_is_not_there_is_named(self, run, tmp_path):
        with pytest.raises(TendigitsError, match=r"cannot write .*nowhere.page\.html"):
            write_report(run, tmp_path / "nowhere" / "page.html", Example.data)


def test_it_needs_neither_keras_nor_matplotlib(run):
    program = f"""
import sys
sys.modules |= dict.fromkeys(("keras", "jax", "pandas", "matplotlib", "PIL"))  # importing these fails
from tendigits.report import write_report
print(write_report({str(run)!r}, data="mnist").name)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout == "report.html\n"


class TestWhatIsRefused:
    def test_a_weights_file(self, run):
        with pytest.raises(RunError, match="is a file: a report is about a run"):
            write_report(run / "weights.safetensors")

    def test_a_folder_without_a_run(self, tmp_path):
        with pytest.raises(WeightsError, match="no run was finished in it"):
            write_report(tmp_path)

    def test_a_run_that_was_interrupted(self, run):
        (run / "weights.safetensors").unlink()
        (run / "checkpoint.safetensors").touch()

        with pytest.raises(WeightsError, match="interrupted; go on with"):
            write_report(run)

    def test_a_run_that_was_killed_before_its_last_file(self, run):
        (run / "metrics.json").unlink()

        with pytest.raises(RunError, match=r"is not finished, it has no metrics\.json; go on with"):
            write_report(run)

    def test_a_model_that_is_not_dense(self, tmp_path):
        (tmp_path / "metrics.json").write_text(json.dumps({"not_dense": "layer 'conv2d' is a Conv2D"}))

        with pytest.raises(NotDenseError, match="layer 'conv2d' is a Conv2D"):
            write_report(tmp_path)

    def test_another_run_s_weights(self, run):
        (run / "weights.safetensors").write_bytes(serialize(telling_network(3, 784)))

        with pytest.raises(RunError, match=r"does not hold the weights that metrics\.json is about"):
            write_report(run)

    @pytest.mark.parametrize("content", ["", "[]", "{", "{}", "\udc80", "[" * 100_000], ids=lambda text: repr(text[:9]))
    def test_a_configuration_that_is_none(self, run, content):
        (run / "config.json").write_bytes(content.encode(errors="surrogateescape"))

        with pytest.raises(RunError, match=r"config\.json"):
            write_report(run, data=Example.data)

    @pytest.mark.parametrize("name", ["seed", "recipe"])
    def test_a_configuration_that_lacks_what_the_report_speaks_of(self, run, name):
        content = json.loads((run / "config.json").read_text())
        (run / "config.json").write_text(json.dumps({key: content[key] for key in content if key != name}))

        with pytest.raises(RunError, match=rf"config\.json is not what a run writes: it has no '{name}'"):
            write_report(run, data=Example.data)

    @pytest.mark.parametrize(
        "content",
        ["", "\n", "a,b\n", "epoch\n1\n", "epoch,loss\n1\n", "epoch,loss\n1,low\n", 'epoch,"loss\n'],
        ids=repr,
    )
    def test_a_history_that_is_none(self, run, content):
        (run / "history.csv").write_text(content)

        with pytest.raises(RunError, match=r"history\.csv is not what a run writes"):
            write_report(run, data=Example.data)

    def test_a_run_on_arrays_without_them(self, run):
        with pytest.raises(DataError, match="--data"):
            write_report(run)

    def test_data_that_the_network_does_not_take(self, run):
        data = tuple((images[:, :20], labels) for images, labels in Example.data)

        with pytest.raises(DataError, match="784 inputs"):
            write_report(run, data=data)

    def test_labels_that_the_network_does_not_know(self, run):
        data = Example.data[0], (Example.images, Example.labels + 5)

        with pytest.raises(DataError, match=r"labels up to 14, and .* has 10 classes"):
            write_report(run, data=data)
