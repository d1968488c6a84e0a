"""Files of records come in whole or not at all, and go out so that no spreadsheet calculates."""

import csv
import io
import json
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.consents.records import Consent
from tasks.customers.permission import allowed_channels
from tasks.customers.records import ContactPoint, Customer
from tasks.interactions.records import Interaction
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.seeding.catalogue import load_catalogue
from tests.support.crm import SEEDS
from tests.web.api.conftest import World
from web.app.clock import utc_now

CUSTOMERS = """\
external_id,name,email,phone,language,timezone,consent_email_marketing
S-1,Mira Meadow,mira@example.com,,en,Europe/Vilnius,allowed
S-2,"Otto ""O"" Oakes",otto@example.com,+1202555100,en,,denied
"""
PURCHASES = """\
order_id;at;external_id;amount;sku;quantity;net
A-1;2026-01-05T10:00:00+02:00;S-1;4500;DEMO-CD;2;3000
A-1;2026-01-05T10:00:00+02:00;S-1;4500;;1;1500
A-2;2026-02-05T10:00:00Z;S-2;900;;;
"""


@pytest.fixture
def shop(world: World) -> World:
    with Session(world.engine.database) as session:
        load_catalogue(session, SEEDS, utc_now())
        session.commit()
    return world


def _send(
    world: World,
    kind: str,
    content: Any,
    *,
    dry: bool = False,
    who: str = "ida",
    source: str = "shop",
) -> requests.Response:
    is_text = isinstance(content, str | bytes) and content[:2] not in (b"[{",)
    data = content if isinstance(content, str | bytes) else json.dumps(content)
    return world.session.post(
        f"{world.address}/crm/v1/imports/{kind}",
        params={"source": source, "dry_run": str(dry).lower()},
        data=data.encode() if isinstance(data, str) else data,
        headers={
            "Authorization": f"Bearer {world.tokens[who]}",
            "Content-Type": "text/csv" if is_text else "application/json",
        },
        timeout=60,
    )


def _count(world: World, kind: Any) -> int:
    with Session(world.engine.database) as session:
        return int(session.scalar(select(func.count()).select_from(kind)) or 0)


def _errors(answer: requests.Response) -> list[tuple[int, str]]:
    assert answer.status_code == 400, answer.text
    return [(each["row"], each["column"]) for each in answer.json()["errors"]]


def test_customers_come_in_with_addresses_and_permissions_and_once(shop: World) -> None:
    first = _send(shop, "customers", CUSTOMERS)
    assert first.json() == {
        "kind": "customers", "source": "shop", "dry_run": False,
        "rows": 2, "added": 2, "changed": 0, "unchanged": 0, "forgotten": 0,
        "refusals_kept": 0,
    }, first.text  # fmt: skip
    with Session(shop.engine.database) as session:
        mira, otto = session.scalars(select(Customer).order_by(Customer.id)).all()
        assert (mira.name, mira.timezone, otto.name) == (
            "Mira Meadow",
            "Europe/Vilnius",
            'Otto "O" Oakes',
        )
        assert allowed_channels(session, mira.id, "marketing") == ["email"]
        assert allowed_channels(session, otto.id, "marketing") == []
    again = _send(shop, "customers", CUSTOMERS).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert (_count(shop, Customer), _count(shop, ContactPoint), _count(shop, Consent)) == (2, 3, 2)


def test_a_file_changes_what_it_says_and_leaves_what_it_does_not_say(shop: World) -> None:
    _send(shop, "customers", CUSTOMERS)
    more = "external_id,name,phone,consent_email_marketing\nS-1,,+37060000000,denied\nS-3,Nora,,\n"
    done = _send(shop, "customers", more).json()
    assert (done["added"], done["changed"]) == (1, 1)
    with Session(shop.engine.database) as session:
        mira = session.scalars(select(Customer).order_by(Customer.id)).first()
        assert mira is not None
        assert mira.name == "Mira Meadow"
        assert {point.channel for point in mira.contact_points} == {"email", "phone"}
        assert allowed_channels(session, mira.id, "marketing") == []


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(shop: World) -> None:
    done = _send(shop, "customers", CUSTOMERS, dry=True).json()
    assert (done["added"], done["dry_run"]) == (2, True)
    assert _count(shop, Customer) == 0


