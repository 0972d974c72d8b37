"""Is a typed formula right? The answer language, equality by numbers, near-miss hints."""

from mlquiz.grading.describing import describe
from mlquiz.grading.grade import Formula, Verdict, grade
from mlquiz.grading.syntax.tree import FormulaError
from mlquiz.grading.values import Number, evaluate, to_latex

__all__ = ["Formula", "FormulaError", "Number", "Verdict", "describe", "evaluate", "grade", "to_latex"]
