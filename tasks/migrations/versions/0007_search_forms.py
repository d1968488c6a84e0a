"""What searches look in, and what all spellings of an address or of an outside id share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.text.addresses import address_key
from engine.text.normal import key_form, search_form
from engine.text.phones import region_of_zone

revision = "crm0007"
down_revision = "crm0006"
branch_labels = None
depends_on = None

PART = 1_000


def upgrade() -> None:
    for table, column in (
        ("crm_customer", "search_name"),
        ("crm_contact_point", "search_value"),
        ("crm_contact_point", "key"),
        ("crm_identifier", "key"),
        ("crm_message", "search_text"),
    ):
        op.add_column(table, sa.Column(column, sa.String(), server_default="", nullable=False))
    _fill("crm_customer", "search_name", ("name",), search_form)
    _fill("crm_contact_point", "search_value", ("value",), search_form)
    _fill("crm_identifier", "key", ("external_id",), key_form)
    _fill("crm_message", "search_text", ("recipient", "subject"), _searched)
    _fill_addresses()
    op.create_index(
        op.f("ix_crm_contact_point_channel_key"), "crm_contact_point", ["channel", "key"]
    )
    op.create_index(op.f("ix_crm_identifier_system_key"), "crm_identifier", ["system", "key"])


def _searched(recipient: str, subject: str) -> str:
    return search_form(f"{recipient}\n{subject}")


def _fill(table: str, column: str, sources: Sequence[str], work: Callable[..., str]) -> None:
    rows = sa.table(table, *map(sa.column, ("id", column, *sources)))
    query = sa.select(rows.c.id, *(rows.c[source] for source in sources))
    _write(rows, column, ((row[0], work(*row[1:])) for row in _all(query, rows.c.id)))


def _fill_addresses() -> None:
    """A number without a country code was dialled where its customer is."""
    points = sa.table(
        "crm_contact_point", *map(sa.column, ("id", "customer_id", "channel", "value", "key"))
    )
    people = sa.table("crm_customer", sa.column("id"), sa.column("timezone"))
    query = sa.select(points.c.id, points.c.channel, points.c.value, people.c.timezone).join(
        people, people.c.id == points.c.customer_id
    )
    found = (
        (number, address_key(channel, value, region_of_zone(zone)))
        for number, channel, value, zone in map(tuple, _all(query, points.c.id))
    )
    _write(points, "key", found)


def _all(query: sa.Select[Any], number: sa.ColumnElement[int]) -> Iterator[sa.Row[Any]]:
    last = 0
    while (
        rows := op.get_bind().execute(query.where(number > last).order_by(number).limit(PART)).all()
    ):
        yield from rows
        last = rows[-1][0]


def _write(rows: sa.TableClause, column: str, pairs: Iterable[tuple[int, str]]) -> None:
    change = (
        sa.update(rows).where(rows.c.id == sa.bindparam("of")).values({column: sa.bindparam("is")})
    )
    part: list[dict[str, Any]] = []
    for number, text in pairs:
        part.append({"of": number, "is": text})
        if len(part) == PART:
            op.get_bind().execute(change, part)
            part = []
    if part:
        op.get_bind().execute(change, part)


def downgrade() -> None:
    op.drop_index(op.f("ix_crm_identifier_system_key"), "crm_identifier")
    op.drop_index(op.f("ix_crm_contact_point_channel_key"), "crm_contact_point")
    for table, column in (
        ("crm_message", "search_text"),
        ("crm_identifier", "key"),
        ("crm_contact_point", "key"),
        ("crm_contact_point", "search_value"),
        ("crm_customer", "search_name"),
    ):
        op.drop_column(table, column)
