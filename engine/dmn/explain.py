"""What an evaluation did: as records for the audit, and in words a process owner reads."""

from typing import Any

from engine.dmn.language import json, say
from engine.dmn.run import DecisionRun, Hit, Trace

_POLICY = {
    "UNIQUE": "exactly one row may match",
    "ANY": "rows that match must agree",
    "PRIORITY": "the row with the most important result wins",
    "FIRST": "the first row that matches wins",
    "RULE ORDER": "all rows that match count, from top to bottom",
    "OUTPUT ORDER": "all rows that match count, the most important first",
    "COLLECT": "all rows that match count",
}


def record(trace: Trace) -> dict[str, Any]:
    """Return one evaluated decision as JSON (EvaluatedDecisionResult of the API)."""
    hit = trace.hits[0] if trace.kind == "DECISION_TABLE" and trace.hits else None
    return {
        "decisionDefinitionId": trace.id,
        "decisionDefinitionName": trace.name,
        "decisionDefinitionType": trace.kind,
        "output": json(trace.output),
        "matchedRules": json(hit.rules) if hit else [],
        "evaluatedInputs": json(hit.inputs) if hit else [],
    }


def inputs(run: DecisionRun) -> dict[str, Any]:
    """Return what the decisions read from outside, as JSON."""
    read = {name for trace in run.traces for name in trace.reads}
    return {name: json(run.variables[name]) for name in sorted(read) if name in run.variables}


def words(traces: list[Trace], failure: str | None) -> list[str]:
    """Return sentences: what each decision read, which rows matched, what came out."""
    sentences = [sentence for trace in traces for sentence in _decision(trace)]
    if failure:
        sentences.append(f"It could not be decided. {failure}")
    return sentences


def _decision(trace: Trace) -> list[str]:
    notes = [f"Note: {problem}" for problem in trace.problems]
    if not trace.hits:
        read = _read(trace.reads)
        return [f"“{trace.name}” is {say(trace.output)}{f', from {read}' if read else ''}.", *notes]
    sentences = [sentence for hit in trace.hits for sentence in _table(trace, hit)]
    return [*sentences, *notes, f"So “{trace.name}” is {say(trace.output)}."]


def _read(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {say(value)}" for name, value in values.items())


def _table(trace: Trace, hit: Hit) -> list[str]:
    where = f"“{trace.name}”"
    if hit.table and hit.table != trace.name and len(trace.hits) > 1:
        where += f", table “{hit.table}”"
    read = _read({each["inputName"]: each["inputValue"] for each in hit.inputs})
    sentences = [f"{where} looked at {read}." if read else f"{where} reads nothing."]
    policy = _POLICY.get(hit.policy, hit.policy)
    if not hit.rules:
        sentences.append(f"None of its {hit.rows} rows matches ({policy}).")
    for rule in hit.rules:
        gives = _read({o["outputName"]: o["outputValue"] for o in rule["evaluatedOutputs"]})
        sentences.append(f"Row {rule['ruleIndex']} of {hit.rows} matches ({policy}): {gives}.")
    return sentences
