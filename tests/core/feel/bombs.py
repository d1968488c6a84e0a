"""Expressions made to take for ever or to fill the memory, and a program that lets them try.

Run as a program it prints a line of JSON for each: its name, how it ended (value, refused, budget
or killed) and the message. Each gets a process with a second of the processor and 256 MB.
"""

import json
import os
import resource
import sys

from engine import feel

MEGABYTES, SECONDS = 256, 1
BIG = "x" * 900_000
ROWS = [{"a": n, "b": [n, n]} for n in range(1_000)]
CATASTROPHE = '"' + "a" * 200 + '!"'


def doubled(first: str, step: str, last: str, times: int = 60) -> str:
    """Answer a context whose entries double in turn."""
    rows = [f"e0: {first}"] + [f"e{n}: {step.replace('_', f'e{n - 1}')}" for n in range(1, times)]
    return "{" + ", ".join(rows) + "}" + last.replace("_", f"e{times - 1}")


BOMBS = {
    "huge range": "for i in 1..1000000000000 return i",
    "huge range counted": "count(for i in [1..999999999999] return 1)",
    "huge range tested": "every i in 1..999999999999 satisfies i > 0",
    "range of dates": 'for d in @"0001-01-01"..@"999999999-01-01" return d',
    "nested for": "for a in 1..9999, b in 1..9999, c in 1..9999 return a + b + c",
    "for in for": "for a in 1..9999 return for b in 1..9999 return for c in 1..9999 return a",
    "heavy body": "for i in 1..50000 return " + " + ".join(["i"] * 1_000),
    "heavy powers": "for i in 1..50000 return " + " + ".join(["1.1 ** 0.3"] * 300),
    "heavy functions": "for i in 1..50000 return " + " + ".join(["exp(log(i))"] * 300),
    "filter of filter": "rows[count(rows[count(rows[a > 1]) > 1]) > 1]",
    "long list": "[" + ",".join(["1"] * 9_000) + "]",
    "doubled text": doubled('"xxxxxxxx"', "_ + _", ".e59"),
    "text in a loop": 'for i in 1..50000 return big + "a"',
    "long texts compared": "for i in 1..50000 return " + " or ".join(["big < big2"] * 90),
    "joined texts": "string join(for i in 1..40000 return big)",
    "replaced by much": 'replace(big, "x", big)',
    "replaced in loops": 'for i in 1..50000 return replace(big, "x", "yy")',
    "upper case in loops": "for i in 1..50000 return upper case(big)",
    "split in loops": 'for i in 1..50000 return split(big, "x")',
    "doubled lists": doubled("[1, 2]", "concatenate(_, _)", ".e59"),
    "doubled by reference": doubled("[1, 2]", "[_, _]", ".e59"),
    "doubled contexts": doubled("{a: 1}", "{a: _, b: _}", ".e59"),
    "doubled and compared": doubled("[1]", "[_, _]", " = 1", 30),
    "doubled by append": doubled("[1, 2]", "append(_, _)", ".e59"),
    "doubled by put": doubled("{a: 1}", 'context put(_, "a", [_, _])', ".e59"),
    "doubled by merge": doubled("{a: 1}", "context merge([_, {b: _}])", ".e59"),
    "doubled and written": doubled('["a"]', "[_, _]", ".e59"),
    "doubled by entries": doubled(
        "{a: 1}", "context([{key: string(count(get entries(_))),value: [_, _]}])", ".e59"
    ),
    "nested by partial": "for i in 1..40000 return [partial[-1]]",
    "partial of partial": "for i in 1..40000 return partial",
    "replaced by lists": "list replace(numbers, function(a, b) true, rows)",
    "deep brackets": "(" * 5_000 + "1" + ")" * 5_000,
    "deep lists": "[" * 9_000 + "]" * 9_000,
    "deep contexts": "{a:" * 3_000 + "1" + "}" * 3_000,
    "deep negation": "-" * 15_000 + "1",
    "deep if": "if true then " * 1_000 + "1" + " else 2" * 1_000,
    "deep types": "1 instance of " + "list<" * 3_000 + "number" + ">" * 3_000,
    "deep in": "1 in (" * 2_000 + "1" + ")" * 2_000,
    "deep filters": "[1]" + "[1" * 2_000 + "]" * 2_000,
    "deep functions": "function(x) " * 1_500 + "x",
    "open brackets": "[1..a[" * 3_000,
    "long sum": "+".join(["1"] * 9_900),
    "long chain": "a" + ".b" * 9_000,
    "long comparison": "=".join(["1"] * 9_900),
    "long choice": " else ".join(["if a then 1"] * 1_000) + " else 1",
    "power of power": "9 ** 9 ** 9 ** 9 ** 9",
    "power": "10 ** 1000000000",
    "negative power": "10 ** -1000000000",
    "huge exponent": "1e999999999",
    "huge exponents added": "1e6000 * 1e6000",
    "huge modulo": "modulo(1e6000, 3e-6000)",
    "huge scale": "decimal(1e6000, 6000)",
    "huge duration": '@"P1D" * 1e6000',
    "huge duration text": 'duration("P" + "9" + string join(for i in 1..9000 return "9") + "D")',
    "huge date": "date(1e6000, 1, 1)",
    "huge index": "numbers[1e6000]",
    "endless recursion": "{f: function(n) f(n + 1), r: f(1)}.r",
    "wide recursion": "{f: function(n) f(n + 1) + f(n + 1), r: f(1)}.r",
    "recursion by itself": "(function(f) f(f))(function(f) f(f))",
    "recursion with growth": "{f: function(l) f(concatenate(l, l)), r: f([1])}.r",
    "recursion in sort": "{f: function(a, b) count(sort([3, 2, 1], f)) > 1, r: f(1, 2)}.r",
    "catastrophe in matches": f'matches({CATASTROPHE}, "^(a+)+$")',
    "catastrophe in replace": f'replace({CATASTROPHE}, "(a|aa)+$", "b")',
    "catastrophe in split": f'split({CATASTROPHE}, "(a*)*b")',
    "catastrophe in extract": f'extract({CATASTROPHE}, "(a|a?)+$")',
    "catastrophes": f'for i in 1..50000 return matches({CATASTROPHE}, "^(a+)+$")',
    "counted patterns": 'matches("a", "((a{1,900}){1,900}){1,900}")',
    "many patterns": 'for i in 1..50000 return matches("a", "[a-z]{" + string(i) + "}")',
    "distinct contexts": "distinct values(for i in 1..5000 return {a: i})",
    "union of lists": "union(for i in 1..5000 return [i], for i in 1..5000 return [-i])",
    "sorted by a function": "sort(for i in 1..20000 return -i, function(a, b) a < b)",
    "statistics": "for i in 1..50000 return stddev(numbers)",
    "json": "for i in 1..50000 return from json(to json(rows))",
    "written": "for i in 1..50000 return string(rows)",
    "membership": "for i in 1..50000 return i in numbers",
    "instances": "for i in 1..50000 return rows instance of list<context<a: string>>",
    "typed arguments": "{f: function(l: list<number>) 1, r: for i in 1..50000 return f(numbers)}.r",
}


VARIABLES = {"big": BIG, "big2": BIG + "y", "rows": ROWS, "numbers": list(range(20_000))}


def explode(text: str) -> tuple[str, str]:
    """Answer how an expression ended, and the message."""
    try:
        result = feel.evaluate(text, VARIABLES)
        json.dumps(feel.to_json(result.value))
    except feel.SyntaxError_ as error:
        return "refused", str(error)
    except feel.BudgetExceeded as error:
        return "budget", str(error)
    return "value", "; ".join(dict.fromkeys(each.message for each in result.warnings))[:500]


def confined(text: str) -> tuple[str, str]:
    """Answer the same from a process that the system stops after a second or 256 MB."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        if sys.platform == "linux":  # others do not hold a process to it
            resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        os.write(writer, json.dumps(explode(text)).encode()[:4_000])
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 4_000)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if status or not said:
        return "killed", f"status {status}"
    outcome, message = json.loads(said)
    return outcome, message


if __name__ == "__main__":
    for name, text in BOMBS.items():
        print(json.dumps([name, *confined(text)]), flush=True)  # noqa: T201 - the tests read it
