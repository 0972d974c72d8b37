"""How a problem is shown."""

from mlquiz.cards.problems import Problem, listed, nearest, single_quoted


def test_render():
    problem = Problem(
        "d.yaml", 3, 7, "`anwser` is unknown", "`answer`", "did you mean `answer`?", "    a: anwser"
    )
    assert problem.render().split("\n") == [
        "d.yaml:3:7: `anwser` is unknown; expected `answer`; did you mean `answer`?",
        "        a: anwser",
        "          ^",
    ]


def test_a_file_as_a_whole_has_no_line():
    assert Problem("d.yaml", 0, 0, "is empty").render() == "d.yaml: is empty"


def test_a_warning_says_so():
    assert Problem("d", 1, 1, "odd", severity="warning").headline == "d:1:1: warning: odd"


def test_the_caret_stands_under_wide_and_combining_characters():
    line = "漢字 e\N{COMBINING ACUTE ACCENT}x"
    assert Problem("d", 1, 6, "x", source_line=line).render().split("\n")[2] == "    " + " " * 6 + "^"


def test_a_long_line_is_cut_around_the_place():
    line = "a" * 300 + "X" + "b" * 300
    _, shown, caret = Problem("d", 1, 301, "x", source_line=line).render().split("\n")
    assert len(shown) < 120
    assert shown[caret.index("^")] == "X"


def test_control_characters_are_not_shown():
    rendered = Problem("d", 1, 2, "x", source_line="a\x1b[31m\tb").render()
    assert "\x1b" not in rendered
    assert "\t" not in rendered


def test_as_json():
    assert Problem("d", 1, 2, "m", "e", "s", "line").as_json() == {
        "path": "d",
        "line": 1,
        "column": 2,
        "message": "m",
        "expected": "e",
        "suggestion": "s",
        "source_line": "line",
        "severity": "error",
    }


def test_words():
    assert listed([]) == ""
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "c"]) == "`a`, `b` or `c`"
    assert nearest("anwser", ["answer", "ask"]) == "did you mean `answer`?"
    assert nearest("zzz", ["answer"]) == ""
    assert single_quoted("it's") == "'it''s'"
