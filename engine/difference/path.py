"""A way from one element to another through elements of a set."""

from collections.abc import Sequence

from engine.difference.drawing import Flow


def through(flows: Sequence[Flow], source: str, target: str, between: set[str]) -> list[Flow]:
    """Return the flows of a shortest way through `between`, at least one of them; or []."""
    ways = [[flow] for flow in flows if flow.source == source and flow.target in between]
    seen: set[str] = set()
    while ways:
        longer = []
        for way in ways:
            here = way[-1].target
            if here == target:
                return way
            if here not in between or here in seen:
                continue
            seen.add(here)
            longer += [[*way, flow] for flow in flows if flow.source == here]
        ways = longer
    return []
