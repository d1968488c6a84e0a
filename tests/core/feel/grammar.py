"""Makes FEEL by its own grammar, and breaks it, for the tests that try everything."""

from hypothesis import strategies as st

from engine.feel.builtins import BUILTINS

VARIABLES = {
    "amount": 120,
    "rate": 0.25,
    "name": "Alice",
    "ok": True,
    "none": None,
    "items": [{"price": 3, "name": "a"}, {"price": 7, "name": "b"}, {"price": None}],
    "numbers": [1, 2, 3, 5, 8],
    "customer": {"name": "Bob", "age": 41, "tags": ["gold", "new"]},
    "day": "2026-11-26",
    "deep": [[1, [2]], [], [[3]]],
}

NUMBERS = st.sampled_from(
    ["0", "1", "2", "-1", "3.5", "10", "1e3", "1E6000", "99999999999999999999999999999999999", ".5"]
)
STRINGS = st.sampled_from(
    ['""', '"a"', '"Alice"', '"2026-11-26"', '"P1D"', '"(a+)+b"', '"\\u00e9"', '"1,000.5"', '"]"']
)
TEMPORAL = st.sampled_from(
    [
        '@"2026-11-26"',
        '@"10:00:00Z"',
        '@"2026-11-26T10:00:00@Europe/Paris"',
        '@"P1DT2H"',
        '@"-P1Y"',
        '@"nonsense"',
        'date("2026-02-29")',
        'duration("P9999999D")',
    ]
)
NAMES = st.sampled_from([*VARIABLES, "missing", "item", "partial", "x", "y", "?"])
FUNCTIONS = st.sampled_from(sorted(BUILTINS))
TYPES = st.sampled_from(
    [
        "number",
        "string",
        "list<number>",
        "context<a: string>",
        "function<Any> -> Any",
        "range<date>",
    ]
)
ATOMS = st.one_of(NUMBERS, STRINGS, TEMPORAL, NAMES, st.sampled_from(["true", "false", "null"]))


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, max_size=3).map(", ".join)
    shapes = [
        ("{} {} {}", inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner),
        ("{} {} {}", inner, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner),
        ("{} {} {}", inner, st.sampled_from(["and", "or"]), inner),
        ("({})", inner),
        ("-{}", inner),
        ("[{}]", lists),
        ("{{a: {}, b: {}, {}: {}}}", inner, inner, st.sampled_from(["c", '"d e"', "a"]), inner),
        ("{}{}..{}{}", st.sampled_from("[(]"), inner, inner, st.sampled_from("])[")),
        ("({} {})", st.sampled_from(["<", ">="]), inner),
        ("{}.{}", inner, st.sampled_from(["a", "name", "year", "time offset", "price"])),
        ("{}[{}]", inner, inner),
        ("if {} then {} else {}", inner, inner, inner),
        ("for x in {} return {}", inner, inner),
        ("for x in {}..{}, y in {} return {}", inner, inner, inner, inner),
        ("{} x in {} satisfies {}", st.sampled_from(["some", "every"]), inner, inner),
        ("{} between {} and {}", inner, inner, inner),
        ("{} in ({}, > {})", inner, inner, inner),
        ("{} instance of {}", inner, TYPES),
        ("function(x, y: number) {}", inner),
        ("(function(x) {})({})", inner, inner),
        ("{}({})", FUNCTIONS, lists),
        ("{}({})", FUNCTIONS, lists),
        ("{}({})", FUNCTIONS, lists),
        ("sort({}, function(x, y) {})", inner, inner),
    ]
    return st.one_of(*(_shape(*shape) for shape in shapes))


def _shape(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: pattern.format(*found))


EXPRESSIONS = st.recursive(ATOMS, _more, max_leaves=12)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A generated expression with pieces cut, doubled, swapped or put in."""
    text = draw(EXPRESSIONS)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 6)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, "(", "]", '"', "..", "`", " ", "é"]))
        text = text[:start] + piece + text[end:]
    return text
