"""Charts: what is drawn stands where its value is."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tendigits.evaluation import reliability_diagram, risk_coverage
from tendigits.report.axes import linear, logarithmic, whole_numbers
from tendigits.report.charts import history_chart, reliability_chart, risk_coverage_chart

shares = st.floats(1e-6, 1)
values = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))


def drawn(chart, kind):
    return [element for element in ET.fromstring(chart).iter() if element.get("class") == kind]  # noqa: S314 - our own chart


def points(path):
    """Return the pieces of a path, each a list of points."""
    pieces = path.get("d").lstrip("M").split("M")
    return [[tuple(map(float, point.split())) for point in piece.split("L")] for piece in pieces if piece]


class TestAxes:
    @given(values, values)
    def test_a_linear_axis_holds_its_values_and_few_even_ticks(self, one, other):
        low, high = min(one, other), max(one, other)

        axis = linear("", low, high, 250, 30)

        assert axis.ticks[0] <= low + 1e-9 * abs(low)
        assert axis.ticks[-1] >= high - 1e-9 * abs(high)
        assert 2 <= len(axis.ticks) <= 8
        assert np.ptp(np.diff(axis.ticks)) == pytest.approx(0, abs=1e-6 * (axis.ticks[-1] - axis.ticks[0]))
        assert len(set(axis.texts)) == len(axis.texts)

    @given(shares, shares)
    def test_a_logarithmic_axis_holds_its_values_and_few_ticks(self, one, other):
        low, high = min(one, other), max(one, other)

        axis = logarithmic("", low, high, 250, 30)

        assert axis.ticks[0] <= low * (1 + 1e-6)
        assert axis.ticks[-1] >= high * (1 - 1e-6)
        assert 2 <= len(axis.ticks) <= 10
        assert [float(text.rstrip("%")) / 100 for text in axis.texts] == pytest.approx(axis.ticks)

    def test_equal_ratios_are_equally_far_apart(self):
        axis = logarithmic("", 0.001, 1, 300, 0)

        assert [axis(value) for value in (0.001, 0.01, 0.1, 1)] == pytest.approx([300, 200, 100, 0])

    @given(st.integers(1, 5000))
    def test_epochs_are_named_by_whole_numbers_with_both_ends(self, last):
        ticks = whole_numbers("", last, 0, 400).ticks

        assert (ticks[0], ticks[-1]) == (1, max(2, last))
        assert sorted(set(ticks)) == list(ticks)
        assert len(ticks) <= 8


class TestHistory:
    def test_every_epoch_has_its_point_at_its_height(self):
        chart = history_chart("loss", [0.4, 0.2, 0.3], [0.5, 0.4, 0.1])

        (line,) = points(drawn(chart, "line training")[0])
        heights = [y for _, y in line]
        assert heights[0] < heights[2] < heights[1]  # down is larger in SVG
        assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2, abs=0.1)
        said = [point[0].text for point in drawn(chart, "point validation")]
        assert said == ["epoch 1: 0.5000", "epoch 2: 0.4000", "epoch 3: 0.1000"]

    def test_what_is_not_a_number_is_a_gap(self):
        chart = history_chart("loss", [0.4, float("nan"), 0.3, float("inf"), 0.2], None)

        assert [len(piece) for piece in points(drawn(chart, "line training")[0])] == [1, 1, 1]
        assert len(drawn(chart, "point training")) == 3

    def test_nothing_finite_is_drawn_as_nothing(self):
        assert not drawn(history_chart("loss", [float("nan")], None), "point training")


@pytest.fixture(scope="module")
def diagram():
    """Return the diagram of a network that is too sure."""
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 500)
    return reliability_diagram(confidence, random.random(500) < confidence - 0.2)


class TestReliability:
    def test_a_bin_stands_where_its_confidence_and_accuracy_are(self, diagram):
        chart = reliability_chart(diagram)

        (((x0, y0), (x1, y1)),) = points(drawn(chart, "diagonal")[0])
        filled = diagram.count > 0
        marks = drawn(chart, "point training")
        assert [(float(mark.get("cx")) - x0) / (x1 - x0) for mark in marks] == pytest.approx(
            diagram.confidence[filled].tolist(), abs=1e-3
        )
        assert [(float(mark.get("cy")) - y0) / (y1 - y0) for mark in marks] == pytest.approx(
            diagram.accuracy[filled].tolist(), abs=1e-3
        )

    def test_every_bin_s_count_is_written(self, diagram):
        counts = [int(text.text) for text in drawn(reliability_chart(diagram), "small")]

        assert counts == diagram.count[diagram.count > 0].tolist()


class TestRiskCoverage:
    def test_the_curve_begins_at_the_first_mistake_and_ends_at_the_error_rate(self):
        right = np.ones(1000, bool)
        right[[500, 900, 950]] = False
        curve = risk_coverage(np.linspace(1, 0, 1000), right)

        chart = risk_coverage_chart(curve)

        (line,) = points(drawn(chart, "line validation")[0])
        start, end = 58, 462
        assert (line[0][0] - start) / (end - start) == pytest.approx(0.501, abs=0.005)
        assert line[-1][0] == end
        assert drawn(chart, "point validation")[-1][0].text == "100% answered: 0.30% wrong"
        assert "0.21% at 95%; 0.30% at 99%" in ET.fromstring(chart).get("aria-label")  # noqa: S314 - our own chart

    @pytest.mark.parametrize("right", [[True], [False], [True, False], [False, True]], ids=str)
    def test_one_or_two_answers_can_be_drawn(self, right):
        chart = risk_coverage_chart(risk_coverage(np.linspace(1, 0.5, len(right)), np.array(right)))

        assert len(drawn(chart, "line validation")) == 1
