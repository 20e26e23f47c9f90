"""``--data`` with tables and folders of the user's own: the network is as good on MNIST in any of these forms."""

import json

import cv2
import numpy as np
import pytest
from command import tendigits_command

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
csv = pytest.importorskip("pyarrow.csv")


def kaggle(folder, images, labels):
    columns = {"label": labels} | {f"pixel{number}": images.reshape(-1, 784)[:, number] for number in range(784)}
    csv.write_csv(pa.table(columns), folder / "train.csv")
    return folder / "train.csv"


def hub(folder, images, labels):
    files = [{"bytes": cv2.imencode(".png", image)[1].tobytes(), "path": None} for image in images]
    pq.write_table(pa.table({"image": files, "label": labels}), folder / "train-00000-of-00001.parquet")
    pq.write_table(pa.table({"image": files, "label": labels}), folder / "test-00000-of-00001.parquet")
    return folder


def classes(folder, images, labels):
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(exist_ok=True)
        cv2.imwrite(str(folder / str(label) / f"{number}.png"), image)
    return folder


@pytest.mark.parametrize("write", [kaggle, hub, classes])
def test_the_network_is_as_good_as_on_mnist(mnist, small_mnist_folder, tmp_path, write):
    images, labels = (array[:500] for array in mnist[1])
    expected = json.loads(tendigits_command("evaluate", "--data", small_mnist_folder, "--json").stdout)

    found = json.loads(tendigits_command("evaluate", "--data", write(tmp_path, images, labels), "--json").stdout)

    assert (found["n"], found["wrong"], found["accuracy"]) == (500, expected["wrong"], expected["accuracy"])
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-5)  # in another order


@pytest.mark.backends
def test_a_network_is_trained_on_a_table(mnist, tmp_path):
    table = kaggle(tmp_path, *(array[:1400] for array in mnist[0]))

    result = tendigits_command("train", "--data", table, "--epochs", "1", "--seed", "1", "--out", tmp_path / "run")

    assert "x_train (1200, 28, 28)" in result.stdout
    assert "x_test (200, 28, 28)" in result.stdout
    assert "every seventh image is taken for one, 200 of 1,400" in result.stderr
    trained = json.loads((tmp_path / "run" / "metrics.json").read_text())
    again = json.loads(tendigits_command("evaluate", tmp_path / "run", "--json").stdout)
    assert again["accuracy"] == trained["accuracy"]


def test_a_row_that_is_no_image_is_named(mnist, tmp_path):
    table = kaggle(tmp_path, *(array[:20] for array in mnist[1]))
    lines = table.read_text().splitlines()
    lines[7] = lines[7].replace(",0,", ",256,", 1)
    table.write_text("\n".join(lines))

    errors = tendigits_command("evaluate", "--data", table, code=1).stderr

    assert "train.csv: row 7: a pixel is '256'; expected a whole number from 0 to 255" in errors
    assert "Traceback" not in errors
