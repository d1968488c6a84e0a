"""DMN 1.1 to 1.5 on FEEL: decision tables, boxed expressions, requirement graphs.

    model = dmn.parse(content)
    outcome = model.evaluate("discount", {"customer": "gold"})
    outcome.value, outcome.failure, outcome.explanation

Knows nothing of BPMN, databases or clocks: the time is an argument.
"""

from engine.dmn.imports import imports_from
from engine.dmn.model import CompiledDecision, DecisionOutcome, Model, parse

__all__ = ["CompiledDecision", "DecisionOutcome", "Model", "imports_from", "parse"]
