"""The published Python SDK works against us unmodified: operators, the clock, documents."""

import time
from pathlib import Path
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient, models
from camunda_orchestration_sdk.errors import ApiError
from camunda_orchestration_sdk.types import File

from tests.web.api.conftest import World
from tests.web.api.sdk import complete_ask, deploy, start, state, tasks


def _element_ids(client: CamundaClient, instance: str) -> list[str]:
    found = tasks(
        client, process_instance_key=instance, state=models.UserTaskStateExactMatch.CREATED
    )
    return sorted(task.element_id for task in found)


def _finished(client: CamundaClient, key: Any) -> models.BatchOperationResponse:
    for _ in range(300):
        batch = client.get_batch_operation(batch_operation_key=key)
        if batch.state.value == "COMPLETED":
            return batch
        time.sleep(0.1)
    raise AssertionError(f"batch operation {key} is {batch.state}")


def test_tokens_are_moved_and_an_instance_goes_over_to_another_version(
    alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "steps.bpmn")
    instance = start(alice, "steps")
    alice.modify_process_instance(
        process_instance_key=instance,
        data=models.ProcessInstanceModificationInstruction.from_dict(
            {
                "moveInstructions": [
                    {
                        "sourceElementInstruction": {
                            "sourceType": "byId",
                            "sourceElementId": "First",
                        },
                        "targetElementId": "Second",
                        "ancestorScopeInstruction": {"ancestorScopeType": "inferred"},
                    }
                ]
            }
        ),
    )
    assert _element_ids(alice, instance) == ["Second"]
    newer = deploy(alice, tmp_path, "longer.bpmn").processes[0]
    alice.migrate_process_instance(
        process_instance_key=instance,
        data=models.ProcessInstanceMigrationInstruction.from_dict(
            {
                "targetProcessDefinitionKey": newer.process_definition_key,
                "mappingInstructions": [{"sourceElementId": "Second", "targetElementId": "Middle"}],
            }
        ),
    )
    moved = alice.get_process_instance(process_instance_key=instance)
    assert moved.process_definition_version == 2
    assert _element_ids(alice, instance) == ["Middle"]


@pytest.mark.usefixtures("hands")
def test_many_are_cancelled_in_the_background(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "steps.bpmn")
    instances = [start(alice, "steps") for _ in range(3)]
    begun = alice.cancel_process_instances_batch_operation(
        data=models.ProcessInstanceCancellationBatchOperationRequest.from_dict(
            {"filter": {"processInstanceKey": {"$in": instances[:2]}}}
        )
    )
    assert begun.batch_operation_type.value == "CANCEL_PROCESS_INSTANCE"
    done = _finished(alice, begun.batch_operation_key)
    assert (done.operations_completed_count, done.operations_failed_count) == (2, 0)
    items = alice.search_batch_operation_items(
        data=models.BatchOperationItemSearchQuery.from_dict(
            {"filter": {"batchOperationKey": begun.batch_operation_key}}
        )
    ).items
    assert {item.process_instance_key for item in items} == set(instances[:2])
    states = [state(alice, each) for each in instances]
    assert states == ["TERMINATED", "TERMINATED", "ACTIVE"]


def test_a_timer_goes_off_when_the_clock_is_pinned_later(
    world: World, alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "waits.bpmn")
    instance = start(alice, "waits")
    later = int(world.engine.clock().timestamp() * 1000) + 2 * 3_600_000
    alice.pin_clock(data=models.ClockPinRequest(timestamp=later))
    assert state(alice, instance) == "COMPLETED"
    alice.reset_clock()


def test_a_worker_does_the_jobs_as_they_come(
    world: World, alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    instance = start(alice, "order")
    complete_ask(alice, instance, 150)
    lent = alice.activate_jobs(
        data=models.JobActivationRequest.from_dict(
            {
                "type": "ship",
                "worker": "python",
                "timeout": 60_000,
                "maxJobsToActivate": 5,
                "requestTimeout": 5_000,
                "fetchVariable": ["discount"],
            }
        )
    ).jobs
    assert [job.variables.to_dict() for job in lent] == [{"discount": 10}]
    data = models.JobCompletionRequest.from_dict({"variables": {"shipped": True}})
    alice.complete_job(job_key=lent[0].job_key, data=data)
    assert state(alice, instance) == "COMPLETED"


def test_documents_are_kept_given_and_removed(alice: CamundaClient) -> None:
    data = models.CreateDocumentData(
        file=File(payload=b"hello", file_name="hello.txt", mime_type="text/plain")  # type: ignore[arg-type]
    )
    kept = alice.create_document(data=data)
    assert (kept.metadata.file_name, kept.metadata.size) == ("hello.txt", 5)
    assert alice.get_document(document_id=kept.document_id).payload.read() == b"hello"
    link = alice.create_document_link(
        document_id=kept.document_id, data=models.DocumentLinkRequest(time_to_live=60_000)
    )
    assert "/v2/documents/links/" in link.url
    alice.delete_document(document_id=kept.document_id)
    with pytest.raises(ApiError) as refusal:
        alice.delete_document(document_id=kept.document_id)
    assert refusal.value.status_code == 404


def test_the_way_of_an_instance_is_told(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    instance = start(alice, "order")
    complete_ask(alice, instance, 3)
    flows = alice.get_process_instance_sequence_flows(process_instance_key=instance)
    assert len(flows.items) == 3
    assert (
        alice.get_process_instance_call_hierarchy(process_instance_key=instance)[
            0
        ].process_instance_key
        == instance
    )
    versions = alice.get_process_definition_instance_version_statistics(
        data=models.ProcessDefinitionInstanceVersionStatisticsQuery.from_dict(
            {"filter": {"processDefinitionId": "order"}}
        )
    )
    assert versions.items[0].active_instances_without_incident_count == 1
    assert alice.get_topology().gateway_version == "8.9.0"
