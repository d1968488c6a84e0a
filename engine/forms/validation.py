"""One value of one field: marshmallow turns what was sent into JSON and says what is wrong."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import regex
from marshmallow import ValidationError, fields, validate

from engine.forms.catalogue import CHOICES, SEVERAL
from engine.forms.expressions import Scope
from engine.forms.fields import Field, Option, is_unread, token
from engine.text import Unreadable
from engine.text.digits import is_blank
from engine.text.emails import read_email
from engine.text.phones import read_phone

MAX_TEXT = 100_000
PATTERN_SECONDS = 0.2
# Numbers as JSON writes them: Python reads more, like 1_000.
NUMBER = regex.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENTS = {
    "date": regex.compile(DAY),
    "time": regex.compile(CLOCK + ZONE),
    "datetime": regex.compile(f"{DAY}(?:T{CLOCK}{ZONE})?"),
}

# What is wrong, by name: pages say it in the reader's language. {0} is the limit.
MESSAGES = {
    "form-required": "This is needed.",
    "form-agree": "This must be ticked.",
    "form-type": "This is not a value of the right kind.",
    "form-number": "This is not a number.",
    "form-number-ambiguous": "This can be read as two numbers. Write {0}.",
    "form-decimals": "At most {0} decimal places.",
    "form-min": "It must be {0} or more.",
    "form-max": "It must be {0} or less.",
    "form-min-length": "At least {0} characters.",
    "form-max-length": "At most {0} characters.",
    "form-pattern": "This does not have the expected form. {0}",
    "form-email": "This is not an e-mail address.",
    "form-email-name": "No mail server takes these letters before the @.",
    "form-email-domain": "There can be no such domain after the @.",
    "form-phone": "This is not a phone number.",
    "form-phone-country": "Write the number with its country code, like {0}.",
    "form-option": "This is not one of the choices.",
    "form-date": "This is not a date.",
    "form-date-year": "Write the year with four digits.",
    "form-date-ambiguous": "Day and month can be read both ways. Write {0}.",
    "form-time": "This is not a time.",
    "form-time-skipped": "There is no such time on this day: the clocks go forward.",
    "form-datetime": "This is not a date with a time.",
    "form-past": "This date has passed.",
    "form-rows": "At most {0} rows.",
}


def wrong(rule: str, limit: object = "") -> ValidationError:
    """Return the error of a rule; its message carries the rule's name and limit."""
    return ValidationError([f"{rule}|{limit}"])


def is_empty(value: Any) -> bool:
    """Whether nothing was filled in."""
    return value is None or value in ([], {}) or (isinstance(value, str) and is_blank(value))


def coerce(component: Field, raw: Any, options: Sequence[Option]) -> Any:
    """Return the JSON value meant by `raw`, without judging it; ValidationError if none."""
    if is_unread(raw):
        rule = str(raw.get("rule"))
        raise wrong(rule if rule in MESSAGES else "form-type", raw.get("hint") or "")
    if component.type == "checkbox":
        return False if is_empty(raw) else _YES_NO.deserialize(raw)
    if is_empty(raw):
        return None
    if component.type in CHOICES:
        return _choice(component, raw, options)
    read: Callable[[Field, Any], Any] = READERS.get(component.type, _text)
    return read(component, raw)


def judge(component: Field, value: Any, options: Sequence[Option], scope: Scope) -> None:
    """Raise ValidationError when a coerced value breaks a rule of its field."""
    if component.type == "checkbox":
        if component.required and not value:
            raise wrong("form-agree")
        return
    if value is None:
        if component.required:
            raise wrong("form-required")
        return
    checks = RULES.get(component.type, _text_rules)(component, scope)
    if component.type in CHOICES:
        checks = [_among(options)]
    if component.settings.get("serializeToString") and component.type == "number":
        value = Decimal(value)
    for check in checks:
        check(value)


ANY: dict[str, Any] = {"invalid": "form-type|", "invalid_utf8": "form-type|"}


_YES_NO: Any = fields.Boolean(error_messages=ANY)


