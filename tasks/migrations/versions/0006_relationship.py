"""Records of the relationship: expectations, promises, moments of truth, standards and others."""

from tasks.migrations.relationship_tables import people, sales, service

revision = "crm0006"
down_revision = "crm0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    people.create_all()
    sales.create_all()
    service.create_all()
