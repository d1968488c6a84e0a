"""What goes wrong inside an element: it becomes an incident there, never an exception outside."""


class Fault(Exception):
    """This element cannot go on."""

    def __init__(self, error_type: str, message: str) -> None:
        """Take the incident's type (of the API) and a message for the operator."""
        super().__init__(message)
        self.error_type = error_type
        self.message = message


class PartMissing(Exception):
    """A step touches a token that is live but not in the state it was given."""
