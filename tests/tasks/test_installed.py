"""Subjects are found by themselves, and two of one name are refused."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tasks
from tasks.cases.events import TYPES as CASE_EVENTS
from tasks.declare.subject import Subject, Subjects
from tasks.installed import METADATA, SUBJECTS, discover

BADMINTON = """
from tasks.declare.subject import Subject

SUBJECT = Subject(name="badminton", webhooks={"badminton.won": "Somebody won."})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "badminton"
    home.mkdir()
    (home / "__init__.py").write_text('"""Badminton."""\n')
    monkeypatch.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    for name in ("tasks.badminton", "tasks.badminton.subject"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield home
    for name in ("tasks.badminton", "tasks.badminton.subject"):
        sys.modules.pop(name, None)


def test_a_new_package_is_found_without_being_named_anywhere(package: Path) -> None:
    (package / "subject.py").write_text(BADMINTON)

    assert "badminton.won" in discover().subscribable


def test_a_subject_module_without_a_subject_is_refused(package: Path) -> None:
    (package / "subject.py").write_text("SUBJECT = 'badminton'\n")

    with pytest.raises(TypeError, match="no SUBJECT"):
        discover()


def test_two_subjects_may_not_add_the_same() -> None:
    one, other = (Subject(name=name, events=CASE_EVENTS) for name in ("cases", "matters"))

    with pytest.raises(ValueError, match=r"two subjects add the event “complaint\.received”"):
        Subjects.of([one, other])
    with pytest.raises(ValueError, match="two subjects add the subject “cases”"):
        Subjects.of([one, one])


def test_every_table_belongs_to_one_subject() -> None:
    owned = [table.__tablename__ for subject in SUBJECTS.all for table in subject.tables]

    assert sorted(owned) == sorted(METADATA.tables)


def test_every_service_task_of_a_module_is_installed() -> None:
    installed = {task.function for task in SUBJECTS.service_tasks}
    written = {
        value
        for name, module in sys.modules.items()
        if name.startswith("tasks.")
        for value in vars(module).values()
        if hasattr(value, "__service_task__")
    }

    assert written == installed
