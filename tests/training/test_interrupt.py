"""Ctrl-C belongs to the training only while it runs, and only where nobody else handles it."""

import signal
import threading
from contextlib import suppress

import keras
import numpy as np
import pytest

import tendigits
from tendigits.errors import TrainingInterrupted

pytestmark = pytest.mark.backends

IMAGES = np.arange(64 * 784, dtype=np.uint8).reshape(64, 28, 28)
DATA = (IMAGES, np.arange(64) % 10), (IMAGES, np.arange(64) % 10)


def train(*callbacks, epochs=3, **options):
    model = tendigits.build_model("8", seed=1)
    return tendigits.train(model, DATA, epochs=epochs, seed=1, callbacks=callbacks, verbose=False, **options)


def ctrl_c_in(wanted):
    """Press Ctrl-C when an epoch begins."""
    press = lambda epoch, logs: signal.raise_signal(signal.SIGINT) if epoch == wanted else None  # noqa: E731 - one line, used at once
    return keras.callbacks.LambdaCallback(on_epoch_begin=press)


def test_the_epoch_in_hand_is_finished_and_the_model_holds_its_weights(tmp_path):
    model = tendigits.build_model("8", seed=1)

    with pytest.raises(TrainingInterrupted) as interruption:
        tendigits.train(model, DATA, epochs=3, seed=1, out=tmp_path / "run", callbacks=[ctrl_c_in(1)], verbose=False)

    assert interruption.value.epochs_done == 2
    assert interruption.value.folder == tmp_path / "run"
    expected = train(epochs=2).model.get_weights()
    assert all(np.array_equal(*pair) for pair in zip(model.get_weights(), expected, strict=True))


def test_in_the_last_epoch_too_it_ends_the_training():
    with pytest.raises(TrainingInterrupted):
        train(ctrl_c_in(2))


@pytest.mark.parametrize("epoch", [1, 99], ids=["pressed", "not pressed"])
def test_the_handler_is_given_back(epoch):
    with suppress(TrainingInterrupted):
        train(ctrl_c_in(epoch))

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: None], ids=["ignored", "a host's own"])
def test_another_handler_stays_in_charge(handler):
    before = signal.signal(signal.SIGINT, handler)
    try:
        run = train(ctrl_c_in(1))
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)

    assert len(run.history.epoch) == 3


def test_training_works_outside_the_main_thread():
    runs = []
    thread = threading.Thread(target=lambda: runs.append(train()))
    thread.start()
    thread.join()

    assert runs[0].weights_sha256 == train().weights_sha256
