"""Drawn digits: reproducible, of every form, whole, digits for a network of MNIST's too, and part of the training."""

from dataclasses import replace

import keras
import numpy as np
import pytest

import tendigits
from tendigits.data import DataSet
from tendigits.data.normalization import cropped
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.training import run as runs
from tendigits.training.fit import fit
from tendigits.training.hands import FORMS, drawn, drawn_form, with_drawn
from tendigits.training.recipes import ROBUST, ROBUST_WIDE, TUTORIAL

ALL_FORMS = [(digit, name) for digit, forms in FORMS.items() for name in forms]
MANY = 4_000


@pytest.fixture(scope="module")
def many():
    return drawn(MANY, seed=1)


def of_form(digits, digit, name):
    """The images of one form, by the order in which forms are drawn."""
    images, labels = digits
    of_digit = images[labels == digit]
    return of_digit[list(FORMS[digit]).index(name) :: len(FORMS[digit])]


class TestDrawn:
    def test_they_are_images_and_labels_as_mnist_has_them(self, many):
        images, labels = many
        assert (images.shape, images.dtype) == ((MANY, 28, 28), np.uint8)
        assert (labels.shape, labels.dtype) == ((MANY,), np.int32)

    def test_every_digit_is_drawn_equally_often(self, many):
        assert np.bincount(many[1]).tolist() == [MANY // 10] * 10

    def test_the_seed_decides(self, many):
        same, other = drawn(500, seed=1)[0], drawn(500, seed=2)[0]
        assert (same == many[0][:500]).all()  # and fewer are the first of more
        assert (same != other).any(axis=(1, 2)).all()

    def test_no_two_are_alike(self, many):
        assert len(np.unique(many[0], axis=0)) == MANY

    def test_none_is_wanted(self):
        images, labels = drawn(0, seed=1)
        assert images.shape == (0, 28, 28)
        assert labels.shape == (0,)

    def test_none_is_blank_or_a_blot(self, many):
        ink = (many[0] > 127).mean(axis=(1, 2))
        assert 0.008 < ink.min() < ink.max() < 0.35

    def test_each_is_whole_in_the_frame_as_mnist_s_are(self, many):
        sides = {max(cropped(image).shape) for image in many[0]}
        assert sides <= {19, 20}  # the box that normalisation puts ink into; a hair at its edge may round to nothing

    def test_pens_are_thin_and_thick(self):
        generator = np.random.default_rng(1)
        upright = np.stack([drawn_form(1, "plain", generator) for _ in range(60)]) > 127
        width = upright.sum(axis=2).max(axis=1)
        assert width.min() <= 1
        assert width.max() >= 3

    @pytest.mark.parametrize(("digit", "name"), ALL_FORMS)
    def test_a_form_is_drawn_by_itself_as_often_as_wanted(self, digit, name):
        generator = np.random.default_rng(3)
        images = np.stack([drawn_form(digit, name, generator) for _ in range(10)])
        assert len(np.unique(images, axis=0)) == 10


class TestWhatTheyAre:
    def test_there_are_forms_of_all_ten_digits_in_order(self):
        assert list(FORMS) == list(range(10))
        assert min(len(forms) for forms in FORMS.values()) >= 4

    @pytest.mark.parametrize(
        ("digit", "name"), [(0, "round"), (2, "straight base"), (3, "round"), (5, "one stroke"), (8, "one stroke")]
    )
    def test_mnist_s_network_reads_plain_forms_right(self, many, digit, name):
        assert self.right(of_form(many, digit, name), digit) >= 0.9

    def test_it_reads_most_of_all_right(self, many):
        images, labels = many
        assert (predict(open_model().weights, images).argmax(axis=1) == labels).mean() > 0.93

    def test_a_flag_falls_away_from_the_top_and_a_sevens_bar_does_not(self):
        flags, bars = (
            [slope(form) for form in FORMS[digit].values() if "!" in form and few_strokes(form)] for digit in (1, 7)
        )
        assert len(flags) >= 6
        assert min(flags) > np.tan(np.deg2rad(30))
        assert max(bars) < np.tan(np.deg2rad(10))

    @staticmethod
    def right(images, digit):
        return (predict(open_model().weights, images).argmax(axis=1) == digit).mean()


def few_strokes(form):
    """Whether the top left of the form is a flag or a bar, and nothing before it: no serif, hook or wave."""
    return form.split("|")[0].count("!") == 1 and "14,2 34" not in form and "13,2 34" not in form


def slope(form):
    """The mean slope downwards to the left of the line that ends in a form's first corner."""
    points = [token.rstrip("!").split(",") for token in form.split()]
    corner = next(i for i, token in enumerate(form.split()) if token.endswith("!"))
    (x, y), (end_x, end_y) = ([middle(place) for place in points[i]] for i in (0, corner))
    return (y - end_y) / (end_x - x)


def middle(place):
    return np.mean([float(end) for end in place.split("~")])


class TestBesideOthers:
    def test_they_come_behind_the_examples(self, mnist):
        images, labels = mnist[0][0][:30], mnist[0][1][:30]
        both = with_drawn((images, labels), 20, seed=4)
        assert (both[0][:30] == images).all()
        assert (both[1][:30] == labels).all()
        assert (both[0][30:] == drawn(20, seed=4)[0]).all()
        assert both[1].dtype == np.int32


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="digits are deformed in JAX")
class TestInARun:
    @pytest.fixture(autouse=True)
    def small_mnist(self, mnist, monkeypatch):
        """MNIST, as far as a run knows, of few digits; and a recipe with drawn ones."""
        self.data = tuple((images[:600], labels[:600]) for images, labels in mnist)
        monkeypatch.setattr(runs, "load", lambda source: DataSet.from_arrays(self.data))
        monkeypatch.setattr(runs, "named_recipe", lambda name, parameters: self.recipe)
        self.recipe = replace(ROBUST, drawn_digits=70)
        self.trained_on = []
        monkeypatch.setattr(runs, "fit", self.fit)

    def fit(self, model, train, *rest, **options):
        self.trained_on.append(train)
        fit(model, train, *rest, **options)

    def train(self, data="mnist", **options):
        model = tendigits.build_model("32", seed=1)
        defaults = {"recipe": "robust", "epochs": 2, "batch_size": 64, "seed": 5, "verbose": False}
        return tendigits.train(model, data, **defaults | options)

    def test_drawn_digits_are_among_what_is_trained_on(self):
        self.train()
        ((images, labels),) = self.trained_on
        wanted, of_digit = drawn(70, seed=5)
        assert (images[-70:] == wanted).all()
        assert (labels[-70:] == of_digit).all()
        assert len(images) == 670 + self.recipe.nondigits_beside(670, 64)
        assert len(images) % 64 == 0

    def test_they_are_beside_what_is_not_held_out(self):
        self.train(held_out=100)
        ((images, _),) = self.trained_on
        assert len(images) == 570 + self.recipe.nondigits_beside(570, 64)

    def test_the_schedule_counts_them(self):
        for options in ({}, {"held_out": 100}):
            optimizer = self.train(**options).model.optimizer
            planned = optimizer._learning_rate.warmup_steps + optimizer._learning_rate.decay_steps
            assert planned - int(optimizer.iterations.numpy()) in (0, 1)

    def test_the_seed_decides_them_too(self):
        assert self.train().weights_sha256 == self.train().weights_sha256

    def test_a_network_trained_with_them_is_another_one(self):
        with_them = self.train().weights_sha256
        self.recipe = replace(ROBUST, drawn_digits=0)
        assert self.train().weights_sha256 != with_them

    def test_data_that_may_have_other_classes_get_none(self):
        self.train(self.data)
        ((images, _),) = self.trained_on
        assert len(images) == 600 + self.recipe.nondigits_beside(600, 64)


def test_how_many_there_are_is_a_constant_of_the_recipe():
    assert replace(ROBUST, drawn_digits=ROBUST.drawn_digits + 1).sha256 != ROBUST.sha256
    assert ROBUST_WIDE.drawn_digits == ROBUST.drawn_digits
    assert TUTORIAL.drawn_digits == 0
