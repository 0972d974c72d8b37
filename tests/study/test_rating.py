"""Ratings from verdicts, as the scheduler takes them."""

import pytest

from mlquiz.study.rating import Help, Rating, cap, offers_easy, overruled, rate


@pytest.mark.parametrize(
    ("right", "helped", "rating"),
    [
        (True, Help.NONE, Rating.GOOD),
        (True, Help.NUDGE, Rating.HARD),
        (True, Help.CONTENT, Rating.AGAIN),
        (False, Help.NONE, Rating.AGAIN),
        (False, Help.NUDGE, Rating.AGAIN),
        (False, Help.CONTENT, Rating.AGAIN),
    ],
)
def test_a_lapse_is_never_hard_and_help_lowers(right: bool, helped: Help, rating: Rating) -> None:
    assert rate(right=right, helped=helped) is rating


@pytest.mark.parametrize("given", list(Rating))
def test_the_person_s_own_rating_is_capped_by_help_only(given: Rating) -> None:
    assert cap(given, Help.NONE) is given
    assert cap(given, Help.NUDGE) is min(given, Rating.HARD)
    assert cap(given, Help.CONTENT) is Rating.AGAIN


def test_overruling_turns_a_lapse_into_good_and_all_else_into_a_lapse() -> None:
    assert [overruled(rating) for rating in Rating] == [Rating.GOOD, Rating.AGAIN, Rating.AGAIN, Rating.AGAIN]


@pytest.mark.parametrize(
    ("rating", "took", "usual", "offered"),
    [
        (Rating.GOOD, 4_999, 10_000, True),
        (Rating.GOOD, 5_000, 10_000, False),
        (Rating.GOOD, 1, None, False),
        (Rating.GOOD, 0, 0, False),
        (Rating.HARD, 1, 10_000, False),
        (Rating.AGAIN, 1, 10_000, False),
    ],
)
def test_easy_is_offered_for_half_the_usual_time(
    rating: Rating, took: int, usual: int | None, offered: bool
) -> None:
    assert offers_easy(rating, took, usual) is offered
