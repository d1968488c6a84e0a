"""Takes products in: a known article number is changed, a new one added."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select

from tasks.declare.columns import (
    CURRENCY,
    ID,
    LONGEST_ID,
    Row,
    Whole,
)
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.policy.records import value
from tasks.products.records import Product


class ProductRow(Row):
    """A product."""

    sku = fields.String(required=True, validate=ID)
    name = fields.String(required=True, validate=validate.Length(1, 500))
    category = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))
    price = Whole(0, required=True)
    unit_cost = Whole(0, load_default=0)
    currency = fields.String(validate=CURRENCY)
    repeatable = fields.Boolean(load_default=True)


def take(going: ImportRun, rows: Rows) -> None:
    """Write the products."""
    said = all("currency" in row for _, row in rows)
    currency = "" if said else value(going.session, "company.currency")
    known = going.lookup(
        {row["sku"] for _, row in rows},
        lambda chunk: select(Product.sku, Product).where(Product.sku.in_(chunk)),
    )
    seen: dict[str, int] = {}
    for number, row in rows:
        first = seen.setdefault(row["sku"], number)
        if first != number:
            going.refuse(number, "sku", f"The same as in row {first}.")
            continue
        facts = {"currency": currency} | row
        product = known.get(row["sku"])
        if product is None:
            going.session.add(Product(**facts))
            going.added += 1
        else:
            _change(going, product, facts)
    if not going.wrong:
        going.session.flush()


def _change(going: ImportRun, product: Product, facts: dict[str, Any]) -> None:
    changes = {name: new for name, new in facts.items() if getattr(product, name) != new}
    for name, new in changes.items():
        setattr(product, name, new)
    if changes:
        going.changed += 1
    else:
        going.unchanged += 1


IMPORTS: Final = (ImportKind("products", ProductRow, take),)
