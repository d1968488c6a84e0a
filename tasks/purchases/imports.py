"""Takes purchases in: rows of one order are its lines; a known order must say the same again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import bindparam, insert, select, update

from tasks.customers.lookup import whose
from tasks.customers.records import Customer
from tasks.declare.columns import (
    CURRENCY,
    ID,
    OfSomebody,
    Row,
    Whole,
)
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.declare.instants import Instant
from tasks.policy.records import value
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine


class LineRow(Row):
    """One product of a purchase."""

    sku = fields.String(validate=ID)
    quantity = Whole(1, 10**6, load_default=1)
    net = Whole(required=True)
    cost = Whole()


class PurchaseRow(OfSomebody):
    """A purchase, or one line of it: rows with the same `order_id` are one purchase."""

    order_id = fields.String(required=True, validate=ID)
    at = Instant(required=True)
    amount = Whole(required=True)
    currency = fields.String(validate=CURRENCY)
    margin = Whole()
    channel = fields.String(load_default="shop", validate=ID)
    promised_at = Instant()
    delivered_at = Instant()
    sku = fields.String(validate=ID)
    quantity = Whole(1, 10**6)
    net = Whole()
    cost = Whole()
    lines = fields.List(fields.Nested(LineRow), validate=validate.Length(max=1_000))


LINE = ("sku", "quantity", "net", "cost")
Order = dict[str, Any]


def take(going: ImportRun, rows: Rows) -> None:
    """Gather rows to orders, check them, write the new ones."""
    orders = _orders(going, rows)
    of = whose(going, rows)
    known = going.lookup(
        {order["order_id"] for order in orders},
        lambda chunk: select(Transaction.order_no, Transaction).where(
            Transaction.order_no.in_(chunk)
        ),
    )
    products = going.lookup(
        {line["sku"] for order in orders for line in order["lines"] if "sku" in line},
        lambda chunk: select(Product.sku, Product).where(Product.sku.in_(chunk)),
    )
    new = []
    for order in orders:
        order["customer"] = of(order)
        if order["customer"] is None:
            going.refuse(order["row"], "customer_id", "Nobody is known by this; import him first.")
        elif (before := known.get(order["order_id"])) is not None:
            _compare(going, order, before)
        else:
            new.append(order)
        _check_lines(going, order, products)
    if not going.wrong and new:
        _add(going, new, products)


def _orders(going: ImportRun, rows: list[tuple[int, dict[str, Any]]]) -> list[Order]:
    found: dict[str, Order] = {}
    for number, row in rows:
        line = {name: row[name] for name in LINE if name in row}
        facts = {name: each for name, each in row.items() if name not in (*LINE, "lines")}
        order = found.setdefault(row["order_id"], facts | {"row": number, "lines": []})
        for name, each in facts.items():
            if order.get(name) != each:
                message = f"Row {order['row']} of the same order says something else."
                going.refuse(number, name, message)
        if line and "net" not in line:
            going.refuse(number, "net", "A line needs its net amount.")
        order["lines"] += [{"quantity": 1} | line] if line else []
        order["lines"] += row.get("lines", [])
    return list(found.values())


def _compare(going: ImportRun, order: Order, before: Transaction) -> None:
    if (before.customer_id, before.amount) != (order["customer"], order["amount"]):
        message = "This order is known with another customer or amount."
        going.refuse(order["row"], "order_id", message)
    else:
        going.unchanged += 1


def _check_lines(going: ImportRun, order: Order, products: Mapping[str, Product]) -> None:
    for line in order["lines"]:
        if "sku" in line and line["sku"] not in products:
            going.refuse(order["row"], "sku", f"There is no product {line['sku'][:60]}.")


def _add(going: ImportRun, orders: list[Order], products: Mapping[str, Product]) -> None:
    ours = "" if all("currency" in order for order in orders) else _ours(going)
    made = {"created_at": going.now, "created_by": going.by}
    rows, lines = [], []
    for order in orders:
        priced = [_line(line, products) for line in order["lines"]]
        lines.append(priced)
        rows.append(
            made
            | {
                "customer_id": order["customer"],
                "order_no": order["order_id"],
                "at": order["at"],
                "channel": order["channel"],
                "amount": order["amount"],
                "margin": order.get("margin", _margin(order["amount"], priced)),
                "currency": order.get("currency", ours),
                "promised_at": order.get("promised_at"),
                "delivered_at": order.get("delivered_at"),
            }
        )
    ids = going.session.scalars(
        insert(Transaction).returning(Transaction.id, sort_by_parameter_order=True), rows
    ).all()
    all_lines = [
        {"transaction_id": number} | line
        for number, mine in zip(ids, lines, strict=True)
        for line in mine
    ]
    if all_lines:
        going.session.execute(insert(TransactionLine), all_lines)
    _known_since(going, rows)
    going.added += len(ids)


def _ours(going: ImportRun) -> str:
    return str(value(going.session, "company.currency"))


def _line(line: Mapping[str, Any], products: Mapping[str, Product]) -> dict[str, Any]:
    product, quantity = products.get(line.get("sku", "")), line["quantity"]
    cost = line.get("cost", product.unit_cost * quantity if product else None)
    number = product.id if product else None
    return {"product_id": number, "quantity": quantity, "net": line["net"], "cost": cost}


def _margin(amount: int, lines: Iterable[Mapping[str, Any]]) -> int | None:
    costs = [line["cost"] for line in lines]
    return amount - sum(costs) if costs and None not in costs else None


def _known_since(going: ImportRun, rows: Iterable[Mapping[str, Any]]) -> None:
    """Who had no beginning is ours since his first purchase; who bought is no stranger."""
    first: dict[int, date] = {}
    for row in rows:
        day = row["at"].date()
        first[row["customer_id"]] = min(day, first.get(row["customer_id"], day))
    if first:
        connection = going.session.connection()
        connection.execute(_BEGAN, [{"who": who, "day": day} for who, day in first.items()])
        connection.execute(_OURS, [{"who": who} for who in first])


_WHO = update(Customer).where(Customer.id == bindparam("who"))
_BEGAN = _WHO.where(Customer.relationship_since.is_(None)).values(
    relationship_since=bindparam("day")
)
_STRANGER = (Customer.lifecycle_stage == "provisional") | (Customer.lifecycle_stage == "prospect")
_OURS = _WHO.where(_STRANGER).values(lifecycle_stage="known")


IMPORTS: Final = (ImportKind("purchases", PurchaseRow, take),)
