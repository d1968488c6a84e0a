"""Five whys: why something happened by its form, and whether that reaches the root. Pure."""

from collections.abc import Sequence

from engine.errors import BpmnError

FEWEST_WHYS = 3


def reached_root(
    whys: Sequence[str | None], evidence: Sequence[str | None], *, would_prevent: bool
) -> list[dict[str, str]]:
    """Return the whys that were asked, each with what shows it.

    Raises ``BpmnError("shallow")`` for fewer than three whys, a why without evidence, or a root
    whose mending would not prevent the problem.
    """
    asked = [
        {"why": why.strip(), "evidence": (shown or "").strip()}
        for why, shown in zip(whys, evidence, strict=True)
        if why and why.strip()
    ]
    if len(asked) < FEWEST_WHYS or not all(each["evidence"] for each in asked):
        raise BpmnError("shallow", "At least three whys, each with what shows it.")
    if not would_prevent:
        raise BpmnError("shallow", "What would not prevent it is still a symptom.")
    return asked
