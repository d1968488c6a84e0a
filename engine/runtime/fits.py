"""Why an instance does not fit another version of its process: each reason with its element."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.process import ROOT
from engine.model import Problem

Names = dict[str, str]
_RULE = "migration-"


def problems(old: Any, new: Any, raw: dict[str, Any], names: Names) -> Iterator[Problem]:
    """Return what is wrong with moving a token, given as it is stored, to another process."""
    source = old.node(raw["e"])
    wanted = names.get(source.name, source.name)
    if wanted not in new.task_specs or wanted == ROOT:
        yield _problem(source, f"The new version has no element '{wanted}'.", "missing")
        return
    found = new.node(wanted)
    if found.api_type != source.api_type:
        message = f"'{wanted}' is a {found.api_type}, not a {source.api_type}."
        yield _problem(source, message, "type")
    if found.trigger.kind != source.trigger.kind:
        message = f"'{wanted}' is a {found.trigger.kind} event, not a {source.trigger.kind} event."
        yield _problem(source, message, "trigger")
    if _loop(found) != _loop(source):
        message = f"'{wanted}' repeats {_loop(found)}, not {_loop(source)}."
        yield _problem(source, message, "loop")
    if names.get(source.inside, source.inside) != found.inside:
        yield _problem(source, f"'{wanted}' is inside another subprocess.", "scope")
    yield from _about_to_happen(source, new, raw, names)
    yield from _join(source, found, raw, names)


def mapping(old: Any, new: Any, names: Names) -> Iterator[Problem]:
    """Return which names of a mapping are of nothing; `old` is None where versions differ."""
    sources, targets = None if old is None else _known(old), _known(new)
    for source, target in names.items():
        if sources is not None and source not in sources:
            yield Problem(
                f"There is no '{source}' to be mapped.", element=source, rule=_RULE + "mapping"
            )
        if target not in targets:
            message = f"'{source}' cannot become '{target}': the new version has no such element."
            yield Problem(message, element=source, rule=_RULE + "mapping")


def _known(spec: Any) -> set[str]:
    nodes = list(spec.nodes())
    return {node.name for node in nodes} | {flow.id for node in nodes for flow in node.outgoing}


def undoing(new: Any, undo: list[Any], names: Names) -> Iterator[Problem]:
    """Return which handlers of completed activities the new version lacks, also further inside."""
    for element, handler, inner in undo:
        if handler is not None and names.get(handler, handler) not in new.task_specs:
            message = f"'{element}' could be undone by '{handler}', which is gone."
            yield Problem(message, element=element, rule=_RULE + "compensation")
        yield from undoing(new, inner, names)


def _loop(spec: Any) -> str:
    if spec.loop is None:
        return "never"
    if spec.loop.standard:
        return "as a loop"
    return "one by one" if spec.loop.sequential else "all at once"


def _about_to_happen(source: Any, new: Any, raw: dict[str, Any], names: Names) -> Iterator[Problem]:
    for word in ("next", "then"):
        event = raw.get("d", {}).get(word, [None])[0]
        if event is not None and names.get(event, event) not in new.task_specs:
            yield _problem(source, f"'{event}' is about to happen, and is gone.", "event")
    yield from undoing(new, raw.get("d", {}).get("undo", []), names)


def _join(source: Any, found: Any, raw: dict[str, Any], names: Names) -> Iterator[Problem]:
    """A join must know the flows that tokens came by, and have some to wait for still."""
    held = {names.get(flow, flow) for flow in raw.get("d", {}).get("in", {})}
    if not held:
        return
    incoming = {flow.id for flow in found.incoming}
    for flow in sorted(held - incoming):
        yield _problem(source, f"Tokens wait on the flow '{flow}', which is gone.", "join")
    if len(incoming) < len(source.incoming):
        message = f"'{found.name}' joins fewer flows than before, and tokens wait there."
        yield _problem(source, message, "join")


def _problem(spec: Any, message: str, rule: str) -> Problem:
    return Problem(message, element=spec.name, rule=_RULE + rule)
