"""``DataSet``: what arrays it takes from a caller, and how it hashes them."""

import hashlib
import struct

import numpy as np
import pytest

from tendigits.data import Data, DataSet, sha256
from tendigits.errors import DataError

X = np.zeros((3, 28, 28), np.uint8)
Y = np.array([0, 1, 2])


def test_arrays_are_kept_as_they_are_given(digits: Data) -> None:
    data_set = DataSet.from_arrays(digits)
    assert data_set.train[0] is digits[0][0]
    assert data_set.arrays[1][1] is digits[1][1]
    assert repr(data_set) == "<DataSet arrays: 30 to train, 10 to test>"


@pytest.mark.parametrize("images", [X, X.reshape(3, 784), X[..., None], X / np.float32(255), np.zeros((3, 5), float)])
@pytest.mark.parametrize("labels", [Y, Y.astype(np.uint8), [0, 1, 2]])
def test_images_of_any_shape_and_labels_of_any_integer_type_are_taken(images: np.ndarray, labels: object) -> None:
    assert DataSet.from_arrays(((images, labels), (images, labels))).test[1].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "four arrays"),
        ((X, Y), "four arrays"),
        (((X, Y, Y), (X, Y)), "four arrays"),
        (((X, Y), (X, [[1], [2, 3], []])), "four arrays"),
        (((X.astype(int), Y), (X, Y)), r"x_train is int64 \(3, 28, 28\); expected uint8 or floating"),
        (((X, Y), (X > 0, Y)), "x_test is bool"),
        (((X[:, 0, 0], Y), (X, Y)), r"x_train is uint8 \(3,\)"),
        (((X, Y / 1), (X, Y)), "y_train is float64"),
        (((X, Y), (X, np.eye(3, dtype=int))), r"y_test is int64 \(3, 3\); expected integer labels"),
        (((X, Y[:2]), (X, Y)), "x_train and y_train hold 3 and 2"),
        (((X, Y), (X[:0], Y[:0])), "x_test and y_test hold 0 and 0; expected as many, at least 1"),
        (((X, Y - 1), (X, Y)), "y_train holds labels from -1 to 1; expected 0 to 255"),
        (((X, Y), (X, Y + 254)), "y_test holds labels from 254 to 256"),
        (((X, Y), (X.reshape(3, 784), Y)), r"x_train is uint8 \(3, 28, 28\) and x_test is uint8 \(3, 784\)"),
        (((X / 255, Y), (X, Y)), "both uint8 or both floating"),
    ],
)
def test_arrays_that_are_no_data_set_are_refused(data: Data, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        DataSet.from_arrays(data)


def test_hashes_are_those_of_the_idx_files(digits: Data) -> None:
    (_, _), (images, labels) = digits
    image_file = struct.pack(">HBB3I", 0, 8, 3, 10, 28, 28) + images.tobytes()
    label_file = struct.pack(">HBBI", 0, 8, 1, 10) + labels.tobytes()
    hashes = DataSet.from_arrays(digits).sha256
    assert hashes["t10k-images-idx3-ubyte"] == hashlib.sha256(image_file).hexdigest()
    assert hashes["t10k-labels-idx1-ubyte"] == hashlib.sha256(label_file).hexdigest()
    assert list(hashes) == [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]


def test_hashes_that_are_known_are_not_computed_again(digits: Data) -> None:
    known = {"train-images-idx3-ubyte": "verified when it was read"}
    assert DataSet("tiny", *digits, published=known).sha256 == known


def test_hash_does_not_depend_on_the_labels_type_or_the_arrays_layout(digits: Data) -> None:
    (x_train, y_train), test = digits
    assert sha256(((np.asfortranarray(x_train), y_train.astype(np.int64)), test)) == sha256(digits)


def test_every_array_counts_in_the_hashes() -> None:
    hashes = sha256(((X, Y), (X, Y)))
    for changed in (((X + 1, Y), (X, Y)), ((X, Y + 1), (X, Y)), ((X, Y), (X + 1, Y)), ((X, Y), (X, Y + 1))):
        different = [name for name, value in sha256(changed).items() if value != hashes[name]]
        assert len(different) == 1


def test_labels_go_up_to_255() -> None:
    images = np.zeros((2, 4), np.uint8)
    pair = images, np.array([0, 255])

    assert DataSet.from_arrays((pair, pair)).train[1].tolist() == [0, 255]
