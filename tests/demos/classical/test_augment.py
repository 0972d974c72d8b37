"""Augmentation against scipy.ndimage, scikit-learn and exact symmetries."""

import numpy as np
import pytest
from scipy import ndimage
from sklearn.neighbors import KNeighborsClassifier

from mlquiz.demos.classical import augment as module
from mlquiz.demos.classical.augment import (
    FONT,
    SENTENCE,
    SYNONYMS,
    Change,
    accuracy,
    adjust,
    affine,
    augment,
    bilinear,
    copies_of,
    demo,
    draw,
    flip,
    labelled,
    nearest,
    paraphrase,
    rotate,
    scale,
    shear,
    shift,
    warp,
)
from mlquiz.player import Ask, Heat, Table
from tests.demos.frames import broken, checks

RAMP, QUARTER, MEAN, SPREAD, KNOTS, BY_HAND = checks(demo(copies=1))
MODE = {"order": 1, "mode": "grid-constant", "cval": 0.0}


def picture(seed=0):
    return draw("R") + 0.2 * np.random.default_rng(seed).standard_normal((16, 16))


@pytest.mark.parametrize("angle", [0, 7.5, 20, 45, 90, 133, 180, -60])
def test_rotate_is_scipys(angle):
    oracle = ndimage.rotate(picture(), angle, reshape=False, **MODE)
    np.testing.assert_allclose(rotate(picture(), angle), oracle, atol=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_affine_is_scipys(seed):
    M = np.eye(2) + 0.5 * np.random.default_rng(seed).standard_normal((2, 2))
    oracle = ndimage.affine_transform(picture(), M, offset=7.5 - M @ [7.5, 7.5], **MODE)
    np.testing.assert_allclose(affine(picture(), M), oracle, atol=1e-10)


def test_scale_and_shear_are_the_affine_maps_they_should_be():
    for ours, M in ((scale(picture(), 1.25), np.eye(2) / 1.25), (shear(picture(), 0.3), [[1, 0], [0.3, 1]])):
        oracle = ndimage.affine_transform(picture(), M, offset=7.5 - np.dot(M, [7.5, 7.5]), **MODE)
        np.testing.assert_allclose(ours, oracle, atol=1e-10)


def test_shear_pushes_the_top_to_the_right():
    pushed = shear(draw("H"), 0.4)
    columns = np.arange(16)
    assert pushed[2] @ columns / pushed[2].sum() > 7.5 > pushed[13] @ columns / pushed[13].sum()


@pytest.mark.parametrize("letter", FONT)
def test_two_flips_and_four_quarter_turns_give_the_picture_back_exactly(letter):
    image = draw(letter) * picture()
    np.testing.assert_array_equal(flip(flip(image)), image)
    turned = image
    for _ in range(4):
        turned = rotate(turned, 90)
    np.testing.assert_array_equal(turned, image)
    np.testing.assert_array_equal(rotate(rotate(image, 180), 180), image)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, -2), (-5, 0), (16, 16)])
def test_shift_is_scipys(down, right):
    np.testing.assert_array_equal(
        shift(picture(), down, right), ndimage.shift(picture(), (down, right), order=0)
    )


def test_bilinear_by_hand():
    image = np.zeros((16, 16))
    image[3, 4], image[3, 5], image[4, 4], image[4, 5] = 1, 2, 3, 4
    places = np.array([3.25, 4.5]).reshape(2, 1, 1) + np.zeros((2, 16, 16))
    assert bilinear(image, places)[0, 0] == pytest.approx(0.75 * 1.5 + 0.25 * 3.5)


def test_a_stack_is_changed_like_each_of_its_pictures():
    stack = np.stack([picture(0), picture(1)])
    for change in (lambda x: rotate(x, 33), lambda x: shift(x, 1, -3), flip, lambda x: scale(x, 0.7)):
        np.testing.assert_array_equal(change(stack), np.stack([change(image) for image in stack]))


def test_adjust_by_the_formula():
    x = picture()
    np.testing.assert_allclose(adjust(x, 0.5, 0.2), x.mean() + 0.5 * (x - x.mean()) + 0.2)
    np.testing.assert_allclose(adjust(x, 1.0, 0.0), x)


def test_a_warped_series_takes_the_same_values_at_the_knots():
    rng = np.random.default_rng(0)
    series, knots = rng.standard_normal(101), np.arange(0, 101, 20)
    for _ in range(20):
        moved = knots + np.array([0, *rng.integers(-9, 10, 4), 0])
        np.testing.assert_allclose(warp(series, knots, moved)[moved], series[knots], atol=1e-12, rtol=0)
    np.testing.assert_allclose(warp(series, knots, knots), series, atol=1e-12)


