"""A past of processes written straight into the history: instances that passed two elements."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import store

_KEYS = count(1_000_000_000)


class Past:
    """Instances of one process, as their elements stand in the tables of the engine."""

    def __init__(self, session: Session, process_id: str) -> None:
        self._session, self._process_id, self._definition = session, process_id, next(_KEYS)
        self._definition_row()

    def passed(
        self,
        begins: str,
        ends: str | None,
        at: datetime,
        after: timedelta | None,
        *,
        over: timedelta | None = None,
        customer: str | None = None,
    ) -> int:
        """Add an instance that entered an element, and completed another some time after."""
        key = next(_KEYS)
        over_at = None if over is None else at + over
        self._instance(key, at, over_at, customer)
        self._element(key, begins, at, at)
        if ends is not None and after is not None:
            self._element(key, ends, at, at + after)
        return key

    def _definition_row(self) -> None:
        deployment, resource = next(_KEYS), next(_KEYS)
        at = datetime(2026, 1, 1).astimezone()
        run = self._session.execute
        run(
            insert(store.deployment).values(
                key=deployment, deployed_at=at, deployed_by="bob", contents=[]
            )
        )
        run(
            insert(store.resource).values(
                key=resource, deployment_key=deployment, name="care.bpmn", version=1,
                sha256="0", content=b"",
            )
        )  # fmt: skip
        run(
            insert(store.definition).values(
                key=self._definition, process_id=self._process_id, version=1, properties={},
                hash="0", resource_name="care.bpmn", deployed_at=at, resource_key=resource,
                deployment_key=deployment,
            )
        )  # fmt: skip

    def _instance(
        self, key: int, at: datetime, over_at: datetime | None, customer: str | None
    ) -> None:
        self._session.execute(
            insert(store.instance).values(
                key=key, definition_key=self._definition, process_id=self._process_id, version=1,
                state="ACTIVE" if over_at is None else "COMPLETED", revision=1, data="{}",
                checksum="0", flows={}, incidents=0, tags=[], customer=customer,
                root_instance_key=key, depth=1, started_by="bob", started_at=at, ended_at=over_at,
                history_seq=0, history_hash="0",
            )
        )  # fmt: skip

    def _element(self, instance: int, element: str, at: datetime, ended_at: datetime) -> None:
        self._session.execute(
            insert(store.element_instance).values(
                key=next(_KEYS), instance_key=instance, definition_key=self._definition,
                element_id=element, type="TASK", scope_key=instance, state="COMPLETED",
                started_at=at, ended_at=ended_at,
            )
        )  # fmt: skip