def test_purchases_have_lines_and_a_margin_and_come_in_once(shop: World) -> None:
    _send(shop, "customers", CUSTOMERS)
    for added, unchanged in ((2, 0), (0, 2)):
        done = _send(shop, "purchases", PURCHASES).json()
        assert (done["rows"], done["added"], done["unchanged"]) == (3, added, unchanged)
    with Session(shop.engine.database) as session:
        first, second = session.scalars(select(Transaction).order_by(Transaction.id)).all()
        assert [(line.quantity, line.net) for line in first.lines] == [(2, 3000), (1, 1500)]
        assert (first.at.hour, first.margin, second.lines) == (8, None, [])
        customer = session.get_one(Customer, first.customer_id)
        assert str(customer.relationship_since) == "2026-01-05"
    changed = PURCHASES.replace("4500", "4600")
    assert _errors(_send(shop, "purchases", changed)) == [(2, "order_id")]


def test_products_and_interactions_come_in_as_json_too(shop: World) -> None:
    _send(shop, "customers", CUSTOMERS)
    before = _count(shop, Product)
    products = [{"sku": "NEW-1", "name": "New", "price": 1250, "unit_cost": 500}]
    assert _send(shop, "products", products).json()["added"] == 1
    assert _send(shop, "products", [products[0] | {"price": 1300}]).json()["changed"] == 1
    assert _count(shop, Product) == before + 1
    said = {
        "interaction_id": "I-1", "at": "2026-01-05T10:00:00Z", "channel": "phone",
        "email": "OTTO@example.com", "text": "سلام", "direction": "in",
    }  # fmt: skip
    assert _send(shop, "interactions", {"items": [said]}).json()["added"] == 1
    assert _send(shop, "interactions", [said]).json()["unchanged"] == 1
    with Session(shop.engine.database) as session:
        kept = session.scalars(select(Interaction)).one()
        assert (kept.text, kept.source, kept.customer_id) == ("سلام", "shop", 2)


WRONG: list[tuple[str, Any, list[tuple[int, str]]]] = [
    ("customers", CUSTOMERS + "S-3,,bad,,xx9,Mars/Base,maybe\n",
     [(4, "email"), (4, "language")]),
    ("customers", CUSTOMERS + "S-3,,,,,Mars/Base,maybe\n",
     [(4, "timezone"), (4, "consent_email_marketing"), (4, "name")]),
    ("customers", CUSTOMERS + "S-1,Double,,,,,\n", [(4, "external_id")]),
    ("customers", "external_id,nmae\nS-1,Mira\n", [(2, "nmae")]),
    ("customers", "name,name\nA,B\n", [(1, "name")]),
    ("customers", "external_id,name\nS-1,Mira,extra\n", [(2, "")]),
    ("customers", 'external_id,name\nS-1,"Mira\n', [(1, "")]),
    ("customers", b"external_id,name\nS-1,\xff\n", [(2, "")]),
    ("customers", "external_id,name\nS-1,a\x00b\n", [(2, "")]),
    ("customers", "external_id,name\n", [(1, "")]),
    ("customers", "", [(1, "")]),
    ("customers", "external_id,name\nS-1," + "x" * 501 + "\n", [(2, "name")]),
    ("products", "sku,name,price\nP,Pen,12.50\n", [(2, "price")]),
    ("products", [{"sku": "P", "name": "Pen", "price": True}], [(1, "price")]),
    ("products", [{"sku": "P", "name": "Pen", "price": 1}, 7], [(2, "")]),
    ("products", b'[{"sku": "P", "name": "a\\u0000b", "price": 1}]', [(1, "")]),
    ("products", b'[{"sku": "P", "name": "\\ud83d", "price": 1}]', [(1, "")]),
    ("products", b'[{"sku": "P", "sku": "Q", "name": "Pen", "price": 1}]', [(1, "")]),
    ("products", b'[{"sku": "P", "name": "Pen", "price": NaN}]', [(1, "")]),
    ("purchases", PURCHASES + "A-3;yesterday;S-1;1;;;\n", [(5, "at")]),
    ("purchases", PURCHASES + "A-3;2026-02-05T10:00:00Z;S-9;1;;;\n", [(5, "customer_id")]),
    ("purchases", PURCHASES + "A-3;2026-02-05T10:00:00Z;S-1;1;NOPE;1;1\n", [(5, "sku")]),
    ("purchases", PURCHASES + "A-2;2026-02-05T10:00:00Z;S-2;901;;;\n", [(5, "amount")]),
    ("purchases", PURCHASES + "A-3;2026-02-05T10:00:00Z;S-1;1;;2;\n", [(5, "net")]),
    ("interactions", "interaction_id,at,channel,text,email\nI,2026-01-01T00:00:00Z,fax,Hi,a@b.co\n",
     [(2, "channel")]),
]  # fmt: skip


