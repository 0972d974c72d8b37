"""The two sides of a comparison, computed at one draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, UnknownError
from mlquiz.grading.computing.compiling import compile_node
from mlquiz.grading.computing.series import NotGeometricError
from mlquiz.grading.deciding.gaps import TOO_BIG, UNDEFINED, UNKNOWN

if TYPE_CHECKING:
    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.tree import Node

MAX_TERMS = 20_000


class Sides:
    """A reference and an answer; ``met`` is whether either of them, as a condition, was ever fulfilled."""

    def __init__(self, reference: Node, answer: Node) -> None:
        self.nodes = (reference, answer)
        self.runs = (compile_node(reference), compile_node(answer))
        self.met = reference.type.kind != "truth"

    def values(self, draw: Draw, num: Any) -> tuple[Any, Any]:
        """Return the values of reference and answer; the reference's is kept for the next answer.

        What ``num`` has seen is the same whether it was kept or computed.
        """
        reference, answer = self.runs
        left = draw.once(num, lambda: _value(reference, draw.bind(num)))
        right = _value(answer, draw.bind(num))
        if left is True or right is True:
            self.met = self.met or not draw.special or bool(draw.overrides)
        return left, right


def _value(run: Any, env: Env) -> Any:
    env.budget[0] = MAX_TERMS
    try:
        return run(env)
    except TooBigError:
        return TOO_BIG
    except NotGeometricError:
        return NotGeometricError
    except (OverflowError, UnknownError):
        return UNKNOWN
    except (UndefinedError, ZeroDivisionError, ValueError):
        return UNDEFINED
    except RecursionError:
        return TOO_BIG
