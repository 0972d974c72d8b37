"""Reading decks: scalars as they were written, limits, and no text that makes it fall over."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.cards.build import build_card
from mlquiz.cards.load import load_deck
from mlquiz.cards.model import Blank, DemoCall, Given
from mlquiz.cards.nodes import MAX_ALIASES, MAX_BYTES
from mlquiz.cards.problems import single_quoted


@pytest.fixture
def load(tmp_path):
    def load_text(text):
        path = tmp_path / "deck.yaml"
        return load_deck(path, text if isinstance(text, bytes) else text.encode())

    return load_text


def cards(loaded):
    return [card for section in loaded.plain["sections"] for card in section["cards"]]


def built(loaded):
    plain = loaded.plain
    return {
        card["id"]: build_card(card, plain["deck"], section["id"])
        for section in plain["sections"]
        for card in section["cards"]
    }


def headline(loaded):
    assert len(loaded.problems) == 1, loaded.problems
    return loaded.problems[0].headline


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "null", "~", "017", "0o17", "12:30", "1_000", "3.10", "0", "1e3", "2001-01-01", ".inf"],
)
def test_a_scalar_stays_as_it_was_written(load, written):
    loaded = load(f"deck: d\ncards:\n  - ask: What?\n    answer: {written}\n    tags: [{written}]\n")
    assert loaded.problems == []
    assert cards(loaded)[0]["answer"] == written
    assert cards(loaded)[0]["tags"] == [written]


def test_the_smallest_deck(load):
    loaded = load("deck: my-deck\ncards:\n  - ask: What does it decide?\n    answer: How much to keep.\n")
    (card,) = built(loaded).values()
    assert (card.key, card.kind, card.answer, card.weight) == (
        f"my-deck/{card.id}",
        "recall",
        "How much to keep.",
        3,
    )
    assert len(card.id) == 12


def test_the_id_of_a_card_without_one_hangs_on_its_question_alone(load):
    one = load("deck: d\ncards:\n  - ask: What?\n    answer: a\n")
    other = load(
        "deck: e\ncards:\n  - ask: First?\n    answer: x\n  - ask: What?\n    answer: b\n    weight: 5\n"
    )
    assert cards(one)[0]["id"] == cards(other)[1]["id"] != cards(other)[0]["id"]


def test_every_kind_with_every_field(good_path):
    loaded = load_deck(good_path)
    assert loaded.problems == []
    card = built(loaded)
    assert "3.10" in card
    why = card["why-restarts"]
    assert why.demo == (DemoCall("kmeans", {"k": 4, "spread": 0.5}), DemoCall("lstm", {}))
    assert why.weight == 5
    assert why.was == ("good/restarts", "old-deck/restarts")
    assert why.contrasts == ("good/wcss",)
    assert why.follow_up == ("good/steps",)
    assert why.hints == ("What does each step guarantee?", "It never rises.")
    wcss = card["wcss"]
    assert wcss.demo == (DemoCall("kmeans", {}),)
    assert (wcss.weight, wcss.boundary, wcss.show) == (4, "any", "J")
    assert wcss.symbols["x_j"] == "sequence(n, vector(d))"
    assert wcss.where == ("r_ij in {0, 1}",)
    assert [option.right for option in card["pick"].options] == [True, False]
    count = card["count"]
    assert count.tolerance == Fraction(1, 50)
    assert count.given == (
        Given("a", (Fraction(2),)),
        Given("b", (Fraction(1, 10), Fraction(1, 3), Fraction(1, 1000))),
        Given("c", tuple(Fraction(n, 4) for n in range(4, 9))),
    )
    assert count.given[2].draw(Random(0)) in count.given[2].choices
    assert card["steps"].steps == ("assign", "update", "stop")
    assert card["pairs"].pairs == (("k-means", "mean"), ("k-medians", "median"))
    assert card["pairs-as-list"].pairs == (("k-means", "mean"), ("k-medoids", "a data point"))


def test_blanks(good_path):
    text = built(load_deck(good_path))["blanks"].text
    assert [part for part in text if isinstance(part, Blank)] == [
        Blank("point|observation", ("point", "observation")),
        Blank("$|x|$", ("$|x|$",), "|x|"),
        Blank(r"$\frac{1}{2^{n}}$", (r"$\frac{1}{2^{n}}$",), r"\frac{1}{2^{n}}"),
    ]
    assert text[2] == " joins one of $k$ groups; with a bar: "


def test_a_revision_changes_with_the_card_and_with_nothing_else(load):
    deck = "deck: d\ncards:\n  - {id: a, ask: What, answer: x}\n"
    [before] = cards(load(deck))
    [moved] = cards(load(f"# a comment\n{deck}"))
    [edited] = cards(load(deck.replace("answer: x", "answer: y")))
    assert before["revision"] == moved["revision"] != edited["revision"]
    assert moved["line"] == before["line"] + 1


def test_aliases_of_yaml_are_followed(load):
    loaded = load(
        "deck: d\ncards:\n"
        "  - {id: a, kind: formula, ask: A, answer: x, symbols: &s {x: real}}\n"
        "  - {id: b, kind: formula, ask: B, answer: x, symbols: *s}\n"
    )
    assert loaded.problems == []
    assert [card["symbols"] for card in cards(loaded)] == [{"x": "real"}, {"x": "real"}]


def test_a_bomb_of_aliases_is_refused_before_it_goes_off(load):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "aliases make the file too big" in headline(load("\n".join(lines)))


def test_too_many_aliases(load):
    text = "deck: d\ncards: &c\n  - {ask: What?, answer: x}\nsections: [" + "*c, " * (MAX_ALIASES + 1) + "]\n"
    assert "this is alias 101; expected at most 100" in headline(load(text))


def test_an_alias_within_itself(load):
    assert "`*c` is an alias of YAML that contains itself" in headline(load("deck: d\ncards: &c [*c]\n"))


@pytest.mark.parametrize("deep", ["[" * 50_000, "- " * 50_000, "{a: " * 50_000, "? " * 50_000])
def test_deep_nesting_is_refused_at_once(load, deep):
    assert "nesting is deeper than 12" in headline(load(deep))


def test_a_big_file(load):
    assert "5,000,001 bytes; expected at most 5,000,000" in headline(load(b"#" * (MAX_BYTES + 1)))


def test_a_long_text(load):
    loaded = load(f"deck: d\ncards:\n  - ask: What?\n    answer: {'x' * 10_001}\n")
    assert "`answer` has 10,001 characters; expected at most 10,000" in headline(loaded)


def test_too_many_cards(load, monkeypatch):
    monkeypatch.setattr("mlquiz.cards.load.MAX_CARDS", 3)
    loaded = load("deck: d\ncards:\n" + "".join(f"  - {{ask: Q{n}, answer: x}}\n" for n in range(5)))
    assert "deck.yaml:6:5: the deck has more than 3 cards" in headline(loaded)
    assert len(cards(loaded)) == 3


def test_bytes_that_are_no_text(load):
    assert "deck.yaml:2:4: byte 0xff is not UTF-8" in headline(load(b"deck: d\nab \xff"))


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800", "\ufffe"])
def test_characters_that_yaml_refuses(load, character):
    text = f"deck: d\ntitle: a{character}b\n".encode("utf-8", "surrogatepass")
    assert "deck.yaml:2:9: " in headline(load(text))


def test_a_byte_order_mark_is_no_harm(load):
    loaded = load(b"\xef\xbb\xbfdeck: d\r\ncards:\r\n  - ask: What?\r\n    answer: x\r\n")
    assert loaded.problems == []


def test_a_missing_file(tmp_path):
    loaded = load_deck(tmp_path / "none.yaml")
    assert loaded.plain is None
    assert "none.yaml: the file can't be read: No such file" in headline(loaded)


PRINTABLE = st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Cn"], blacklist_characters="\ufeff")


@settings(deadline=None)
@given(st.text(PRINTABLE, min_size=1, max_size=80).filter(lambda text: text.strip() and "$" not in text))
def test_any_text_in_single_quotes_is_read_as_it_is(text):
    loaded = load_deck_of(f"deck: d\ncards:\n  - ask: {single_quoted(text)}\n    answer: x\n")
    assert loaded.problems == []
    assert cards(loaded)[0]["ask"] == text.strip()


def load_deck_of(text):
    from pathlib import Path

    return load_deck(Path("deck.yaml"), text if isinstance(text, bytes) else text.encode())


@settings(deadline=None)
@given(st.text(st.sampled_from("x1$?|*&!%@`'\"{}[]()<>#:,-= \\θ"), min_size=1, max_size=12))
def test_a_plain_text_is_read_as_written_or_named_on_its_line(text):
    """What stands behind a colon is never changed in silence, but for blanks at its ends and a comment."""
    loaded = load_deck_of(f"deck: d\ncards:\n  - ask: What?\n    answer: {text}\n")
    if loaded.problems:
        assert {problem.line for problem in loaded.problems} <= {4, 5}
        return
    answer = cards(loaded)[0]["answer"]
    written = text.strip()
    if written[0] in "'\"":
        return  # quoted: it says something else by rights
    comment = written.find(" #")
    assert answer == (written if comment < 0 else written[:comment].strip())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall_over(data):
    loaded = load_deck_of(data)
    assert loaded.plain is not None or loaded.problems


# fmt: off
TOKENS = st.sampled_from([
    "deck: d\n", "cards:\n", "sections:\n", "  - ", "    ", "id: a\n", "ask: What?\n", "kind: ",
    "cloze\n", "match\n", "text: 'a {{b}}'\n", "pairs: ", "given: ", "demo: ", "notes: ",
    "errata: ", "options: ", "symbols: ", "[", "]", "{", "}", ", ", ": ", "&a ", "*a", "!t ", "'",
    '"', "|", "#", "\t", "$", "\\", "x\n", "[[a, b], [c, d]]\n", "{a: b, c: d}\n", "same_as: a\n",
    "? ", "{from: 0, to: 1, step: 1}", "---\n", "\u2028",
])
# fmt: on


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=40).map("".join))
def test_no_mixture_of_parts_makes_it_fall_over(text):
    loaded = load_deck_of(text)
    if loaded.plain:
        built(loaded)
    for problem in loaded.problems:
        assert problem.render()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutation_of_a_good_deck_makes_it_fall_over(data):
    from tests.cards.conftest import FIXTURES

    text = (FIXTURES / "good.yaml").read_text(encoding="utf-8")
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, min(len(text), at + 40)))
    put = data.draw(st.text(max_size=8) | TOKENS)
    loaded = load_deck_of((text[:at] + put + text[until:]).encode("utf-8", "surrogatepass"))
    if loaded.plain:
        built(loaded)
    assert loaded.plain or loaded.problems
