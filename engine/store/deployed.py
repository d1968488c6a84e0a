"""Tables of what was deployed. Nothing here changes after its deployment but a state."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.types import JsonText, UtcDateTime, metadata, where


def _key() -> "Column[int]":
    return Column("key", BigInteger, primary_key=True, autoincrement=False)


def _of_candidate() -> ForeignKeyConstraint:
    place = ["process_id", "deployment_key"]
    return ForeignKeyConstraint(
        place, [f"pv_candidate.{name}" for name in place], ondelete="CASCADE"
    )


def _reference(name: str, target: str) -> "Column[int]":
    return Column(name, BigInteger, ForeignKey(target), nullable=False, index=True)


deployment = Table(
    "pv_deployment",
    metadata,
    _key(),
    Column("deployed_at", UtcDateTime, nullable=False),
    Column("deployed_by", String(255), nullable=False),
    Column("contents", JsonText, nullable=False),  # [{kind, key, id, ...}]; unchanged ones too
)

resource = Table(
    "pv_resource",
    metadata,
    _key(),
    _reference("deployment_key", "pv_deployment.key"),
    Column("name", Text, nullable=False),
    Column("id", Text),  # its name, unless it says another
    Column("version", Integer, nullable=False),  # of its id
    Column("version_tag", String(255)),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_pv_resource_name_version", "name", "version"),
    Index("ix_pv_resource_id_version", "id", "version"),
)

definition = Table(
    "pv_definition",
    metadata,
    _key(),
    Column("process_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_tag", String(255)),
    Column("name", Text),
    Column("documentation", Text),
    Column("properties", JsonText, nullable=False),
    Column("start_form", JsonText),  # form-js schema, embedded or resolved at deployment
    Column("start_form_key", BigInteger),
    Column("has_none_start", Integer, nullable=False, default=1),
    Column("hash", String(64), nullable=False),
    Column("state", String(16), nullable=False, default="ACTIVE"),
    Column("resource_name", Text, nullable=False),
    Column("deployed_at", UtcDateTime, nullable=False),
    _reference("resource_key", "pv_resource.key"),
    _reference("deployment_key", "pv_deployment.key"),
    UniqueConstraint("process_id", "version"),
    Index("ix_pv_definition_process_id_version_tag", "process_id", "version_tag"),
)

decision_requirements = Table(
    "pv_decision_requirements",
    metadata,
    _key(),
    Column("id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("resource_name", Text, nullable=False),
    _reference("resource_key", "pv_resource.key"),
    _reference("deployment_key", "pv_deployment.key"),
    UniqueConstraint("id", "version"),
)

decision = Table(
    "pv_decision",
    metadata,
    _key(),
    Column("id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_tag", String(255)),
    Column("name", Text, nullable=False),
    Column("requirements_id", String(255), nullable=False),
    _reference("requirements_key", "pv_decision_requirements.key"),
    _reference("deployment_key", "pv_deployment.key"),
    UniqueConstraint("id", "version"),
    Index("ix_pv_decision_id_version_tag", "id", "version_tag"),
)

form = Table(
    "pv_form",
    metadata,
    _key(),
    Column("id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_tag", String(255)),
    Column("schema", JsonText, nullable=False),
    Column("resource_name", Text, nullable=False),
    _reference("resource_key", "pv_resource.key"),
    _reference("deployment_key", "pv_deployment.key"),
    UniqueConstraint("id", "version"),
    Index("ix_pv_form_id_version_tag", "id", "version_tag"),
)

# What `latest` means: the pointer moves, the versions stay.
release = Table(
    "pv_release",
    metadata,
    Column("kind", String(16), primary_key=True),  # process decision requirements form resource
    Column("name", Text, primary_key=True),  # its id
    Column("current_key", BigInteger, nullable=False, index=True),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(255), nullable=False),
)

# A version that runs, or ran, beside the current one for a share of the new instances.
candidate = Table(
    "pv_candidate",
    metadata,
    Column("process_id", String(255), primary_key=True),
    Column(
        "deployment_key",
        BigInteger,
        ForeignKey("pv_deployment.key"),
        primary_key=True,
        autoincrement=False,
    ),
    _reference("definition_key", "pv_definition.key"),
    Column("state", String(16), nullable=False),  # PROPOSED TRIAL PROMOTED ENDED
    Column("share", Float, nullable=False),  # of the units, 0 to 1
    Column("seed", String(64), nullable=False),  # "" until it is approved; nobody sees it
    Column("since", UtcDateTime, nullable=False),
    Column("by", String(255), nullable=False),  # its author
    Column("approved_by", String(255)),
    Column("approved_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index("uq_pv_candidate_trial", "process_id", unique=True, **where("state = 'TRIAL'")),
)

# On which side a unit of a trial is; the unit is hashed under the seed.
trial_unit = Table(
    "pv_trial_unit",
    metadata,
    Column("process_id", String(255), primary_key=True),
    Column("deployment_key", BigInteger, primary_key=True, autoincrement=False),
    Column("unit", String(64), primary_key=True),
    Column("stratum", String(100), nullable=False),
    Column("position", Integer, nullable=False),  # in its stratum, from 0
    Column("side", String(16), nullable=False),  # candidate current
    Column("at", UtcDateTime, nullable=False),
    _of_candidate(),
)

# How many units of a stratum were drawn.
trial_stratum = Table(
    "pv_trial_stratum",
    metadata,
    Column("process_id", String(255), primary_key=True),
    Column("deployment_key", BigInteger, primary_key=True, autoincrement=False),
    Column("stratum", String(100), primary_key=True),
    Column("next", Integer, nullable=False),
    _of_candidate(),
)

# The files of the product as they were last delivered, so that what an owner changed is seen.
shipped = Table(
    "pv_shipped",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("held", LargeBinary),  # newer content that waits for a decision, as the owner has his
    Column("at", UtcDateTime, nullable=False),
)