class _Text(fields.String):
    """Text as browsers and programs send it: one kind of line end, no control characters."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = str(text).replace("\r\n", "\n")
        try:
            text.encode()  # half of a surrogate pair cannot be kept
        except UnicodeEncodeError:
            raise wrong("form-type") from None
        if "\0" in text:
            raise wrong("form-type")
        return text


def _text(component: Field, raw: Any) -> str:
    text: str = _Text(error_messages=ANY).deserialize(raw)
    read = ADDRESSES.get(component.validation)
    if read is None:
        return text
    try:
        return read(text)
    except Unreadable as error:
        raise wrong(f"form-{error.rule}", error.hint) from None


def _number(component: Field, raw: Any) -> int | float | str:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        raise wrong("form-number")
    number = _decimal(str(raw))
    if number is None or abs(number.adjusted()) > 30:
        raise wrong("form-number")
    if component.settings.get("serializeToString"):
        return format(number.normalize(), "f")
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(text: str) -> Decimal | None:
    """Return the number that a JSON text writes, or None."""
    plain = text.strip()
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def _choice(component: Field, raw: Any, options: Sequence[Option]) -> Any:
    by_token = {token(option.value): option.value for option in options}
    if component.type not in SEVERAL:
        return by_token.get(token(raw), raw)
    chosen = raw if isinstance(raw, list) else [raw]
    values: list[Any] = []
    for item in chosen:
        value = by_token.get(token(item), item)
        if value not in values:
            values.append(value)
    return values


def _moment(component: Field, raw: Any) -> str:
    """Return a moment as it was sent if it is written as usual, so that nothing of it is lost."""
    subtype = str(component.settings.get("subtype") or "date")
    if subtype not in MOMENTS or not isinstance(raw, str):
        raise wrong(f"form-{subtype}" if subtype in MOMENTS else "form-type")
    text = raw.strip()
    parser: Any = {"date": date.fromisoformat, "time": time.fromisoformat}.get(
        subtype, datetime.fromisoformat
    )
    try:
        moment = parser(text)
    except ValueError:
        raise wrong(f"form-{subtype}") from None
    if MOMENTS[subtype].fullmatch(text):
        return text
    return str(moment.isoformat())


ADDRESSES: dict[str, Callable[[str], str]] = {"email": read_email, "phone": read_phone}
READERS: dict[str, Callable[[Field, Any], Any]] = {"number": _number, "datetime": _moment}


def _text_rules(component: Field, scope: Scope) -> list[Callable[[Any], Any]]:
    least = _limit(component.min_length, scope)
    most = _limit(component.max_length, scope)
    most = Decimal(MAX_TEXT) if most is None else min(most, Decimal(MAX_TEXT))
    checks: list[Callable[[Any], Any]] = [
        validate.Length(max=int(most), error=f"form-max-length|{_say(most)}")
    ]
    if least is not None:
        checks.append(validate.Length(min=int(least), error=f"form-min-length|{_say(least)}"))
    if component.pattern and component.validation not in ADDRESSES:
        advice = str(component.settings.get("patternErrorMessage") or "")
        checks.append(_matches(component.pattern, advice))
    return checks


def _matches(pattern: str, advice: str) -> Callable[[Any], Any]:
    def check(value: str) -> None:
        try:
            found = regex.search(pattern, value, timeout=PATTERN_SECONDS)
        except (TimeoutError, regex.error):
            found = None
        if not found:
            raise wrong("form-pattern", advice)

    return check


def _number_rules(component: Field, scope: Scope) -> list[Callable[[Any], Any]]:
    least, most = _limit(component.min, scope), _limit(component.max, scope)
    checks: list[Callable[[Any], Any]] = []
    if least is not None:
        checks.append(validate.Range(min=least, error=f"form-min|{_say(least)}"))
    if most is not None:
        checks.append(validate.Range(max=most, error=f"form-max|{_say(most)}"))
    digits = component.settings.get("decimalDigits")
    if isinstance(digits, int) and digits >= 0:
        checks.append(_decimals(digits))
    return checks


def _decimals(digits: int) -> Callable[[Any], Any]:
    def check(value: Any) -> None:
        exponent = Decimal(str(value)).normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > digits:
            raise wrong("form-decimals", digits)

    return check


def _moment_rules(component: Field, scope: Scope) -> list[Callable[[Any], Any]]:
    if not component.settings.get("disallowPassedDates") or scope.now is None:
        return []
    today = scope.now.date().isoformat()

    def check(value: str) -> None:
        if value[:10] < today:
            raise wrong("form-past")

    return [] if component.settings.get("subtype") == "time" else [check]


def _among(options: Sequence[Option]) -> Callable[[Any], Any]:
    def check(value: Any) -> None:
        allowed = [option.value for option in options]
        for one in value if isinstance(value, list) and value not in allowed else [value]:
            if one not in allowed:
                raise wrong("form-option")

    return check


RULES: dict[str, Callable[[Field, Scope], list[Callable[[Any], Any]]]] = {
    "number": _number_rules,
    "datetime": _moment_rules,
}


def _limit(value: Any, scope: Scope) -> Decimal | None:
    found = scope.resolve(value)
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    return _decimal(str(found))


def _say(limit: Decimal) -> str:
    return format(Decimal(limit).normalize(), "f")
