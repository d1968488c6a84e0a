"""Another system reads and writes records by its own ids."""

from sqlalchemy.orm import Session

from tests.support.crm import customer
from tests.web.api.conftest import World

PATH = "/crm/v1/records/contracts"
BODY = {"number": "2026-1", "starts_on": "2026-01-01", "value": 1200, "currency": "EUR"}


def test_a_contract_is_put_read_and_found_by_its_cursor(world: World) -> None:
    with Session(world.engine.database) as session:
        mira = customer(session).id
        session.commit()
    body = BODY | {"customer_id": mira}

    first = world.call("PUT", f"{PATH}/K-1?source=erp", body, "ida")
    again = world.call("PUT", f"{PATH}/K-1?source=erp", body, "ida")

    assert (first.status_code, first.json()["added"]) == (200, True), first.text
    assert (again.json()["added"], again.json()["changed"]) == (False, False)
    page = world.get(f"{PATH}?source=erp")
    assert [item["external_id"] for item in page["items"]] == ["K-1"]  # type: ignore[index]
    since = world.get(f"{PATH}?source=erp&changed_since={page['cursor']}")  # type: ignore[index]
    assert since["items"] == []  # type: ignore[index]
    assert world.get(f"{PATH}/K-1?source=erp")["item"]["value"] == 1200  # type: ignore[index]


def test_what_is_wrong_or_not_there_is_said(world: World) -> None:
    wrong = world.call("PUT", f"{PATH}/K-1?source=erp", BODY | {"colour": "red"}, "ida")
    gone = world.call("GET", f"{PATH}/K-9?source=erp")
    no_kind = world.call("GET", "/crm/v1/records/moons")
    nobody = world.call("GET", PATH, None, "charlie")

    assert (wrong.status_code, "colour" in wrong.text) == (400, True), wrong.text
    assert (gone.status_code, no_kind.status_code, nobody.status_code) == (404, 404, 403)


def test_a_person_can_be_given_everything_we_hold(world: World) -> None:
    with Session(world.engine.database) as session:
        mira = customer(session, name="Mira Meadow").id
        session.commit()

    given = world.get(f"/crm/v1/customers/{mira}/data")
    refused = world.call("GET", f"/crm/v1/customers/{mira}/data", None, "bob")

    assert given["records"]["customer"][0]["name"] == "Mira Meadow"  # type: ignore[index]
    assert given["records"]["contact_point"][0]["channel"] == "email"  # type: ignore[index]
    assert refused.status_code == 403
