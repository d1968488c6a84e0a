"""The one error of reading: why a text is not what it should be."""


class Unreadable(ValueError):
    """This text cannot be read."""

    def __init__(self, rule: str, hint: str = "") -> None:
        """Take the name of the rule that refuses it, and an example of what can be read."""
        super().__init__(MESSAGES[rule].format(hint).strip())
        self.rule = rule
        self.hint = hint


# By name, so that pages can say them in the reader's language. {0} is the hint.
MESSAGES = {
    "number": "This is not a number.",
    "number-ambiguous": "This can be read as two numbers. Write {0}.",
    "date": "This is not a date.",
    "date-year": "Write the year with four digits.",
    "date-ambiguous": "Day and month can be read both ways. Write {0}.",
    "time": "This is not a time.",
    "time-skipped": "There is no such time on this day: the clocks go forward.",
    "datetime": "This is not a date with a time.",
    "money": "This is not an amount of money.",
    "money-decimals": "This currency has {0} decimal places.",
    "money-currency": "Amounts are in {0}.",
    "phone": "This is not a phone number.",
    "phone-country": "Write the number with its country code, like {0}.",
    "email": "This is not an e-mail address.",
    "email-name": "No mail server takes these letters before the @.",
    "email-domain": "There can be no such domain after the @.",
}
