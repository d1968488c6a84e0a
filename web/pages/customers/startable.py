"""Which processes about a customer a person may start."""

from sqlalchemy import Connection

from engine import reads
from engine.reads import Definition
from web.accounts import Account, policy

ABOUT = "customer"  # property of processes about one customer


def startable(connection: Connection, account: Account) -> list[Definition]:
    """Return the processes about a customer that the person may start by hand."""
    return [
        one
        for one in reads.definitions(connection)
        if one.startable and ABOUT in one.properties and policy.can(account, "process.start", one)
    ]
