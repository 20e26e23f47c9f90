"""Who imports what: a person who only wants digits read loads nothing of what an extra installs."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import tendigits

HEAVY = {
    *("keras", "jax", "tensorflow", "torch", "pandas", "matplotlib"),
    *("onnx", "onnxruntime", "sklearn", "pyarrow", "cv2"),
}


def modules_after(statement):
    program = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    return set(last_line(program).split())


def last_line(program, **environment):
    names = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=names | environment)
    return result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "statement",
    [
        "import tendigits",
        "import tendigits; tendigits.load_data, tendigits.prepare",
        "import tendigits.data",
        "import tendigits.weights",
        "import tendigits.inference",
        "import tendigits.saliency",
        "import tendigits.serving.settings, tendigits.cli.serve.serving",
        "import tendigits.evaluation",
        "import tendigits.models",
        "import tendigits.compare",
        "import tendigits.report",
        "import tendigits.report.review",
        "import tendigits.data.reviewed, tendigits.evaluation.reviewed",
        "import tendigits.export",
        "import tendigits.reading",
        "import tendigits.reading.finding, tendigits.reading.length, tendigits.reading.result",
        "import tendigits.data.labels, tendigits.evaluation.readings",
        "import tendigits.image",
        "import tendigits.data.tables",
        "import tendigits.cli",
    ],
)
def test_the_light_rooms_stay_light(statement):
    assert not modules_after(statement).intersection(HEAVY)


def test_finding_ink_loads_opencv_and_nothing_else():
    assert modules_after("import tendigits.reading.ink").intersection(HEAVY) == {"cv2"}


def test_the_classifier_loads_scikit_learn_and_leaves_keras_to_fit():
    assert modules_after("import tendigits; tendigits.DigitClassifier").isdisjoint({"keras", "jax", "tensorflow"})


def test_a_run_s_configuration_is_written_before_keras_is_imported():
    assert not modules_after("import tendigits.training.run_folder, tendigits.training.repeat").intersection(HEAVY)
    assert not modules_after("import tendigits.cli.train.begin, tendigits.cli.train.go_on").intersection(HEAVY)


@pytest.fixture
def blank(tmp_path):
    path = tmp_path / "blank.pgm"
    path.write_bytes(b"P5 2 2 255 " + bytes(4))
    return path


@pytest.fixture
def digit(tmp_path):
    page = np.full((28, 28), 255, np.uint8)
    page[4:24, 13:15] = 0
    path = tmp_path / "one.png"
    Image.fromarray(page).save(path)
    return path


def reading(image):
    return f"from tendigits.cli import app; app(['read', {str(image)!r}, '--json'], standalone_mode=False)"


def test_reading_an_image_loads_opencv_and_nothing_else_that_is_heavy(blank):
    modules = modules_after(reading(blank))

    assert modules.intersection({*HEAVY, "rich", "scipy", "platformdirs", "pydantic"}) == {"cv2"}


@pytest.fixture
def digit_on_a_table(tmp_path):
    photo = np.full((300, 400), 30, np.uint8)
    photo[40:, 50:] = 230
    photo[120:200, 220:228] = 20
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    return path


@pytest.mark.parametrize("image", ["digit", "digit_on_a_table"])
def test_reading_a_png_loads_no_masked_arrays(image, request):
    path = request.getfixturevalue(image)
    assert last_line(f"{reading(path)}; import sys; print('numpy.ma' in sys.modules)") == "False"


def test_threads_are_not_waited_for_to_read_an_image(digit):
    program = f"{reading(digit)}; import os; print(os.environ['OPENBLAS_NUM_THREADS'])"

    assert last_line(program) == "1"
    assert last_line(program, OPENBLAS_NUM_THREADS="2") == "2"


def test_drawing_a_reading_and_a_sheet_needs_no_matplotlib():
    modules = modules_after("import tendigits.reading.annotate.sheet, tendigits.cli.evaluate.readings")

    assert modules.intersection(HEAVY) == {"cv2"}


def test_the_command_line_s_help_needs_neither_numpy_nor_rich():
    assert modules_after("import tendigits.cli").isdisjoint({"numpy", "rich"})


def test_every_public_name_is_there():
    assert sorted(tendigits.__all__) == tendigits.__all__
    assert {name: getattr(tendigits, name).__name__ for name in tendigits.__all__} == {
        name: name for name in tendigits.__all__
    }
    assert set(tendigits.__all__) <= set(dir(tendigits))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'read_minds'"):
        _ = tendigits.read_minds
