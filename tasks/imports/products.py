"""Takes products in: a known article number is changed, a new one added."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tasks.records.policy import value
from tasks.records.purchases import Product

if TYPE_CHECKING:
    from tasks.imports.importing import Import


def take(going: "Import", rows: list[tuple[int, dict[str, Any]]]) -> None:
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


def _change(going: "Import", product: Product, facts: dict[str, Any]) -> None:
    changes = {name: new for name, new in facts.items() if getattr(product, name) != new}
    for name, new in changes.items():
        setattr(product, name, new)
    if changes:
        going.changed += 1
    else:
        going.unchanged += 1
