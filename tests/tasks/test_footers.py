"""What stands below each message to a customer, whichever template it is made of."""

import tomllib
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.contact_gate import delivery
from tasks.contact_gate.footer import HOUSE, PREFERENCES, REACTIONS, with_footer
from tasks.contacts.records import Message
from tasks.links.records import Link
from tasks.templates.rendering import links_in, unknown_syntax, with_links
from tests.support.crm import NOON, SEEDS, campaign, customer
from tests.support.gate import reserve
from tests.tasks.test_gate_delivery import NO_OUTLETS
from web.app.settings import Settings
from web.composition.services import ServiceTaskContext

SHIPPED = tomllib.loads((SEEDS / "templates.toml").read_text("utf-8"))["templates"]
WRITTEN = ("email", "sms", "chat", "social", "portal", "post")
OFFER = "Here is something that fits."


def footed(body: str, channel: str, purpose: str, language: str = "en", **more: Any) -> str:
    said = {"known": True} | more
    return with_footer(body, channel=channel, purpose=purpose, language=language, **said)


def editions() -> list[tuple[str, str, str, str, str]]:
    return [
        (each["name"], each["purpose"], channel, language, words["body"])
        for each in SHIPPED
        for channel in WRITTEN
        for language, words in each.get(channel, {}).items()
    ]


def test_no_message_of_a_shipped_template_goes_out_without_its_footer() -> None:
    seen = set()
    for name, purpose, channel, language, body in editions():
        text = footed(body, channel, purpose, language)
        links = links_in(text)
        where = (name, channel, language)
        assert "complaint" in links, where
        assert purpose != "marketing" or channel == "post" or "unsubscribe" in links, where
        if purpose == "marketing" and channel in ("email", "portal"):
            assert {PREFERENCES, *REACTIONS} <= set(links), where
        assert not unknown_syntax(text), where
        seen.add((purpose, channel, language))
    assert len(seen) > 20


def test_each_language_has_words_of_its_own() -> None:
    for channel in WRITTEN:
        said = {footed(OFFER, channel, "marketing", each) for each in ("en", "fa", "lt")}
        assert len(said) == 3, channel
    assert footed(OFFER, "email", "marketing", "de") == footed(OFFER, "email", "marketing", "en")


def test_a_short_channel_has_a_short_footer() -> None:
    text = footed(OFFER, "sms", "marketing")

    assert (
        text
        == f"{OFFER}\nNo more offers: {{{{link.unsubscribe}}}}\nNot right? {{{{link.complaint}}}}\n"
    )


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_what_a_colleague_says_has_none(channel: str) -> None:
    assert footed(OFFER, channel, "marketing") == OFFER


def test_whoever_is_no_customer_has_no_preference_page() -> None:
    assert PREFERENCES in links_in(footed(OFFER, "email", "marketing"))
    assert PREFERENCES not in links_in(footed(OFFER, "email", "marketing", known=False))


def test_what_a_template_has_is_not_said_twice() -> None:
    text = footed("Your wishes: {{link.preferences}}", "email", "marketing")

    assert text.count("{{link.preferences}}") == 1


def test_a_marketing_message_leaves_with_every_address(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mira = customer(session, name="Mira {{link.about_you}}")
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]
    context = ServiceTaskContext(
        Settings(secret_key="s" * 32, public_url="https://crm.example.org")
    )
    left: list[str] = []
    sent = delivery.send

    def keep(records: Session, _settings: Any, draft: Any, *args: Any, **more: Any) -> Message:
        left.append(with_links(draft.body, draft.addresses))
        return sent(records, NO_OUTLETS.settings, draft, *args, **more)

    monkeypatch.setattr(delivery, "send", keep)

    delivery.deliver(session, NOON, context, "gate-1", contact_id)

    (text,) = left
    assert "https://crm.example.org/complaint" in text
    for reaction in REACTIONS:
        assert text.count(f"/{reaction}\n") == 1
    assert text.count("/crm/links/unsubscribe/") == 1
    assert text.count("https://crm.example.org/link/") == 1
    kept = session.scalars(select(Message)).one().body
    assert "https://" not in kept, "employees do not read the links of customers"
    assert set(HOUSE) <= set(links_in(kept))
    kinds = session.scalars(select(Link.kind)).all()
    assert kinds == [PREFERENCES], "what a field was filled with makes no link"