def test_one_wrong_row_and_nothing_of_the_file_is_taken(shop: World) -> None:
    _send(shop, "customers", CUSTOMERS)
    counted = (Customer, ContactPoint, Consent, Product, Transaction, TransactionLine, Interaction)
    before = [_count(shop, kind) for kind in counted]
    for kind, content, places in WRONG:
        assert _errors(_send(shop, kind, content)) == places, content
    assert [_count(shop, kind) for kind in counted] == before


def test_of_many_wrong_rows_the_first_hundred_are_told_and_all_are_counted(shop: World) -> None:
    content = "sku,name,price\n" + "".join(f"P{n},Pen,x\n" for n in range(250))
    answer = _send(shop, "products", content)
    assert len(answer.json()["errors"]) == 100
    assert answer.json()["detail"].startswith("250 things are wrong")


def test_other_kinds_media_and_sizes_are_refused(shop: World) -> None:
    assert _send(shop, "secrets", "a\n1\n").status_code == 404
    path = "/crm/v1/imports/products"
    odd = {"Content-Type": "application/x-yaml"}
    assert shop.call("POST", path, None, "ida", data=b"a: 1", headers=odd).status_code == 415
    huge = "sku,name,price\n" + "x" * 20_000_001
    assert _send(shop, "products", huge).status_code == 413


def test_only_stewards_and_integrators_import_and_not_everybody_exports(shop: World) -> None:
    assert _send(shop, "customers", CUSTOMERS, who="bob").status_code == 403
    assert shop.call("GET", "/crm/v1/exports/customers", None, "bob").status_code == 403
    assert shop.call("GET", "/crm/v1/exports/customers", None, "ida").status_code == 403


def test_an_export_calculates_nowhere_and_comes_in_again_as_it_was(shop: World) -> None:
    # Given names that a spreadsheet would take for formulas
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "'quoted", "plain, with comma"]
    rows = [{"external_id": f"S-{n}", "name": name} for n, name in enumerate(names)]
    assert _send(shop, "customers", rows).json()["added"] == len(names)

    # When everything is exported
    answer = shop.call("GET", "/crm/v1/exports/customers", None, params={"source": "shop"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]

    # Then no cell begins like a formula, and importing it again changes nothing
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r") and cell]
    again = _send(shop, "customers", answer.text).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, len(names))


def test_a_provisional_customer_known_by_address_is_met_again_not_doubled(shop: World) -> None:
    event = {
        "event_id": "e-1", "type": "web.behaviour", "occurred_at": "2026-01-05T10:00:00Z",
        "source": "site", "customer": {"email": "mira@example.com"}, "payload": {"page": "/"},
    }  # fmt: skip
    shop.post("/crm/v1/events", event, "ida")
    done = _send(shop, "customers", CUSTOMERS).json()
    assert (done["added"], done["changed"]) == (1, 1)
    assert _count(shop, Customer) == 2
