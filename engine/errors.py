"""The tree of refusals: what the caller is told when the answer is not yes.

EngineError
├── NotFound         no such thing                                  404
├── Conflict         not in this state (done already, taken)        409
│   ├── AlreadyExists
│   └── Over         it has ended: for programs as if it were not there  404
├── Invalid          the input is wrong: `problems` say what, where 400 / 422
├── Forbidden        you may not                                    403
├── Unavailable      try again later                                503
└── TooLate          not finished in the time you gave              504

BpmnError            a business "no": an arrow in the diagram catches it
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model import Problem


class EngineError(Exception):
    """The request was refused."""

    code = "INVALID_STATE"

    def __init__(self, message: str = "", problems: Sequence[Problem] = ()) -> None:
        """Take a message for people (the class docstring by default) and the problems behind it."""
        super().__init__(message or (type(self).__doc__ or ""))
        self.problems = tuple(problems)

    @property
    def message(self) -> str:
        """What went wrong, for people."""
        return str(self)


class NotFound(EngineError):
    """There is no such thing."""

    code = "NOT_FOUND"


class Conflict(EngineError):
    """That is not possible in the state it is in."""

    code = "INVALID_STATE"


class AlreadyExists(Conflict):
    """It exists already."""

    code = "ALREADY_EXISTS"


class Over(Conflict):
    """It has ended."""

    code = "NOT_FOUND"


class Invalid(EngineError):
    """The input is not valid."""

    code = "INVALID_ARGUMENT"


class Forbidden(EngineError):
    """You may not do this."""

    code = "FORBIDDEN"


class Unavailable(EngineError):
    """The service is busy or its database is away; try again."""

    code = "RESOURCE_EXHAUSTED"


class TooLate(EngineError):
    """It did not finish in the time given."""

    code = "DEADLINE_EXCEEDED"


class BpmnError(Exception):
    """A business "no" with a code; the nearest matching error event of the diagram catches it."""

    def __init__(
        self, code: str, message: str = "", variables: Mapping[str, Any] | None = None
    ) -> None:
        """Take the error code of the diagram, a message, and variables for the catching event."""
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.variables = dict(variables or {})
