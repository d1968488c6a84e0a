"""The language of chapter 10: what is true, what is null and why, what is refused and where."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import feel

VARIABLES = {
    "x": 5,
    "s": "hello",
    "l": [1, 2, 3],
    "person": {"name": "Alice", "age": 30},
    "people": [{"name": "Alice", "age": 30}, {"name": "Bob", "age": 17}, {"name": "Charlie"}],
    "nothing": None,
    "price": 100,
}
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)

TRUE = """
(x + 1) * 2 = 12
-x = 0 - 5
x ** 2 = 25
2 ** 3 ** 2 = 64
1 - -1 = 2
1.0 = 1
12345678901234567890123456789012345 = 12345678901234567890123456789012340
0.1 + 0.2 - 0.3 = 0
10 / 4 = 2.5
"a" + "b" = "ab"
"\\"quoted\\"" = "\\u0022quoted\\u0022"
"\\U01F40E" = "🐎"
not(false and nothing = 1)
(false and null) = false
(true or null) = true
x between 1 and 5
x in 5
x in (1, 5)
x in [5..6]
not(x in (5..6])
not(x in ]5..6])
x in (> 4)
("a" in l) = false
("a" in [1, 2]) = false
x in (? > 4 and ? < 6)
not(x in (even(?)))
x in (< 2, > 4)
s in ("hi", "hello")
"b" in ["a", "b"]
not([2..3] in [1..5])
(function(a) a > x)(6)
x in >= 5
some a in l satisfies a > 2
every a in l satisfies a in [1..3]
not(every a in l satisfies a > 1)
some a in l, b in l satisfies a + b = 6
(some a in [null, true] satisfies a) = true
(some a in [null, false] satisfies a) = null
(every a in [null, false] satisfies a) = false
(every a in [null, true] satisfies a) = null
count(for a in l, b in 1..a return b) = 6
(for a in [[1, 2], [3]], b in a return b) = [1, 2, 3]
(for a in l return partial) = [[], [[]], [[], [[]]]]
(for i in 5..5 return i) = [5]
(for i in [1..4) return i) = [1, 2, 3]
people[age > 18].name = ["Alice"]
people[item.age < 18].name = ["Bob"]
people[name = "Charlie"][1].age = null
people[1].name = "Alice"
people[-1].name = "Charlie"
people.name = ["Alice", "Bob", "Charlie"]
l[item >= 2][1] = 2
l[x - 4] = 1
l[price > 1] = l
[{price: 1}, {price: 200}][price > 50] = [{price: 200}]
[{item: 1}, {item: 2}][item = 2] = [{item: 2}]
[[1, 2], [3]][count(item) = 1] = [[3]]
5[1] = 5
5[item = 5] = [5]
{a: 1, b: {c: a + 1}}.b.c = 2
{"two words": 1, three: two words + 2}.three = 3
{a: {a: 1, b: a}}.a.b = 1
{f: function(a) a * 2, r: f(21)}.r = 42
{even: function(n) if n = 0 then true else not(even(n - 1)), r: even(11)}.r = false
(function(a: number, b: number) a / b)(b: 2, a: 10) = 5
(function(a: list<number>) count(a))(7) = 1
(function(a, b) b)(a: 1) = null
@"2026-11-26T10:00:00" < @"2026-11-26T10:30:00Z"
@"10:00:00+02:00" > @"09:30:00"
@"10:30:15.5".second = 15.5
@"PT1M2.5S".seconds = 2.5
time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")
is(@"23:00:50Z", @"23:00:50+00:00")
overlaps before([1..5], (1..5])
not(overlaps before([1..5), [1..5]))
overlaps after((1..5], [1..5))
finishes((1..10], [1..10])
not(finishes([5..10), [1..10]))
finished by([1..10), [5..10))
includes([1..10), [5..10))
not(includes((1..10], 1))
starts([1..10), [1..10])
not(starts((1..5], [1..10]))
started by((1..10), (1..10))
not(meets([1..5), [5..10]))
before([1..10], (10..20])
not(before([1..10], [10..20]))
after([11..20], [1..11))
modulo(-10.1, 4.5) = 3.4
modulo(10.1, -4.5) = -3.4
week of year(@"2005-01-01") = 53
count([1, [2, 3]]) = 2
(function(a: number) a)([7]) = 7
(function(a: date and time) a)(@"2026-11-26") = @"2026-11-26T00:00:00Z"
if x > 3 then true else false
(if x then true else false) = false
(if x > 9 then 1 else if x > 4 then 2 else 3) = 2
x instance of number
[] instance of list<string>
[1, null] instance of list<number>
not([1, "a"] instance of list<number>)
{a: 1, b: 2} instance of context<a: number>
not({a: "1"} instance of context<a: number>)
[1..2] instance of range<number>
(function(a: number) a) instance of function<number> -> Any
@"2026-11-26T00:00:00" instance of date and time
null instance of Null
not(null instance of Any)
x instance of list<number>= false
date and time("2026-11-26T24:00:00") = date and time("2026-11-27T00:00:00")
@"2026-11-26T10:00:00Z" = @"2026-11-26T12:00:00+02:00"
@"10:00:00" != @"11:00:00"
@"2026-11-26" < @"2026-11-27"
@"P1Y" > @"P11M"
@"PT24H" = @"P1D"
(@"P1Y" = @"P365D") = null
@"P1D" * 2.5 = @"PT60H"
3 * @"P1M" = @"P3M"
@"P1D" / @"PT12H" = 2
@"2026-11-26T10:00:00Z" - @"PT11H" = @"2026-11-25T23:00:00Z"
@"2024-02-29" + @"P1Y" = @"2025-02-28"
@"-0044-03-15".year = -44
@"23:00:00" + @"PT2H" = @"01:00:00"
@"10:00:00@Europe/Vilnius".timezone = "Europe/Vilnius"
@"P1Y5M".months = 5
(< 5).start = null
[1..5) = [1..5[
"x" = "x" // a remark
1 /* 2 */ + 1 = 2
`x` + 1 = 6
date("2026-11-26") = date(year: 2026, month: 11, day: 26)
contains(match: "ell", string: s)
string length(s) - 1 = 4
{time offset: 1}.time offset = 1
""".strip().splitlines()

NULL = {
    "missing": "No variable found with name 'missing'",
    "missing(1)": "No function found with name 'missing'",
    "x(1)": "No function found with name 'x'",
    "(x)(1)": "No function found with name 'x'",
    "person.name(1)": "string is no function",
    "x.name": "No property found with name 'name' of number",
    "person.surname": "No context entry found with key 'surname'",
    "l[9]": "there is no item 9 among 3",
    "l[0]": "there is no item 0 among 3",
    'l["a"]': "the filter is neither boolean nor number",
    "x + s": "Can't compute number + string",
    "nothing + 1": "Can't compute Null + number",
    "1 / 0": "division by zero",
    "10 ** 9999": "the number is out of range",
    "1 < s": "Can't compare number with string by <",
    "x = s": "Can't compare number with string by =",
    'x between "a" and "b"': "Can't compare number with string and string by between",
    'x in ("a", "b")': "Can't compare number by in",
    "x and true": "number is no boolean",
    "not(x)": "not: only a boolean has an opposite",
    "[1] instance of list": "a type needs its parts, as in list<Any>",
    "concatenate([1], null)": "concatenate: the arguments do not fit (list, lists…)",
    "[3..1]": "the range ends before it starts",
    '[1.."a"]': "the ends of the range have no common order",
    "for a in nothing return a": "only a list or a range can be iterated",
    "some a in l satisfies a": "the condition is no boolean",
    '@"26.11.2026"': "neither date, time nor duration",
    "{a: 1, a: 2}": "the key 'a' stands twice",
    "1 instance of shoe": "there is no type shoe",
    'substring("abc")': "substring: the arguments do not fit (string, start position, length?)",
    'substring("abc", 5)': "substring: the start position lies outside the string",
    'date("2026-02-30")': "date: not a date",
    'matches("a", "(")': "matches: the pattern is not valid",
    'matches("a", "(?<=a)b")': "the pattern uses a group that XPath does not have",
    "(function(a, b) a)(1)": "2 arguments are expected, not 1",
    "(function(a, b) a)(a: 1, c: 2)": "the arguments are named a, b",
    '(function(a: number) a)("1")': "the argument 'a' is of the wrong type",
    "{f: function(n) f(n + 1), r: f(1)}.r": "functions call each other too deeply",
    'assert(x, x > 9, "too small")': "assert: too small",
    "1e6000 * 1e6000": "the number is out of range",
    '@"P1D" * 1e50': "the duration is out of range",
    "now(1)": "now: the arguments do not fit ()",
}

REFUSED = {
    "": ("expected an expression, found the end", 0),
    "1 +": ("expected an expression, found the end", 3),
    "(1": ("expected ')', found the end", 2),
    "[1, 2": ("expected ']', found the end", 5),
    '"abc': ("the string is not closed", 0),
    "1 /* 2": ("the comment is not closed", 2),
    "`x": ("the name in backticks is not closed", 0),
    "x y": ("unexpected 'y'", 2),
    "if x then 1": ("expected 'else', found the end", 11),
    "for x in l": ("expected 'return', found the end", 10),
    "for in l return 1": ("expected a name, found 'in'", 4),
    "{a 1}": ("expected ':', found '}'", 4),
    "{1: 2}": ("expected a name, found '1'", 1),
    "x.": ("expected a name after the dot, found the end", 2),
    "x.5": ("unexpected '.5'", 1),
    "f(a: 1, 2)": ("named and positional arguments are mixed", 1),
    "f(a: 1, a: 2)": ("the argument 'a' stands twice", 8),
    "function(a, a) 1": ("the parameter 'a' stands twice", 13),
    "function(a) external {java: {}}": ("external functions are not supported", 12),
    "1e99999": ("the number is out of range", 0),
    "x instance of": ("expected a type, found the end", 13),
    "then": ("unexpected 'then'", 0),
    "x and": ("expected an expression, found the end", 5),
}


def evaluate(text: str) -> feel.Result:
    return feel.evaluate(text, VARIABLES, now=NOW)


@pytest.mark.parametrize("text", TRUE)
def test_it_is_true(text: str) -> None:
    assert evaluate(text).value is True


@pytest.mark.parametrize("text", NULL)
def test_it_is_null_and_a_warning_says_why_and_where(text: str) -> None:
    result = evaluate(text)

    assert result.value is None
    assert any(NULL[text] in warning.message for warning in result.warnings), result.warnings
    assert all(0 <= warning.position < len(text) for warning in result.warnings)


@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(feel.SyntaxError_) as refusal:
        feel.compile(text)

    assert (refusal.value.message, refusal.value.position) == REFUSED[text]


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("-", [1, None, "a"], []),
        ("5", [5], [6, None, "5"]),
        ("< 5", [4], [5, None, "a"]),
        ("[1..5], 7", [1, 7], [6]),
        ("not(1, 2)", [3], [1, 2]),
        ('"a", "b"', ["a"], ["c", None]),
        ("null", [None], [1]),
        ("true", [True], [False, None]),
        ("? > 3 and ? < 6", [4], [3, 6]),
        ('starts with(?, "a")', ["abc"], ["b"]),
        ("limit", [10], [11]),
        ("> limit", [11], [10]),
        ("[1, 2, 3]", [2], [4]),
        ('@"2026-11-26"', [feel.evaluate('@"2026-11-26"').value], [1]),
        ("!= 5", [4], [5]),
        ("= 5", [5], [4]),
        ("if ? > 1 then true else false", [2], [1]),
    ],
)
def test_a_cell_of_a_table(cell: str, passing: list[Any], failing: list[Any]) -> None:
    compiled = feel.compile(cell, mode="unary")

    assert [v for v in passing if compiled.matches(v, {"limit": 10}) is not True] == []
    assert [v for v in failing if compiled.matches(v, {"limit": 10}) is True] == []


def test_what_is_no_condition_is_not_true_and_says_so() -> None:
    result = evaluate("if x then 1 else 2")

    assert (result.value, [w.message for w in result.warnings]) == (2, ["number is no condition"])
    assert evaluate("if nothing then 1 else 2").warnings == ()


def test_names_with_spaces_and_signs_are_read_where_they_are_known() -> None:
    variables = {"monthly salary": 1_000, "a-b": 2, "x+y/z": 3, "in stock": True, "date": 4}
    names = list(variables)

    assert feel.compile("monthly salary * 12", names).evaluate(variables).value == 12_000
    assert feel.compile("a-b + 1", names).evaluate(variables).value == 3
    assert feel.compile("x+y/z * 2", names).evaluate(variables).value == 6
    assert feel.compile("if in stock then 1 else 2", names).evaluate(variables).value == 1
    assert feel.compile("date + 1", names).evaluate(variables).value == 5
    assert feel.compile("a-b", ["a", "b"]).evaluate({"a": 5, "b": 2}).value == 3


def test_a_variable_named_as_a_built_in_hides_its_value_but_not_its_call() -> None:
    variables = {"count": 3, "date": "2026-11-26", "list": [1]}

    assert feel.evaluate("count + count(list)", variables).value == 4
    assert str(feel.evaluate("date(date)", variables).value) == "2026-11-26"
    assert feel.compile("count(list)", ["count", "list"]).evaluate(variables).value == 1


def test_the_caller_may_give_functions_of_his_own() -> None:
    double = feel.Function("double", ["n"], lambda arguments: arguments[0] * 2)

    assert feel.evaluate("double(21)", {"double": double}).value == 42
    assert feel.evaluate("(for n in [1, 2] return double(n: n))", {"double": double}).value == [
        2,
        4,
    ]


def test_what_an_expression_reads_is_known_before_it_runs() -> None:
    compiled = feel.compile("for p in people return if p.age > limit then x + p.age else count(l)")

    assert compiled.reads == {"people", "limit", "x", "l"}
    assert feel.compile("count + sum(list)").reads == {"count", "list"}


def test_unknown_names_wrong_arguments_and_types_are_found_without_running() -> None:
    text = "subtotl + substring(name) + (tax instance of shoe) + length(name)"

    found = {(p.rule, p.position) for p in feel.analyse(text, ["subtotal", "name", "tax"])}

    assert found == {
        ("feel-unknown-name", 0),
        ("feel-arguments", 19),
        ("feel-unknown-type", 33),
        ("feel-unknown-name", 53),
    }
    assert feel.analyse("1 + ")[0].rule == "feel-syntax"
    assert feel.analyse("people[age > 3]", ["people"]) == []


def test_values_of_python_become_values_of_feel() -> None:
    given = {
        "moment": datetime(2026, 11, 26, 10, 30, tzinfo=UTC),
        "day": datetime(2026, 11, 26, tzinfo=UTC).date(),
        "ratio": 0.1,
        "pair": (1, 2),
        "odd": float("nan"),
        "rows": [{"share": 0.5}],
    }

    assert feel.evaluate('moment = @"2026-11-26T10:30:00Z"', given).value is True
    assert feel.evaluate('day = @"2026-11-26"', given).value is True
    assert feel.evaluate("ratio + 0.2 = 0.3", given).value is True
    assert feel.evaluate("count(pair)", given).value == 2
    assert feel.evaluate("odd", given).value is None
    assert feel.evaluate("sum(rows.share) = 0.5", given).value is True
    assert given["rows"] == [{"share": 0.5}]


def test_threads_may_share_an_expression() -> None:
    compiled = feel.compile("{a: for i in 1..50 return i * x, r: sum(a)}.r")
    answers: dict[int, set[Any]] = {n: set() for n in range(6)}

    def work(x: int) -> None:
        for _ in range(40):
            answers[x].add(compiled.evaluate({"x": x}).value)

    threads = [threading.Thread(target=work, args=(x,)) for x in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {x: {1275 * x} for x in answers}


def test_a_budget_is_shared_by_all_that_runs_on_it() -> None:
    budget = feel.Budget(steps=100)
    loop = feel.compile("for i in 1..30 return i")

    loop.evaluate({}, budget=budget)
    used = 100 - budget.steps
    loop.evaluate({}, budget=budget)
    loop.evaluate({}, budget=budget)
    with pytest.raises(feel.BudgetExceeded):
        loop.evaluate({}, budget=budget)

    assert 30 <= used < 34


def test_the_same_text_is_compiled_once() -> None:
    assert feel.compile("x + 1") is feel.compile("x + 1")
    assert feel.compile("x y", ["x y"]) is not feel.compile("x + 1")
