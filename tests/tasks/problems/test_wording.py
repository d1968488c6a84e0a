"""What the words of a complaint say: category, cause, what is at stake, in three languages."""

import tomllib

import pytest

from tasks.problems.wording import CauseWords, read
from tests.support.crm import SEEDS

_SEEDED = tomllib.loads((SEEDS / "causes.toml").read_text("utf-8"))["causes"]
_POLICY = tomllib.loads((SEEDS / "policy.toml").read_text("utf-8"))
CAUSES = [
    CauseWords(number, row["category"], (*row["en"], *row["fa"], *row["lt"]))
    for number, row in enumerate(_SEEDED)
]
NAMES = [row["name"] for row in _SEEDED]
ALARMS = {name: entry["value"] for name, entry in _POLICY["complaint_alarm"].items()}


@pytest.mark.parametrize(
    ("text", "category", "cause"),
    [
        ("My order is two weeks LATE.", "delivery", "Delivered late"),
        ("سفارشم هنوز نرسیده است", "delivery", "Delivered late"),
        ("Siunta vėluoja jau savaitę", "delivery", "Delivered late"),
        ("You charged twice, the invoice is wrong", "invoice", "Wrong invoice"),
        ("فاكتور اشتباه است", "invoice", "Wrong invoice"),  # an Arabic kaf
        ("Nustokite, nebesiųskite tų laiškų", "contact", "Too much or unwanted contact"),
        ("The man on the phone was rude.", "person", "Unfriendly"),
    ],
)
def test_words_say_category_and_cause(text: str, category: str, cause: str) -> None:
    reading = read(text, CAUSES, ALARMS)

    assert reading.category == category
    assert reading.cause_id is not None
    assert NAMES[reading.cause_id] == cause


def test_words_inside_other_words_do_not_count() -> None:
    """A plate is not late."""
    assert read("The plate has a nice pattern.", CAUSES, ALARMS).category is None


def test_two_matters_in_one_text_are_less_sure_than_one() -> None:
    one = read("It came late.", CAUSES, ALARMS)
    two = read("It came late and nobody answers.", CAUSES, ALARMS)

    assert one.share == 1
    assert two.share == 0.5


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("It came late and I burned my hand.", "harm"),
        ("با وکیل تماس می‌گیرم", "law"),
        ("Kreipsiuos į VVTAT", "authority"),
        ("It came late.", "none"),
    ],
)
def test_words_that_may_mean_harm_law_or_an_authority_are_noticed(text: str, alarm: str) -> None:
    assert read(text, CAUSES, ALARMS).alarm == alarm
