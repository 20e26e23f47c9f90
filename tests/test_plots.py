"""Every picture is a PNG that shows what it was given, and drawing leaves the host's Matplotlib alone."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tendigits import plots
from tendigits.compare import Answer, Disagreement

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


@pytest.fixture
def figures(monkeypatch):
    """Have figures instead of their bytes, to read what is written in them."""
    monkeypatch.setattr(plots, "_png", lambda figure: figure)


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("measured_on", ["test set", "held-out digits"])
def test_the_history_says_what_was_measured(measured_on):
    axes = plots.history_picture(HISTORY, measured_on).axes[0]

    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", measured_on]


@pytest.mark.usefixtures("figures")
def test_the_confusion_says_what_its_colour_shows():
    axes = plots.confusion_picture(np.eye(10, dtype=int)).axes[0]

    assert "colour shows mistakes only" in [text.get_text() for text in axes.texts]


def inked(picture):
    """Return where a picture is not white: the first and last row, and the first and last column."""
    rows, columns = (np.flatnonzero((picture < 250).any(axis=axis)) for axis in ((1, 2), (0, 2)))
    return rows[0], rows[-1], columns[0], columns[-1]


@pytest.mark.parametrize("shape", [(28, 28), (14, 28), (56, 28)], ids=str)
@pytest.mark.parametrize("wrong", [1, 8, 9, 40])
def test_pictures_of_digits_have_narrow_margins(shape, wrong, test_digits):
    images, labels, probabilities = test_digits
    images = np.resize(images, (200, *shape))
    changed = probabilities.copy()
    changed[:wrong] = np.roll(changed[:wrong], 1, axis=1)

    for picture in (
        plots.predictions_picture(images[:5], labels[:5], probabilities[:5]),
        plots.mistakes_picture(images, labels, changed),
    ):
        height, *_ = pixels(picture).shape
        top, bottom, left, _ = inked(pixels(picture))
        assert max(top, height - bottom, left) < 25


def test_the_title_of_the_mistakes_stands_above_the_first_of_them(test_digits):
    images, labels, probabilities = test_digits
    picture = pixels(plots.mistakes_picture(images, labels, np.roll(probabilities, 1, axis=1)))

    _, _, title, _ = inked(picture[:40])
    _, _, tiles, _ = inked(picture[50:150])
    assert abs(title - tiles) <= 3


def test_an_image_much_higher_than_wide_makes_no_huge_picture(test_digits):
    _, labels, probabilities = test_digits

    picture = pixels(plots.predictions_picture(np.zeros((5, 1000, 2)), labels[:5], probabilities[:5]))

    assert max(picture.shape) < 1200


def test_a_wrong_prediction_is_told_in_another_colour(test_digits):
    images, labels, probabilities = (array[:5] for array in test_digits)
    wrong = np.roll(probabilities, 1, axis=1)

    right_picture = pixels(plots.predictions_picture(images, labels, probabilities))
    wrong_picture = pixels(plots.predictions_picture(images, labels, wrong))

    red = lambda picture: (picture[..., 0].astype(int) - picture[..., 1] > 100).sum()  # noqa: E731 - one line, used at once
    assert red(right_picture) == 0
    assert red(wrong_picture) > 100


@pytest.mark.parametrize("wrong", [0, 1, 9, 100])
def test_any_number_of_mistakes_can_be_drawn(wrong, test_digits):
    images, labels, probabilities = test_digits
    changed = probabilities.copy()
    changed[:wrong] = np.roll(changed[:wrong], 1, axis=1)

    picture = pixels(plots.mistakes_picture(images, labels, changed))

    assert picture.shape[0] < 1200


def with_mistakes(probabilities, confidence):
    """Return the probabilities with the images in ``confidence`` read as the next class, each as surely as it says."""
    changed = probabilities.copy()
    for i, sure in confidence.items():
        label = int(probabilities[i].argmax())
        changed[i] = (1 - sure) / 9
        changed[i, (label + 1) % 10] = sure
    return changed


def test_only_the_surest_mistakes_are_shown(test_digits):
    images, labels, probabilities = test_digits
    probabilities = with_mistakes(probabilities, {3: 0.5, 70: 0.99, 120: 0.7})
    without_the_others, without_the_surest = images.copy(), images.copy()
    without_the_others[np.arange(200) != 70] = 0
    without_the_surest[70] = 0

    draw = lambda shown: plots.mistakes_picture(shown, labels, probabilities, most=1)  # noqa: E731 - one line, used at once

    assert draw(without_the_others) == draw(images)
    assert draw(without_the_surest) != draw(images)


@pytest.mark.parametrize(("confidence", "place"), [({3: 0.9, 70: 0.6, 120: 0.5}, 0), ({3: 0.6, 70: 0.9, 120: 0.5}, 1)])
def test_mistakes_are_drawn_from_left_to_right_the_surest_first(confidence, place, test_digits):
    _, labels, probabilities = test_digits
    inked = np.zeros((200, 28, 28), np.uint8)
    inked[3] = 255

    picture = pixels(plots.mistakes_picture(inked, labels, with_mistakes(probabilities, confidence)))

    black = (picture.max(axis=-1) < 10).mean(axis=0) > 0.3  # columns of the one black tile
    assert np.flatnonzero(black).mean() / len(black) * 8 == pytest.approx(place + 0.5, abs=0.2)


def disagreements(n):
    return [Disagreement(i, 3, Answer(3, 0.9), Answer(8, 0.99)) for i in range(n)]


@pytest.mark.parametrize("n", [0, 1, 9, 100])
def test_any_number_of_disagreements_can_be_drawn(n, test_digits):
    picture = pixels(plots.disagreements_picture(test_digits[0], disagreements(n)))

    assert picture.shape[0] < 1200


def test_in_a_disagreement_green_is_right_and_red_is_wrong(test_digits):
    picture = pixels(plots.disagreements_picture(test_digits[0], disagreements(8)))

    both_right = [Disagreement(i, 3, Answer(3, 0.9), Answer(3, 0.99)) for i in range(8)]
    without_red = pixels(plots.disagreements_picture(test_digits[0], both_right))
    assert green(picture) > 100
    assert green(without_red) > 1.5 * green(picture)


def test_a_disagreement_shows_its_image(test_digits):
    images = test_digits[0]
    without_the_second = images.copy()
    without_the_second[1] = 0

    draw = plots.disagreements_picture

    assert draw(without_the_second, disagreements(2)) != draw(images, disagreements(2))
    assert draw(without_the_second, disagreements(1)) == draw(images, disagreements(1))


@pytest.mark.parametrize("shape", [(200, 784), (200, 28, 28, 1)], ids=str)
def test_flat_images_and_images_with_a_channel_are_shown_too(shape, test_digits):
    images, labels, probabilities = test_digits

    assert "mistakes.png" in plots.run_pictures(HISTORY, images.reshape(shape), labels, probabilities)


@pytest.mark.parametrize(("features", "are_shown"), [(30, False), (4, False), (49, False), (64, True)])
def test_a_table_is_shown_as_pictures_only_where_it_may_hold_some(features, are_shown, test_digits):
    _, labels, probabilities = test_digits

    pictures = plots.run_pictures(HISTORY, np.zeros((200, features)), labels, probabilities)

    assert ("predictions.png" in pictures, "mistakes.png" in pictures) == (are_shown, are_shown)


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (16, 0), (2, -1)], ids=["0..1", "0..16", "-1..1"])
def test_floating_images_are_drawn_as_grey_levels_are(scale, shift, test_digits):
    images, labels, probabilities = (array[:5] for array in test_digits)

    floating = plots.predictions_picture(images / 255 * scale + shift, labels, probabilities)

    expected = pixels(plots.predictions_picture(images, labels, probabilities)).astype(int)
    assert np.abs(pixels(floating) - expected).max() <= 2


def green(picture):
    return (picture[..., 1].astype(int) - picture[..., 0] > 60).sum()


def test_the_counts_of_few_classes_are_written_and_those_of_many_are_not():
    few, many = (pixels(plots.confusion_picture(np.eye(classes, dtype=int) * 7)) for classes in (30, 31))

    assert green(few) > 300
    assert green(many) == 0


def test_many_classes_make_no_huge_picture():
    confusion = np.random.default_rng(0).integers(0, 9, (255, 255))

    height, width, _ = pixels(plots.confusion_picture(confusion)).shape

    assert max(height, width) < 2100


@pytest.mark.usefixtures("figures")
def test_of_many_classes_some_are_named():
    axes = plots.confusion_picture(np.eye(255, dtype=int)).axes[0]

    assert axes.get_xticks().tolist() == axes.get_yticks().tolist() == list(range(0, 255, 9))


def test_pyplot_is_not_imported():
    draw = "import sys, tendigits.plots as p; p.history_picture({'loss': [1.0]})"
    program = f"{draw}; print('matplotlib.pyplot' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "False"
