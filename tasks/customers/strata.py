"""The group of a customer within which the two sides of a trial are kept equally large."""

from sqlalchemy import Connection, select

from tasks.customers.records import Customer


def stratum(connection: Connection, unit: str) -> str:
    """Return kind and lifecycle stage of the customer a trial draws; "" for anybody else."""
    if not (unit.isascii() and unit.isdecimal() and len(unit) < 18):
        return ""
    found = select(Customer.kind, Customer.lifecycle_stage).where(Customer.id == int(unit))
    row = connection.execute(found).one_or_none()
    return "" if row is None else f"{row.kind} {row.lifecycle_stage}"
