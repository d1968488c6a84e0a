"""The mistakes that people make who know other languages, each with the right form."""

import re

_MISTAKES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r"==", "FEEL compares with one '='"),
        (r"=>", "write '>='"),
        (r"=<", "write '<='"),
        (r"<>", "write '!='"),
        (r"&&?", "write 'and'"),
        (r"\|\|?", "write 'or'"),
        (r"!(?!=)", "write 'not(…)'"),
        (r"[$#]\{", "write the expression without ${ }"),
        (r"'[^']*'", "texts stand in double quotes"),
        (r"[“”„‘’«»]", 'texts stand in straight double quotes: "…"'),
        (r"\d\s*%", "write a share as a number, 0.15 for 15 %"),
        (r"(?<![\w\]\[(,])\d+,\d+(?![\d,])", "write decimals with a point: 0.5"),
        (r"\?[^:]*:", "write 'if … then … else …'"),
        (r";", "an expression ends without ';'"),
    )
)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def advice(text: str, position: int) -> str:
    """Return the right form for what stands at a position or just before; empty if unknown."""
    plain = _STRING.sub(lambda match: '"' + "_" * (len(match[0]) - 2) + '"', text)
    for pattern, told in _MISTAKES:
        for match in pattern.finditer(plain):
            if match.start() - 1 <= position <= match.end():
                return told
    return ""
