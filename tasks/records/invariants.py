"""Rules the database itself keeps, whoever writes: consents only grow, the gate is not bypassed."""

from sqlalchemy import Connection, MetaData, event, text
from sqlalchemy.schema import SchemaItem

from tasks.records.base import Base

APPEND_ONLY = "consents are append-only"
CONTROL = "a control member gets no marketing contact of that campaign"
NO_CONSENT = "a contact needs a consent that allows it now"

_IS_CONTROL = """NEW.purpose = 'marketing' AND EXISTS (
    SELECT 1 FROM crm_campaign_member m
    WHERE m.campaign_id = NEW.campaign_id AND m.customer_id = NEW.customer_id
      AND m.arm = 'control')"""

_NOT_ALLOWED = """COALESCE((
    SELECT c.state FROM crm_consent c
    WHERE c.customer_id = NEW.customer_id AND c.channel = NEW.channel
      AND c.purpose = NEW.purpose AND c.topic IS NULL AND c.at <= NEW.decided_at
    ORDER BY c.at DESC, c.id DESC LIMIT 1), 'denied') <> 'allowed'"""


def install(connection: Connection) -> None:
    """Put the triggers in place (again); needs the tables."""
    statements = _POSTGRESQL if connection.dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        connection.execute(text(statement))


def _sqlite() -> list[str]:
    result = []
    for verb in ("UPDATE", "DELETE"):
        result += _sqlite_trigger(f"consent_{verb}", f"{verb} ON crm_consent", "1", APPEND_ONLY)
    for moment, extra in (("INSERT", ""), ("UPDATE", " AND OLD.decision <> 'send'")):
        for name, condition, message in (
            ("control", _IS_CONTROL, CONTROL),
            ("consent", _NOT_ALLOWED, NO_CONSENT),
        ):
            result += _sqlite_trigger(
                f"contact_{name}_{moment}",
                f"{moment} ON crm_contact",
                f"NEW.decision = 'send'{extra} AND {condition}",
                message,
            )
    return result


def _sqlite_trigger(name: str, moment: str, condition: str, message: str) -> list[str]:
    name = f"crm_{name.lower()}"
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} BEFORE {moment} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


_RAISE = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation'"

_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION crm_consent_is_append_only() RETURNS trigger AS $$
    BEGIN {_RAISE.format(APPEND_ONLY)}; END $$ LANGUAGE plpgsql""",
    "DROP TRIGGER IF EXISTS crm_consent_append_only ON crm_consent",
    """CREATE TRIGGER crm_consent_append_only BEFORE UPDATE OR DELETE ON crm_consent
    FOR EACH ROW EXECUTE FUNCTION crm_consent_is_append_only()""",
    f"""CREATE OR REPLACE FUNCTION crm_contact_is_permitted() RETURNS trigger AS $$
    BEGIN
      IF NEW.decision <> 'send' THEN RETURN NEW; END IF;
      IF TG_OP = 'UPDATE' AND OLD.decision = 'send' THEN RETURN NEW; END IF;
      IF {_IS_CONTROL} THEN {_RAISE.format(CONTROL)}; END IF;
      IF {_NOT_ALLOWED} THEN {_RAISE.format(NO_CONSENT)}; END IF;
      RETURN NEW;
    END $$ LANGUAGE plpgsql""",
    "DROP TRIGGER IF EXISTS crm_contact_permitted ON crm_contact",
    """CREATE TRIGGER crm_contact_permitted BEFORE INSERT OR UPDATE ON crm_contact
    FOR EACH ROW EXECUTE FUNCTION crm_contact_is_permitted()""",
]


@event.listens_for(Base.metadata, "after_create")
def _after_create(target: MetaData, connection: Connection, **_: SchemaItem) -> None:
    install(connection)
