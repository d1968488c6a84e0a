"""Writes small DMN files for the tests, so that each test shows its table."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
    defaults: Sequence[str] = (),
) -> str:
    """Answer a decision table; a column is `name`, `name:type` or `name:type|allowed values`."""
    parts = [_input(n, each) for n, each in enumerate(inputs, 1)]
    parts += [_output(n, each, defaults) for n, each in enumerate(outputs, 1)]
    parts += [_rule(n, row, len(inputs)) for n, row in enumerate(rows, 1)]
    more = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="table" hitPolicy="{policy}"{more}>{"".join(parts)}</decisionTable>'


def decision(
    logic: str, name: str = "answer", type_ref: str = "", needs: Sequence[str] = ()
) -> str:
    """Answer a decision with this logic; `needs` are ids of decisions, `input:` or `bkm:` ids."""
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    arrows = "".join(map(_arrow, needs))
    return (
        f"<decision id={quoteattr(name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)}{kind}/>{arrows}{logic}</decision>"
    )


def literal(text: str, type_ref: str = "") -> str:
    """Answer a literal expression."""
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<literalExpression{kind}><text>{escape(text)}</text></literalExpression>"


def input_data(name: str, type_ref: str = "") -> str:
    """Answer an input data element."""
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{kind}/></inputData>'


def file(*parts: str, namespace: str = DMN15, name: str = "test", own: str = "urn:test") -> bytes:
    """Answer a DMN file with these parts."""
    return (
        f'<definitions xmlns="{namespace}" id="{name}" name="{name}" namespace="{own}">'
        f"{''.join(parts)}</definitions>"
    ).encode()


def _column(written: str) -> tuple[str, str, str]:
    head, _, values = written.partition("|")
    name, _, kind = head.partition(":")
    return name, kind, values


def _input(number: int, written: str) -> str:
    name, kind, values = _column(written)
    type_ref = f' typeRef="{kind}"' if kind else ""
    listed = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
    return (
        f'<input id="in{number}" label={quoteattr(name)}><inputExpression{type_ref}>'
        f"<text>{escape(name)}</text></inputExpression>{listed}</input>"
    )


def _output(number: int, written: str, defaults: Sequence[str]) -> str:
    name, kind, values = _column(written)
    type_ref = f' typeRef="{kind}"' if kind else ""
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    default = ""
    if defaults:
        text = escape(defaults[number - 1])
        default = f"<defaultOutputEntry><text>{text}</text></defaultOutputEntry>"
    return f'<output id="out{number}" name={quoteattr(name)}{type_ref}>{listed}{default}</output>'


def _rule(number: int, row: Sequence[str], inputs: int) -> str:
    cells = [
        f"<{tag}><text>{escape(text)}</text></{tag}>"
        for index, text in enumerate(row)
        for tag in ["inputEntry" if index < inputs else "outputEntry"]
    ]
    return f'<rule id="rule{number}">{"".join(cells)}</rule>'


def _arrow(needed: str) -> str:
    kind, colon, identity = needed.rpartition(":")
    if kind == "bkm":
        return (
            f'<knowledgeRequirement><requiredKnowledge href="#{identity}"/></knowledgeRequirement>'
        )
    tag = "requiredInput" if colon else "requiredDecision"
    return f'<informationRequirement><{tag} href="#{identity}"/></informationRequirement>'
