"""Average precision of boxes against counted cells and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from mlquiz.demos.classical import detection_ap as module
from mlquiz.demos.classical.detection_ap import (
    Image,
    Ranking,
    ap_by_hand,
    average_precision,
    covered,
    demo,
    iou,
    match,
    mean_average_precision,
    rank,
    running,
    scene,
)
from tests.demos.frames import broken, checks

CELLS, ONCE, CAT, DOG, CUP, MEAN = checks(demo(images=2))


def boxes(count, rng):
    low = rng.integers(0, 10, (count, 2))
    return np.concatenate([low, low + rng.integers(1, 8, (count, 2))], axis=1)


@pytest.mark.parametrize("seed", range(3))
def test_iou_is_that_of_counted_cells(seed):
    rng = np.random.default_rng(seed)
    A, B = boxes(12, rng), boxes(15, rng)
    counted = [[len(covered(a) & covered(b)) / len(covered(a) | covered(b)) for b in B] for a in A]
    np.testing.assert_array_equal(iou(A, B), counted)


def test_boxes_that_touch_or_lie_apart_share_nothing():
    A = np.array([[0, 0, 2, 2]])
    B = np.array([[2, 0, 4, 2], [5, 5, 6, 6], [0, 0, 2, 2], [1, 0, 3, 2]])
    np.testing.assert_allclose(iou(A, B), [[0, 0, 1, 1 / 3]])


@pytest.mark.parametrize("seed", range(6))
def test_ap_is_scikit_learns_when_every_object_is_found(seed):
    rng = np.random.default_rng(seed)
    scores, right = np.sort(rng.random(30))[::-1], rng.random(30) < 0.4
    ranking = Ranking(scores, right, int(right.sum()))
    assert average_precision(ranking) == pytest.approx(average_precision_score(right, scores), abs=1e-12)


def test_objects_that_are_never_found_cost_recall():
    ranking = Ranking(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 4)
    P, R = running(ranking)
    np.testing.assert_allclose(P, [1, 1 / 2, 2 / 3])
    np.testing.assert_allclose(R, [1 / 4, 1 / 4, 1 / 2])
    assert average_precision(ranking) == pytest.approx((1 + 2 / 3) / 4)


def test_the_surer_prediction_gets_the_object_and_the_second_takes_the_next_best():
    objects = np.array([[0, 0, 4, 4], [2, 0, 6, 4]])
    predictions = np.array([[1, 0, 5, 4], [0, 0, 4, 4], [0, 0, 4, 4]])
    kinds = np.zeros(3, dtype=int)
    image = Image(objects, kinds[:2], predictions, kinds, np.array([0.9, 0.8, 0.7]))
    assert match(image, 0.3).tolist() == [0, 1, -1]
    assert match(image, 0.7).tolist() == [-1, 0, -1]


def test_the_wrong_kind_finds_nothing():
    image = scene(3, 0, np.random.default_rng(0))
    assert (match(image._replace(predicted=image.predicted * 0 + 9), 0.1) == -1).all()


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
def test_ap_of_whole_scenes_is_that_by_hand(threshold):
    rng = np.random.default_rng(4)
    film = [scene(2, number, rng) for number in range(8)]
    exact = [float(ap_by_hand(film, kind, threshold)) for kind in range(2)]
    assert mean_average_precision(film, 2, threshold) == pytest.approx(sum(exact) / 2, abs=1e-12)


def test_every_predicted_box_has_an_inside():
    for seed in range(40):
        image = scene(3, seed, np.random.default_rng(seed))
        for each in (image.objects, image.predictions):
            assert (each[:, 2:] > each[:, :2]).all()
        assert (np.diff(image.scores) <= 0).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "parameters",
    [{"images": 2, "classes": 5}, {"images": 12, "classes": 1, "iou": 0.05}, {"iou": 0.95}],
)
def test_the_bounds_of_the_parameters_play(parameters, seed):
    assert not broken(demo(**parameters, seed=seed))


def over_both_areas(A, B):
    v = iou(A, B)
    return v / (1 + v)


def found_again(image, threshold):
    overlap = iou(image.predictions, image.objects) * (image.predicted[:, None] == image.kinds)
    return np.where(overlap.max(axis=1) >= threshold, overlap.argmax(axis=1), -1)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("iou", over_both_areas, {CELLS, MEAN}),
        ("match", found_again, {ONCE, CAT, MEAN}),
        ("average_precision", lambda ranking: float(running(ranking)[0].mean()), {CAT, DOG, CUP, MEAN}),
        ("running", lambda ranking: (running(ranking)[1],) * 2, {CAT, DOG, CUP, MEAN}),
        ("rank", lambda film, kind, t: rank(film[:-1], kind, t), {CAT, DOG, CUP, MEAN}),
        ("mean_average_precision", lambda film, n, t: mean_average_precision(film, 1, t), {MEAN}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