def test_paraphrase_replaces_only_words_with_synonyms():
    rng = np.random.default_rng(0)
    assert paraphrase(SENTENCE, 0, rng) == SENTENCE
    said = paraphrase(SENTENCE, 1, rng)
    for old, others in SYNONYMS.items():
        assert old not in said.split()
        assert any(other in said for other in others)


def test_nearest_is_scikit_learns():
    rng = np.random.default_rng(0)
    X, y, queries = rng.standard_normal((60, 9)), rng.integers(0, 4, 60), rng.standard_normal((40, 9))
    oracle = KNeighborsClassifier(1).fit(X, y).predict(queries)
    np.testing.assert_array_equal(nearest(X, y, queries), oracle)


def test_copies_start_with_the_clean_letter_and_keep_within_their_bounds():
    rng = np.random.default_rng(0)
    pictures = copies_of(Change(2, 0.0, 0.0), 30, rng)
    assert pictures.shape == (len(FONT), 31, 256)
    clean = draw("K")
    np.testing.assert_array_equal(pictures[list(FONT).index("K"), 0].reshape(16, 16), clean)
    moves = [shift(clean, down, right) for down in range(-2, 3) for right in range(-2, 3)]
    for copy in pictures[list(FONT).index("K")].reshape(-1, 16, 16):
        assert any((copy == move).all() for move in moves)
    X, y = labelled(pictures)
    assert X.shape == (len(FONT) * 31, 256)
    assert y.tolist() == sorted(y.tolist())


def test_noise_differs_from_pixel_to_pixel():
    noisy = augment(np.zeros((50, 16, 16)), Change(0, 0.0, 0.3), np.random.default_rng(0))
    assert noisy.std() == pytest.approx(0.3, rel=0.05)
    assert abs(np.corrcoef(noisy[0].ravel(), noisy[1].ravel())[0, 1]) < 0.3


@pytest.mark.parametrize("seed", range(4))
def test_copies_that_look_like_the_tests_are_worth_the_most(seed):
    rng = np.random.default_rng(seed)
    tests = copies_of(Change(2, 20.0, 0.1), 40, rng)[:, 1:]
    share = {
        change: accuracy(copies_of(change, 40, rng), tests)
        for change in (Change(0, 0.0, 0.1), Change(2, 0.0, 0.0), Change(2, 20.0, 0.0))
    }
    noise, moves, both = share.values()
    assert noise < 0.6 < moves < both


def test_the_bet_and_the_flip_follow_the_parameters():
    frames = [list(demo(angle=angle, copies=8)) for angle in (20.0, 0.0)]
    assert [next(f for f in film if isinstance(f, Ask)).answer for film in frames] == [2, 2]
    for letter, says in (("H", "still the same"), ("R", "no such letter")):
        assert any(says in frame.text for frame in demo(letter=letter, copies=1) if hasattr(frame, "text"))


def test_the_angle_turns_the_letter():
    pictures = [frame.Z for frame in demo(angle=90.0, copies=1) if isinstance(frame, Heat)]
    assert any(np.array_equal(Z[:, -16:], np.rot90(draw("R"))) for Z in pictures)


@pytest.mark.parametrize(
    "parameters",
    [
        {"angle": 0.0, "noise": 0.0, "copies": 1},
        {"angle": 180.0, "noise": 1.0, "letter": "T"},
        {"copies": 40},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    film = list(demo(**parameters))
    assert not broken(film)
    assert [frame.name for frame in film if isinstance(frame, Table)][-1] == "accuracy"


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 8))
def test_checks_hold_for_other_seeds(seed):
    assert not broken(demo(seed=seed))


def nearest_pixel(image, places):
    return bilinear(image, np.round(places))


def about_zero(image, contrast, brightness):
    return contrast * image + brightness


def the_farthest(X, y, queries):
    return y[((queries[:, None] - X) ** 2).sum(axis=-1).argmax(axis=1)]


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("rotate", lambda image, degrees: rotate(image, -degrees), {RAMP, QUARTER}),
        ("bilinear", nearest_pixel, {RAMP}),
        ("affine", lambda image, M: affine(image, M.T), {RAMP, QUARTER}),
        ("adjust", about_zero, {MEAN}),
        ("adjust", lambda image, a, b: adjust(image, a**2, b), {SPREAD}),
        ("warp", lambda series, knots, moved: warp(series, moved, knots), {KNOTS}),
        ("nearest", the_farthest, {BY_HAND}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(copies=4))
