"""Every picture is a PNG that shows what it was given, and drawing leaves the host's Matplotlib alone."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tendigits import plots

HISTORY = {"accuracy": [0.9, 0.95], "loss": [0.3, 0.1], "val_accuracy": [0.92, 0.94], "val_loss": [0.25, 0.2]}


def pixels(png):
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def test_digits(mnist):
    images, labels = (array[:200] for array in mnist[1])
    probabilities = np.full((200, 10), 0.01) + 0.9 * np.eye(10)[labels]
    return images, labels, probabilities


def test_a_run_s_four_pictures(test_digits):
    pictures = plots.run_pictures(HISTORY, *test_digits)

    assert sorted(pictures) == ["confusion.png", "history.png", "mistakes.png", "predictions.png"]
    for picture in pictures.values():
        assert pixels(picture).std() > 5  # something is drawn


def test_the_history_shows_both_curves_and_the_loss():
    whole = pixels(plots.history_picture(HISTORY))
    training_only = pixels(plots.history_picture({name: HISTORY[name] for name in ("accuracy", "loss")}))

    validation = np.array([0xEE, 0x66, 0x77])
    assert (np.abs(whole.astype(int) - validation).max(axis=-1) < 10).sum() > 200
    assert (np.abs(training_only.astype(int) - validation).max(axis=-1) < 10).sum() == 0


def test_a_wrong_prediction_is_told_in_another_colour(test_digits):
    images, labels, probabilities = (array[:5] for array in test_digits)
    wrong = np.roll(probabilities, 1, axis=1)

    right_picture = pixels(plots.predictions_picture(images, labels, probabilities))
    wrong_picture = pixels(plots.predictions_picture(images, labels, wrong))

    red = lambda picture: (picture[..., 0].astype(int) - picture[..., 1] > 100).sum()  # noqa: E731
    assert red(right_picture) == 0
    assert red(wrong_picture) > 100


@pytest.mark.parametrize("wrong", [0, 1, 9, 100])
def test_any_number_of_mistakes_can_be_drawn(wrong, test_digits):
    images, labels, probabilities = test_digits
    changed = probabilities.copy()
    changed[:wrong] = np.roll(changed[:wrong], 1, axis=1)

    picture = pixels(plots.mistakes_picture(images, labels, changed))

    assert picture.shape[0] < 1200


@pytest.mark.parametrize("shape", [(200, 784), (200, 28, 28, 1)], ids=str)
def test_flat_images_and_images_with_a_channel_are_shown_too(shape, test_digits):
    images, labels, probabilities = test_digits

    assert "mistakes.png" in plots.run_pictures(HISTORY, images.reshape(shape), labels, probabilities)


def test_features_that_are_no_pictures_are_not_shown(test_digits):
    _, labels, probabilities = test_digits

    assert sorted(plots.run_pictures(HISTORY, np.zeros((200, 30)), labels, probabilities)) == [
        "confusion.png",
        "history.png",
    ]


def test_pyplot_is_not_imported():
    draw = "import sys, tendigits.plots as p; p.history_picture({'loss': [1.0]})"
    program = f"{draw}; print('matplotlib.pyplot' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "False"
