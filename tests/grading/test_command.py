"""``mlquiz grade``: exit codes, JSON, batches with broken lines."""

import json

import pytest
from typer.testing import CliRunner

from mlquiz.cli.grade import app, read_symbols


def run(*arguments, text=None):
    return CliRunner().invoke(app, list(arguments), input=text)


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [("2x", 0, "right"), ("-2x", 1, "wrong"), ("2x +", 2, "unread")],
)
def test_one_answer(answer, code, word):
    result = run(answer, "--reference", "x + x", "--symbols", "x: real")
    assert (result.exit_code, result.output.splitlines()[0]) == (code, word)


@pytest.mark.parametrize("answer", ["-sigma", "-r", "-h/2", "-x^2"])
def test_an_answer_may_begin_with_a_minus(answer):
    symbols = "sigma: real; r: real; h: real; x: real"
    assert run(answer, "--reference", answer, "--symbols", symbols).exit_code == 0


def test_json_has_the_fields_of_a_batch():
    result = run("x", "--reference", "x", "--symbols", "x: real", "--json")
    assert {"id", "outcome", "reading", "message", "hint", "how", "ms"} <= set(json.loads(result.output))


def test_a_broken_batch_line_gets_an_answer_line():
    lines = [
        '{"id": 1, "answer": "x", "reference": "x", "symbols": {"x": "real"}, "where": null}',
        "{broken",
        "[]",
        '{"id": 2, "answer": "y"}',
    ]
    result = run("--batch", "-", text="\n".join(lines))
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [a["outcome"] for a in answers] == ["right", "error", "error", "error"]
    assert answers[3]["id"] == 2
    assert result.exit_code == 0


def test_used_wrongly():
    assert run("x").exit_code == 2
    assert run("x", "--reference", "x +").exit_code == 2
    assert run("--batch", "no-such-file.jsonl").exit_code == 2


def test_a_semicolon_in_brackets_does_not_divide_symbols():
    assert read_symbols("p: distribution(a|s; theta); a: outcome") == {
        "p": "distribution(a|s; theta)",
        "a": "outcome",
    }
