"""What confidence is worth: reliability, risk and coverage, AUROC; against scikit-learn and brute force."""

from itertools import permutations

import numpy as np
import pytest
from sklearn import calibration, metrics

from tendigits.evaluation import auroc, expected_calibration_error, reliability_diagram, risk_coverage


@pytest.fixture(scope="module")
def answers():
    """Return 2,000 confidences, no two equal, and whether each answer was right: the surer, the oftener."""
    random = np.random.default_rng(0)
    confidence = random.uniform(0.1, 1, 2000)
    return confidence, random.random(2000) < confidence**0.5


class TestReliabilityDiagram:
    def test_its_points_are_those_of_scikit_learn(self, answers):
        confidence, right = answers

        diagram = reliability_diagram(confidence, right)

        accuracy, mean_confidence = calibration.calibration_curve(right, confidence, n_bins=15)
        filled = diagram.count > 0
        assert diagram.accuracy[filled] == pytest.approx(accuracy)
        assert diagram.confidence[filled] == pytest.approx(mean_confidence)

    def test_its_counts_are_those_of_a_histogram(self, answers):
        confidence, right = answers

        diagram = reliability_diagram(confidence, right)

        assert diagram.count.tolist() == np.histogram(confidence, bins=15, range=(0, 1))[0].tolist()

    def test_a_bin_that_holds_nothing_is_not_a_number(self):
        diagram = reliability_diagram(np.array([0.95, 0.99, 1.0]), np.array([True, True, False]))

        assert diagram.count.tolist() == [0] * 14 + [3]
        assert np.isnan(diagram.accuracy).tolist() == np.isnan(diagram.confidence).tolist() == [True] * 14 + [False]

    def test_its_mean_gap_is_the_calibration_error(self, answers):
        diagram = reliability_diagram(*answers)

        gaps = [
            count / 2000 * abs(accuracy - confidence)
            for count, accuracy, confidence in zip(diagram.count, diagram.accuracy, diagram.confidence, strict=True)
            if count
        ]
        assert expected_calibration_error(*answers) == pytest.approx(sum(gaps))


def area_in_this_order(right):
    """Return the mean over k of the error rate of the first k answers."""
    return np.mean([1 - np.mean(right[:k]) for k in range(1, len(right) + 1)])


class TestRiskCoverage:
    def test_every_point_counts_the_answers_that_are_as_sure(self, answers):
        confidence, right = np.round(answers[0], 2), answers[1]  # with ties

        curve = risk_coverage(confidence, right)

        assert curve.threshold.tolist() == sorted(set(confidence.tolist()), reverse=True)
        for threshold, coverage, risk in zip(curve.threshold, curve.coverage, curve.risk, strict=True):
            accepted = confidence >= threshold
            assert coverage == pytest.approx(accepted.mean())
            assert risk == pytest.approx(1 - right[accepted].mean())

    def test_its_area_is_the_mean_risk_of_every_number_of_answers(self, answers):
        confidence, right = answers

        assert risk_coverage(confidence, right).area == pytest.approx(
            area_in_this_order(right[np.argsort(-confidence)])
        )

    def test_ties_count_as_the_average_over_all_orders(self):
        right = np.array([True, False, True, True, False, False, True])
        curve = risk_coverage(np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.5]), right)

        orders = [np.append(right[list(order)], right[5:]) for order in permutations(range(5))]

        assert curve.area == pytest.approx(np.mean([area_in_this_order(order) for order in orders]))
        assert curve.accuracy_at(3 / 7) == pytest.approx(np.mean([order[:3].mean() for order in orders]))

    def test_the_order_of_the_answers_plays_no_part(self, answers):
        confidence, right = np.round(answers[0], 1), answers[1]
        shuffled = np.random.default_rng(1).permutation(2000)

        curve, of_shuffled = risk_coverage(confidence, right), risk_coverage(confidence[shuffled], right[shuffled])

        assert curve.wrong.tolist() == of_shuffled.wrong.tolist()
        assert curve.area == of_shuffled.area

    def test_accuracy_at_a_coverage_is_that_of_the_surest(self, answers):
        confidence, right = answers

        surest = np.argsort(-confidence)[:1980]

        assert risk_coverage(confidence, right).accuracy_at(0.99) == pytest.approx(right[surest].mean())
        assert risk_coverage(confidence, right).accuracy_at(1.0) == pytest.approx(right.mean())

    @pytest.mark.parametrize("coverage", [1e-3, 0.5, 0.99, 1.0])
    def test_the_threshold_of_a_coverage_accepts_that_share(self, answers, coverage):
        confidence, right = np.round(answers[0], 2), answers[1]

        threshold = risk_coverage(confidence, right).threshold_at(coverage)

        assert (confidence > threshold).mean() < coverage <= (confidence >= threshold).mean()

    def test_confidence_that_knows_every_mistake_leaves_none(self):
        right = np.arange(100) < 90

        curve = risk_coverage(np.linspace(1, 0, 100), right)

        assert curve.accuracy_at(0.9) == 1
        assert curve.accuracy_at(1) == pytest.approx(0.9)

    @pytest.mark.parametrize("coverage", [0, -0.1, 1.001, np.nan])
    def test_a_share_that_is_none_is_refused(self, answers, coverage):
        with pytest.raises(ValueError, match="is not above 0 and up to 1"):
            risk_coverage(*answers).risk_at(coverage)

    def test_no_answers_are_refused(self):
        with pytest.raises(ValueError, match="no predictions"):
            risk_coverage(np.array([]), np.array([], bool))


class TestAuroc:
    @pytest.mark.parametrize("decimals", [17, 2, 1, 0], ids="rounded to {} decimals".format)
    def test_it_is_scikit_learn_s(self, answers, decimals):
        confidence, right = np.round(answers[0], decimals), answers[1]

        assert auroc(confidence[right], confidence[~right]) == pytest.approx(metrics.roc_auc_score(right, confidence))

    def test_sets_apart_are_told_apart_and_equal_ones_are_not(self):
        low, high = np.array([0.1, 0.2]), np.array([0.8, 0.9, 0.9])

        assert (auroc(high, low), auroc(low, high), auroc(low, low)) == (1, 0, 0.5)

    @pytest.mark.parametrize("sets", [([], [0.5]), ([0.5], []), ([np.nan], [0.5])], ids=str)
    def test_an_empty_set_and_a_nan_are_refused(self, sets):
        with pytest.raises(ValueError, match=r"at least one|not a number"):
            auroc(*map(np.array, sets))
