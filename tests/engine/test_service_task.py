"""A function becomes a service task: what it is called, what it reads, what it refuses."""

from datetime import UTC, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any, Literal

import pytest

from engine.errors import Invalid
from engine.service_task import Registry, collect, service_task


@service_task(retries=5)
def estimate_audience(
    session: str,
    job_key: str,
    segment: str,
    channels: list[str],
    wave: int = 1,
    limit: Decimal | None = None,
) -> dict[str, Any]:
    """Count whom a campaign can reach."""
    return {"segment": segment, "n": len(channels), "wave": wave, "by": session + job_key}


def registry() -> Registry:
    module = ModuleType("targeting")
    vars(module).update(estimate_audience=estimate_audience, again=estimate_audience)
    return collect([module])


def test_a_function_is_named_after_its_module_and_stays_callable() -> None:
    task = registry().get("test_service_task.estimate_audience")

    assert task is not None
    assert task.retries == 5
    assert task.doc == "Count whom a campaign can reach."
    assert task.inputs == ("segment", "channels", "wave", "limit")
    assert task.required() == ("segment", "channels")
    assert estimate_audience("s", "1", "vip", [])["segment"] == "vip"


def test_inputs_come_from_the_variables_and_the_rest_is_given() -> None:
    task = registry().get("test_service_task.estimate_audience")
    assert task is not None

    variables = {"segment": "vip", "channels": ["sms"], "wave": 2.0, "unrelated": {"x": 1}}

    answer = task.call(variables, {"session": "S", "job_key": "7", "now": datetime.now(UTC)})
    assert answer == {"segment": "vip", "n": 1, "wave": 2, "by": "S7"}


def test_wrong_and_missing_inputs_are_named_one_by_one() -> None:
    task = registry().get("test_service_task.estimate_audience")
    assert task is not None

    with pytest.raises(Invalid) as refusal:
        task.check({"channels": "sms", "wave": True})

    assert {p.element for p in refusal.value.problems} == {"segment", "channels", "wave"}


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (int, 3, "3"),
        (float, 2.5, True),
        (bool, False, "yes"),
        (datetime, "2026-01-02T03:04:05", "tomorrow"),
        (Literal["email", "sms"], "sms", "pigeon"),
        (dict[str, int], {"a": 1}, {"a": "b"}),
        (list[int], [1, 2], [1, "x"]),
        (str | None, None, 5),
    ],
)
def test_each_annotation_judges_its_values(annotation: Any, good: Any, bad: Any) -> None:
    def read(value: Any) -> dict[str, Any]:
        return {"value": value}

    read.__annotations__["value"] = annotation
    task = service_task(name="a.read")(read).__service_task__

    assert task.check({"value": good})["value"] is not bad
    with pytest.raises(Invalid):
        task.check({"value": bad})


def test_a_naive_instant_is_utc() -> None:
    @service_task(name="a.when")
    def when(at: datetime) -> dict[str, Any]:
        return {"at": at.isoformat()}

    answer = when.__service_task__.call({"at": "2026-01-02T03:04:05"}, {})

    assert answer == {"at": "2026-01-02T03:04:05+00:00"}


def test_two_functions_of_one_name_and_functions_without_annotations_are_refused() -> None:
    def bare(x) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        return x

    with pytest.raises(TypeError, match="needs an annotation"):
        service_task(bare)

    one = service_task(name="a.b")(lambda: None).__service_task__
    other = service_task(name="a.b")(lambda: None).__service_task__
    with pytest.raises(ValueError, match=r"two service tasks are named a\.b"):
        Registry([one, other])
