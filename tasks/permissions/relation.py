"""Where it stands that a customer has bought or has a contract; the tables are of others."""

from typing import Final

from sqlalchemy import column, table

# named, not imported: orders and contracts are written by subjects that ask for permissions
RELATIONS: Final = (
    table("crm_transaction", column("customer_id")),
    table("crm_contract", column("customer_id")),
)
