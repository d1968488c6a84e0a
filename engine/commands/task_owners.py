"""Service tasks that belong to a process: a drawing of another one may not name them."""

from collections.abc import Iterator

from engine import definitions
from engine.errors import Invalid
from engine.model import Problem
from engine.service_task import Registry


def insist(bundle: definitions.Bundle, installed: Registry) -> None:
    """Raise Invalid for drawings with service tasks that belong to other processes."""
    wrong = list(_wrong(bundle, installed))
    if wrong:
        raise Invalid("The resources cannot be deployed.", wrong)


def _wrong(bundle: definitions.Bundle, installed: Registry) -> Iterator[Problem]:
    for process in bundle.processes:
        for element, job_type in _job_types(process):
            task = installed.get(job_type)
            if task is not None and not task.belongs_to(process.id):
                owners = ", ".join(sorted(task.processes))
                yield Problem(
                    f"“{job_type}” belongs to {owners} and is refused elsewhere.",
                    element=element,
                    resource=process.resource_name,
                    rule="service-task",
                )


def _job_types(process: definitions.Definition) -> Iterator[tuple[str, str]]:
    """Yield (element, job type) of all jobs and listeners; FEEL is judged as it runs."""
    for spec in process.spec.nodes():
        found = spec.extensions
        listeners = (*found.listeners, *found.task_listeners)
        for job_type in (found.job_type, *(each.type for each in listeners)):
            if job_type is not None and job_type.literal is not None:
                yield spec.name, job_type.literal
