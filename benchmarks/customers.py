"""The list, searches, a customer's page and a segment's count among many customers beside 10,000.

    python -m benchmarks customers            10,000 and 1,000,000
    PEYVAND_MANY=100000 python -m benchmarks customers

Every customer has a name, an e-mail address, a score, a snapshot and two orders. Ratios of
processor time in one run; statements are counted.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks._meter import Cost, measure
from benchmarks._table import Row, bar, drawn
from engine import store
from tasks.declare import search
from tasks.installed import METADATA, SUBJECTS
from tasks.segments.rule import count
from web.app import tables
from web.reads import customers
from web.reads.customer_view import Reader, customer_view

FEW, MANY = 10_000, int(os.environ.get("PEYVAND_MANY", "1000000"))
ROUNDS = 25
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {n})"
# one in a thousand is called Meadow, up to 1,000 of them; everybody has an address at example.com
FILL = (
    "INSERT INTO crm_customer (id, kind, name, search_name, language, timezone, lifecycle_stage, "
    "owner, do_not_contact, deceased, legal_hold, demo, created_at, updated_at, created_by, "
    "version) {series} SELECT n, 'person', 'Customer ' || n || CASE WHEN n % {step} = 0 THEN "
    "' Meadow' ELSE '' END, 'customer ' || n || CASE WHEN n % {step} = 0 THEN ' meadow' ELSE '' "
    "END, 'en', 'UTC', 'known', CASE WHEN n % 50 = 0 THEN 'gita' END, 0, 0, 0, 0, {now}, {now}, "
    "'', 1 FROM series",
    "INSERT INTO crm_contact_point (customer_id, channel, value, search_value, key, valid, "
    "soft_bounces, created_at, created_by) {series} SELECT n, 'email', 'c' || n || "
    "'@example.com', 'c' || n || '@example.com', 'c' || n || '@example.com', 1, 0, {now}, '' "
    "FROM series",
    "INSERT INTO crm_transaction (customer_id, order_no, at, channel, amount, margin, currency, "
    "created_at, created_by) {series} SELECT n, 'O-' || n || '-' || t.k, {now}, 'shop', 1000, "
    "300, 'EUR', {now}, '' FROM series, (SELECT 1 AS k UNION SELECT 2) t",
    "INSERT INTO crm_current_score (customer_id, r, f, m, segment, tier, orders, spent, "
    "margin_12m, margin_rank, revenue_rank, problems_12m, problem_rank, silent, digest, "
    "told_tier) {series} SELECT n, 1 + n % 5, 1 + n % 4, 1 + n % 3, 'loyal', substr('ABCD', 1 + "
    "n % 4, 1), 2, n % 997 * 100, n % 499 * 100, n, n, 0, n, n % 3 = 0, n, '' FROM series",
    "INSERT INTO crm_customer_score (customer_id, as_of, r, f, m, segment, tier, orders, spent, "
    "margin_12m) SELECT customer_id, {now}, r, f, m, segment, tier, orders, spent, margin_12m "
    "FROM crm_current_score",
    "INSERT INTO crm_scoring_night (as_of, customers, buyers, changed, model, cuts) VALUES "
    "({now}, {n}, {n}, {n}, '', '{{}}')",
)


def filled(url: str, many: int) -> Database:
    """Return a database of so many customers; the indexes are filled at the end."""
    database = store.connect(url)
    store.create(database)
    METADATA.create_all(database)
    tables.metadata.create_all(database)
    with database.begin() as connection:
        search.remove_all(connection, SUBJECTS.searches)
        parts = {
            "n": many,
            "series": SERIES.format(n=many),
            "step": max(many // 1_000, 10),
            "now": f"'{NOW:%Y-%m-%d %H:%M:%S.000000}'",
        }
        for statement in FILL:
            connection.execute(text(statement.format(**parts)))
        search.install(connection, SUBJECTS.searches)
        connection.execute(text("ANALYZE"))
    return database


def rows(url: str, many: int) -> list[Row]:
    """Measure every page among so many customers."""
    begun = time.monotonic()
    database = filled(url, many)
    took = time.monotonic() - begun
    print(f"  {many:,} customers made in {took:.0f} s", flush=True)
    wanted = customers.Wanted
    lists: dict[str, Callable[[Session], Any]] = {
        "list": lambda s: customers.customers(s, "", 1, "LT"),
        "list, tier and owner": lambda s: customers.customers(
            s, "", 1, "LT", wanted(tier="A", owner="gita")
        ),
        "list, silent": lambda s: customers.customers(s, "", 1, "LT", wanted(risk="silent")),
        "search, up to 1,000 found": lambda s: customers.customers(s, "meadow", 1, "LT"),
        "search, everybody found": lambda s: customers.customers(s, "example.com", 1, "LT"),
        "search of one address": lambda s: customers.customers(s, "c77@example", 1, "LT"),
        "customer": lambda s: customer_view(s, many // 2, Reader("gita", frozenset({"sales_rep"}))),
        "segment count": lambda s: count(s, '= spent > 50000 and tier = "A"', NOW),
    }
    found = [Row(name, _cost(database, look)) for name, look in lists.items()]
    database.dispose()
    return found


def _cost(database: Database, look: Callable[[Session], Any]) -> Cost:
    def once() -> None:
        with store.reading(database) as connection, Session(connection) as session:
            look(session)

    return measure((once for _ in range(ROUNDS)), database)


def report() -> Iterator[str]:
    """Measure among few and among many, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        few = rows(f"sqlite:///{folder}/few.db", FEW)
        many = rows(f"sqlite:///{folder}/many.db", MANY)
    yield from drawn(f"among {FEW:,} customers", few)
    yield from drawn(f"among {MANY:,} customers", many)
    for one, other in zip(few, many, strict=True):
        ratio = other.cost.cpu_ms / one.cost.cpu_ms
        yield bar(f"{one.name}: among {MANY:,} beside {FEW:,}", ratio, 2)
    yield bar("statements of a page", max(row.cost.statements for row in many), 6)
