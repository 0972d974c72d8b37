"""`docs/formulas.md` says what can be typed: its examples are graded here."""

import re
from pathlib import Path

import pytest

from mlquiz.grading import Formula, grade

PAGE = Path(__file__).parents[2] / "docs" / "formulas.md"
SYMBOLS = re.compile(r"^Symbols: `(.*)`$", re.MULTILINE)
ROW = re.compile(r"^\| (.*?) \| (`.*) \|$", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")


def sections():
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        found = SYMBOLS.search(section)
        if found:
            symbols = dict(re.split(r":\s*", entry, maxsplit=1) for entry in found[1].split("; "))
            yield section.split("\n")[0], symbols, section


def spans(cell):
    return [span.replace("\\|", "|") for span in SPAN.findall(cell)]


SPELLINGS = [
    pytest.param(symbols, spans(cells), id=meaning)
    for title, symbols, section in sections()
    if title != "What is refused"
    for meaning, cells in ROW.findall(section)
]
REFUSED = [
    pytest.param(symbols, spans(typed)[0], id=typed)
    for title, symbols, section in sections()
    if title == "What is refused"
    for typed in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
]


@pytest.mark.parametrize(("symbols", "spelt"), SPELLINGS)
def test_all_spellings_of_a_row_are_the_same(symbols, spelt):
    formula = Formula(spelt[0], symbols)
    assert len(spelt) > 1
    assert {text: grade(text, formula).outcome for text in spelt} == dict.fromkeys(spelt, "right")


@pytest.mark.parametrize(("symbols", "typed"), REFUSED)
def test_what_is_refused_says_why(symbols, typed):
    verdict = grade(typed, Formula("x", symbols))
    assert (verdict.outcome, bool(verdict.message)) == ("unread", True)
