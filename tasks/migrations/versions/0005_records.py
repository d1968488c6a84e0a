"""The first tables of the customer records; what came before revision crm0005 is in it."""

from tasks.migrations.first_tables import campaigns, customers, events

revision = "crm0005"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    customers.create()
    campaigns.create()
    events.create()
