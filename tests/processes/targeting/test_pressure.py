"""1.5 Contact pressure: who is tired rests, campaigns that meet are resolved."""

from datetime import date, timedelta

from tasks.campaigns.records import Campaign, CampaignMember
from tasks.contacts.records import Contact
from tasks.contacts.rests import Rest
from tasks.customers.records import Customer
from tasks.policy.records import value
from tests.processes.targeting.conftest import reach
from tests.support.crm import NOON, campaign, member
from tests.support.gate import gather
from tests.support.town import Town


def planned(town: Town, name: str, people: list[int], **changes: object) -> int:
    """A campaign of the coming days with these people in its treated arm."""
    with town.session() as session:
        facts = {"name": name, "status": "planned", "starts": date(2026, 12, 1)}
        facts |= {"ends": date(2026, 12, 7)} | changes
        found = campaign(session, **facts)
        for who in people:
            member(session, found, session.get_one(Customer, who), state="planned")
        session.commit()
        return found.id


def heard(town: Town, who: int, *answers: str) -> None:
    """Messages of the last weeks, each with what the customer did: replied, clicked, opened."""
    with town.session() as session:
        for number, answer in enumerate(answers):
            at = town.now - timedelta(days=10 * (len(answers) - number))
            contact = Contact(customer_id=who, purpose="marketing", channel="email", decided_at=at)
            contact.decision, contact.sent_at, contact.created_at = "send", at, at
            if answer:
                setattr(contact, f"{answer}_at", at)
            session.add(contact)
        session.commit()


def monday(town: Town) -> None:
    town.until(town.now + timedelta(days=(7 - town.now.weekday()) % 7 or 7))


def test_r34_overlapping_campaigns_are_resolved_in_the_monday_list(town: Town) -> None:
    # given two campaigns of next week that both address Mira and Nora
    people = [reach(town), reach(town), reach(town)]
    spring = planned(town, "Spring", people[:2])
    summer = planned(town, "Summer", people)

    # when it is Monday, the planner sees them, and leaves both out of the second
    monday(town)
    with town.session() as session:
        assert session.query(CampaignMember).filter_by(state="skipped").count() == 0
    rows = [{"what": "Spring and Summer", "keep": "first", "drop": True}]
    town.complete("resolve_overlaps", "alice", conflicts=rows)

    # then they are in one campaign only, and nothing of the other one is lost
    with town.session() as session:
        skipped = session.query(CampaignMember).filter_by(state="skipped").all()
        assert [(each.campaign_id, each.customer_id) for each in skipped] == [
            (summer, people[0]),
            (summer, people[1]),
        ]
        assert session.get_one(Campaign, spring).status == "planned"
    assert town.incidents() == []


def test_a_moved_campaign_goes_back_to_its_brief(town: Town) -> None:
    people = [reach(town, allows=(("email", "marketing"),)) for _ in range(3)]
    started = town.begin(starts="2026-12-01", ends="2026-12-07", segment="everybody")
    for element in ("marketing_head", "care_head"):
        key = town.task(started, "approve_campaign", element)
        town.finish(
            key, {"marketing_head": "bob", "care_head": "elham"}[element], decision="approve"
        )
    planned(town, "Summer", people)

    monday(town)
    rows = [{"what": "both", "keep": "second", "move_to": "2026-12-14"}]
    town.complete("resolve_overlaps", "alice", conflicts=rows)

    assert "write_brief" in town.waits(started)
    moved = town.variables(started)
    assert (moved["starts"], moved["ends"]) == ("2026-12-14", "2026-12-20")
    assert "Summer" in moved["problem"]


def test_r34_whoever_is_tired_is_left_in_peace_and_the_gate_keeps_to_it(town: Town) -> None:
    mira = reach(town)
    heard(town, mira, "replied", "clicked", "opened", "")

    monday(town)

    with town.session() as session:
        [rest] = session.query(Rest).all()
        assert (rest.customer_id, rest.reason) == (mira, "tired")
        facts = gather(session, session.get_one(Customer, mira))
        assert facts["resting"] is (rest.until > NOON)


def test_r37_rising_opt_outs_bring_the_caps_before_the_head_of_marketing(town: Town) -> None:
    who = [reach(town) for _ in range(3)]
    for each in who:
        heard(town, each, "opted_out")
    with town.session() as session:
        for contact in town.contacts(session):
            contact.decided_at = contact.opted_out_at = town.now
        session.commit()
    town.publish("optout.spike")

    said = {"decision": "change", "segment": "at_risk", "per_30d": 1, "reason": "Too many left."}
    town.complete("set_caps", "bob", **said)

    with town.session() as session:
        assert value(session, "cap_30d.at_risk") == 1
