"""The composition of the CRM: every subject, found by walking the packages once.

A package below `tasks` with something to add has a module `subject` with the constant `SUBJECT`;
a new one is found without being named anywhere. In `tasks` only the migrations import this.
"""

import pkgutil
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from sqlalchemy import Connection, MetaData, event

import tasks
from tasks.declare import search
from tasks.declare.base import Base
from tasks.declare.subject import Subject, Subjects
from tasks.declare.trigger import install
from tasks.records import export_kind, import_kind

MODULE = "subject"


def discover() -> Subjects:
    """Import every subject; raises TypeError where `SUBJECT` is none, ValueError on doubles."""
    found = []
    for module in pkgutil.walk_packages(tasks.__path__, "tasks."):
        package, _, name = module.name.rpartition(".")
        if name != MODULE or package == Subject.__module__.rpartition(".")[0]:
            continue
        subject = getattr(import_module(module.name), "SUBJECT", None)
        if not isinstance(subject, Subject):
            raise TypeError(f"{module.name} has no SUBJECT that is a Subject")
        found.append(_with_files(subject))
    return Subjects.of(found)


def _with_files(subject: Subject) -> Subject:
    """Let the records of a subject be files too."""
    return replace(
        subject,
        imports=(*subject.imports, *map(import_kind, subject.records)),
        exports=(*subject.exports, *map(export_kind, subject.records)),
    )


SUBJECTS: Final = discover()
METADATA: Final[MetaData] = Base.metadata  # of every table, as all subjects are imported


@event.listens_for(METADATA, "after_create")
def _install_triggers(target: MetaData, connection: Connection, **_: Any) -> None:
    install(connection, SUBJECTS.triggers)
    search.install(connection, SUBJECTS.searches)
