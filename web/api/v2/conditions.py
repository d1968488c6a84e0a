"""Conditions that start processes."""

from typing import Any

from web.api.context import who
from web.api.problems import Command
from web.api.routes import Routes
from web.api.schemas.messages import ConditionalEvaluationRequest, ConditionalEvaluationResult
from web.app.services import engine

routes = Routes("Conditional")


@routes.post(
    "/conditionals/evaluation",
    may="message.send",
    takes=ConditionalEvaluationRequest,
    gives=ConditionalEvaluationResult,
    command=Command("EVALUATE"),
)
def evaluate_conditionals(body: dict[str, Any]) -> dict[str, Any]:
    """Start every process with a conditional start event whose condition these variables meet."""
    key, started = (
        engine()
        .by(who())
        .conditions.evaluate(body["variables"], definition_key=body.get("process_definition_key"))
    )
    return {
        "conditional_evaluation_key": key,
        "process_instances": [
            {"process_definition_key": definition, "process_instance_key": instance}
            for instance, definition in started
        ],
    }
