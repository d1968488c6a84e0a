"""FEEL expressions."""

from typing import Any

from engine import feel
from web.api.problems import Command
from web.api.routes import Routes
from web.api.schemas.decisions import ExpressionEvaluationRequest, ExpressionEvaluationResult
from web.app.services import engine

routes = Routes("Expression")


@routes.post(
    "/expression/evaluation",
    may="decision.evaluate",
    takes=ExpressionEvaluationRequest,
    gives=ExpressionEvaluationResult,
    command=Command("EVALUATE"),
    kept=False,
)
def evaluate_expression(body: dict[str, Any]) -> dict[str, Any]:
    """Evaluate an expression, with the variables of a scope if one is named."""
    outcome = engine().decisions.evaluate_expression(
        body["expression"], body.get("variables") or {}, scope_key=body.get("scope_key")
    )
    return {
        "expression": body["expression"],
        "result": feel.to_json(outcome.value),
        "warnings": [{"message": warning.message} for warning in outcome.warnings],
    }
