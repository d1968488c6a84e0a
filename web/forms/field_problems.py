"""What is wrong with a field, in the reader's language, by the name of the rule it breaks."""

from flask_babel import gettext as _
from flask_babel import ngettext

from web.i18n import localizer


def words_of(rule: str, hint: str) -> str:
    """Return the sentence about a rule; "" for a rule that has none."""
    counted = _counted(hint).get(rule) if hint.isdecimal() else None
    return counted or _words(_shown(hint)).get(rule, "")


def _shown(hint: str) -> str:
    """Return a limit or an example as the language writes it."""
    try:
        return localizer.number(hint) if hint else ""
    except ArithmeticError:
        return localizer.digits(hint)


def _counted(limit: str) -> dict[str, str]:
    n, shown = int(limit), localizer.number(limit)
    return {
        "form-decimals": ngettext(
            "At most %(limit)s decimal place.", "At most %(limit)s decimal places.", n, limit=shown
        ),
        "form-min-length": ngettext(
            "At least %(limit)s character.", "At least %(limit)s characters.", n, limit=shown
        ),
        "form-max-length": ngettext(
            "At most %(limit)s character.", "At most %(limit)s characters.", n, limit=shown
        ),
        "form-rows": ngettext("At most %(limit)s row.", "At most %(limit)s rows.", n, limit=shown),
    }


def _words(shown: str) -> dict[str, str]:
    return {
        "form-required": _("This is needed."),
        "form-agree": _("This must be ticked."),
        "form-type": _("This is not a value of the right kind."),
        "form-number": _("This is not a number."),
        "form-number-ambiguous": _(
            "This can be read as two numbers. Write %(numbers)s.", numbers=shown
        ),
        "form-min": _("It must be %(limit)s or more.", limit=shown),
        "form-max": _("It must be %(limit)s or less.", limit=shown),
        "form-pattern": shown or _("This does not have the expected form."),
        "form-email": _("This is not an e-mail address."),
        "form-email-name": _("No mail server takes these letters before the @."),
        "form-email-domain": _("There can be no such domain after the @."),
        "form-phone": _("This is not a phone number."),
        "form-phone-country": _(
            "Write the number with its country code, like %(example)s.", example=shown
        ),
        "form-option": _("This is not one of the choices."),
        "form-date": _("This is not a date."),
        "form-date-year": _("Write the year with four digits."),
        "form-date-ambiguous": _(
            "Day and month can be read both ways. Write %(example)s.", example=shown
        ),
        "form-time": _("This is not a time."),
        "form-time-skipped": _("There is no such time on this day: the clocks go forward."),
        "form-datetime": _("This is not a date with a time."),
        "form-past": _("This date has passed."),
    }
