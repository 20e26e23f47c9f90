"""``load_data``: MNIST as Keras has it, and data of the user's own."""

import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from tendigits.data import Data, cache_folder, load, load_data, load_test
from tendigits.data.loading import holds_data
from tendigits.errors import DataError


def parsed(path: Path) -> np.ndarray:
    """The file's array, read in the plainest way there is."""
    content = path.read_bytes()
    dimensions = content[3]
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    return np.array(list(content[4 + 4 * dimensions :]), np.uint8).reshape(shape)


def test_mnist_is_shaped_and_typed_as_keras_has_it(mnist: Data) -> None:
    (x_train, y_train), (x_test, y_test) = mnist
    assert x_train.shape == (60000, 28, 28)
    assert y_train.shape == (60000,)
    assert x_test.shape == (10000, 28, 28)
    assert y_test.shape == (10000,)
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}


def test_mnist_begins_with_the_digits_everybody_knows(mnist: Data) -> None:
    (_, y_train), (_, y_test) = mnist
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_mnist_is_what_its_files_hold(mnist: Data, small_mnist_folder: Path) -> None:
    np.testing.assert_array_equal(parsed(small_mnist_folder / "t10k-images-idx3-ubyte"), mnist[1][0][:500])
    np.testing.assert_array_equal(parsed(small_mnist_folder / "train-labels-idx1-ubyte"), mnist[0][1][:2000])


def test_arrays_can_be_written_to(folder: Path) -> None:
    for pair in load_data(folder):
        for array in pair:
            array[:] = 0


def test_folder_of_idx_files_is_read(folder: Path) -> None:
    (x_train, y_train), (x_test, y_test) = load_data(str(folder))
    np.testing.assert_array_equal(x_train, parsed(folder / "train-images-idx3-ubyte"))
    np.testing.assert_array_equal(y_train, parsed(folder / "train-labels-idx1-ubyte"))
    np.testing.assert_array_equal(x_test, parsed(folder / "t10k-images-idx3-ubyte"))
    np.testing.assert_array_equal(y_test, parsed(folder / "t10k-labels-idx1-ubyte"))


def test_npz_file_is_read(npz: bytes, digits: Data, tmp_path: Path) -> None:
    (tmp_path / "digits.npz").write_bytes(npz)
    np.testing.assert_array_equal(load_data(tmp_path / "digits.npz")[0][0], digits[0][0])


def test_data_set_is_called_as_the_user_named_it(folder: Path) -> None:
    assert load(folder).name == str(folder)
    assert repr(load(folder)) == f"<DataSet {folder}: 30 to train, 10 to test>"


def test_hashes_of_a_folder_are_those_of_its_raw_files(folder: Path) -> None:
    from hashlib import sha256

    hashes = load(folder).sha256
    assert hashes == {name: sha256((folder / name).read_bytes()).hexdigest() for name in hashes}
    assert len(hashes) == 4


def test_path_object_is_a_path_although_it_looks_like_a_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "mnist")
    monkeypatch.chdir(tmp_path)
    assert len(load_data(Path("mnist"))[0][0]) == 30
    assert len(load_data("./mnist")[0][0]) == 30


@pytest.mark.usefixtures("mnist")
def test_name_is_the_known_set_although_there_is_such_a_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENDIGITS_CACHE", str(cache_folder().absolute()))
    shutil.copytree(folder, tmp_path / "mnist")
    monkeypatch.chdir(tmp_path)
    assert len(load_data("mnist")[0][0]) == 60000


@pytest.mark.parametrize("source", ["mnst", "no/such/folder", "digits.npz", "x" * 5000, "a\0b"])
def test_what_is_not_there_is_named_with_what_there_is(source: str) -> None:
    with pytest.raises(DataError) as error:
        load(source)
    assert source in str(error.value) or repr(source) in str(error.value)


def test_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'mnst': neither mnist, fashion-mnist, nor a folder or a file that exists"):
        load("mnst")


@pytest.mark.parametrize(("typed", "meant"), [("minst", "mnist"), ("fashion_mnist", "fashion-mnist")])
def test_name_with_a_slip_is_answered_with_the_one_that_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(DataError, match=f"'{typed}': .*; did you mean {meant}\\?$"):
        load(typed)


def test_what_is_like_no_name_is_answered_without_a_guess() -> None:
    with pytest.raises(DataError, match=r"exists$"):
        load("cats.npz")


def test_folder_without_a_file_is_answered_with_the_four_names(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError) as error:
        load(folder)
    assert f"{folder}: no t10k-labels-idx1-ubyte here" in str(error.value)
    assert "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte" in str(error.value)


def test_folder_whose_labels_belong_to_other_images_is_refused(folder: Path) -> None:
    shutil.copy(folder / "t10k-labels-idx1-ubyte", folder / "train-labels-idx1-ubyte")
    with pytest.raises(DataError, match=r"train: 30 images, and labels of shape \(10,\)"):
        load(folder)


def test_folder_with_files_in_each_others_place_is_refused(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte").replace(folder / "train-images-idx3-ubyte")
    shutil.copy(folder / "t10k-labels-idx1-ubyte", folder / "train-labels-idx1-ubyte")
    with pytest.raises(DataError, match=r"train: the images are uint8 \(30,\); expected uint8 \(n, 28, 28\)"):
        load(folder)


def test_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("label,pixel0")
    with pytest.raises(DataError, match=r"table\.csv: no table of images"):
        load(tmp_path / "table.csv")


def test_a_test_set_is_that_of_idx_files_of_tables_or_of_classes(folder: Path, digits: Data) -> None:
    for images, expected in zip(load_test(folder), digits[1], strict=True):
        np.testing.assert_array_equal(images, expected)


def test_tables_are_a_data_set_where_one_is_to_train_on(tmp_path: Path) -> None:
    rows = "\n".join(",".join(["7", *["0"] * 784]) for _ in range(14))
    (tmp_path / "test.csv").write_text(rows + "\n")

    assert not holds_data(tmp_path)
    with pytest.raises(DataError, match="no data set is in it"):
        load_test(tmp_path)
    (tmp_path / "test.csv").rename(tmp_path / "train.csv")
    assert holds_data(tmp_path)
    assert load_test(tmp_path)[1].tolist() == [7, 7]


def test_what_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    with pytest.raises(DataError, match=f"^{path}: cannot be read: "):
        load_test(path)
