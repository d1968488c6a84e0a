"""What drawings forbid whatever somebody's rights are: four eyes, protection, undeclared values."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from engine import store
from engine.definitions import Definition
from engine.errors import Forbidden, Invalid
from engine.forms import Form
from engine.model import Problem
from engine.transaction import four_eyes
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork

_task, _element = store.user_task.c, store.element_instance.c


def change_by_hand(instance: Instance, what: str) -> None:
    """Raise Forbidden if the process is protected: it goes only the ways that are drawn."""
    come_by_hand(instance.definition, what)


def come_by_hand(process: Definition, what: str) -> None:
    """Raise Forbidden if a process is protected: nothing comes into it but by its start."""
    if process.says("protected") == "true":
        raise Forbidden(f"'{process.id}' is protected: {what} is not possible")


def another_person(work: UnitOfWork, row: RowMapping, instance: Instance, person: str) -> None:
    """Raise Forbidden if a person may not do a task, because they did what it looks over.

    A company of one confirms to itself; the history then shows the same person twice.
    """
    if not person or person not in four_eyes.barred(work, row, instance):
        return
    if not work.environment.one_person_may_do_all(work.connection):
        raise Forbidden(f"four eyes: '{person}' may not do '{row['name']}', but somebody else may")


def declared_only(instance: Instance, form: Form | None, given: Mapping[str, Any]) -> None:
    """Raise Invalid for variables that the form does not declare, if the process is strict."""
    if instance.definition.says("strict") != "true":
        return
    known = {field.path[0] for field in form.fields if field.path} if form else set()
    unknown = sorted(set(given) - known)
    if unknown:
        told = [Problem("no form declares it", element=name, rule="strict") for name in unknown]
        raise Invalid(f"the form does not have: {', '.join(unknown)}", told)
