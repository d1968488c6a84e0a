"""What the CRM does: service tasks and the records they act on. Knows no web."""

from importlib import import_module

from engine.service_task import Registry, collect

# every module with service tasks; a new one is added here
MODULES = (
    "tasks.calendars",
    "tasks.contact_gate",
    "tasks.notices",
    "tasks.targeting",
)


def service_tasks() -> Registry:
    """Answer all installed service tasks by name."""
    return collect(import_module(name) for name in MODULES)
