"""The published Python SDK works against us unmodified (`test_older_sdk` runs it with another)."""

from pathlib import Path

import pytest
from camunda_orchestration_sdk import CamundaClient, models
from camunda_orchestration_sdk.errors import ApiError

from tests.web.api.files import FILES
from tests.web.api.sdk import complete_ask, create, deploy, incidents, jobs, start, state, tasks


def test_a_deployment_tells_what_it_brought_and_keeps_what_is_unchanged(
    alice: CamundaClient, tmp_path: Path
) -> None:
    names = ("order.bpmn", "discount.dmn", "amount.form", "notes.txt")
    first = deploy(alice, tmp_path, *names)
    assert first.processes[0].process_definition_id == "order"
    assert first.decisions[0].decision_definition_id == "discount"
    assert first.decision_requirements[0].decision_requirements_id == "pricing"
    assert first.forms[0].form_id == "amount"
    again = deploy(alice, tmp_path, *names)
    assert again.processes[0] == first.processes[0]
    assert again.forms[0] == first.forms[0]


def test_an_order_goes_all_the_way(alice: CamundaClient, tmp_path: Path) -> None:
    # Given the process with its decision and form, and an order
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    instance = start(alice, "order", variables={"customer": "Mira"}, businessId="B-1")

    # When somebody of sales claims the task, sees its form and completes it
    (task,) = tasks(alice, candidate_group="sales", process_instance_key=instance)
    assert (task.name, task.priority) == ("Ask for the amount", 70)
    assert task.to_dict()["businessId"] == "B-1"  # the older client has no name for it
    form = alice.get_user_task_form(user_task_key=task.user_task_key)
    assert (form.form_id, form.form_key) == ("amount", task.form_key)
    alice.assign_user_task(
        user_task_key=task.user_task_key, data=models.UserTaskAssignmentRequest(assignee="alice")
    )
    assert tasks(alice, assignee="alice")[0].user_task_key == task.user_task_key
    complete_ask(alice, instance, 150)

    # Then the decision was taken and the job is there, with headers and variables
    (job,) = jobs(alice, "ship")
    assert job.variables.to_dict() == {"customer": "Mira", "amount": 150, "discount": 10}
    assert job.custom_headers.to_dict() == {"lane": "fast"}
    assert jobs(alice, "ship") == []

    # And when the worker completes it, the instance is over
    alice.complete_job(job_key=job.job_key, data=models.JobCompletionRequest())
    assert state(alice, instance) == "COMPLETED"
    elements = alice.search_element_instances(
        data=models.ElementInstanceSearchQuery(
            filter_=models.ElementInstanceFilter(process_instance_key=instance)
        )
    ).items
    assert {each.element_id for each in elements} >= {"Ask", "Decide", "Ship"}
    assert {each.state.value for each in elements} == {"COMPLETED"}


def test_a_failing_job_is_tried_again_then_an_incident_then_resolved(
    alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    instance = start(alice, "order")
    complete_ask(alice, instance, 5)
    (job,) = jobs(alice, "ship")

    # The first failure leaves a retry
    alice.fail_job(job_key=job.job_key, data=models.JobFailRequest(retries=1, error_message="jam"))
    (job,) = jobs(alice, "ship")
    assert job.retries == 1
    assert incidents(alice, instance) == []

    # The second one is an incident
    alice.fail_job(job_key=job.job_key, data=models.JobFailRequest(retries=0, error_message="fire"))
    (incident,) = incidents(alice, instance)
    assert incident.error_type.value == "JOB_NO_RETRIES"
    assert "fire" in incident.error_message
    assert incident.job_key == job.job_key
    assert alice.get_process_instance(process_instance_key=instance).has_incident
    assert jobs(alice, "ship") == []
    with pytest.raises(ApiError) as refusal:
        alice.complete_job(job_key=job.job_key, data=models.JobCompletionRequest())
    assert refusal.value.status_code == 409

    # An operator gives retries and resolves it
    alice.update_job(
        job_key=job.job_key,
        data=models.JobUpdateRequest(changeset=models.JobChangeset(retries=3)),
    )
    alice.resolve_incident(incident_key=incident.incident_key)
    assert incidents(alice, instance) == []
    (job,) = jobs(alice, "ship")
    alice.complete_job(job_key=job.job_key, data=models.JobCompletionRequest())
    assert state(alice, instance) == "COMPLETED"


def test_a_business_error_takes_its_arrow_and_an_unknown_one_is_an_incident(
    alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    caught, uncaught = start(alice, "order"), start(alice, "order")
    for instance in (caught, uncaught):
        complete_ask(alice, instance, 5)
    lent = {job.process_instance_key: job for job in jobs(alice, "ship")}
    alice.throw_job_error(
        job_key=lent[caught].job_key, data=models.JobErrorRequest(error_code="out_of_stock")
    )
    alice.throw_job_error(
        job_key=lent[uncaught].job_key, data=models.JobErrorRequest(error_code="who_knows")
    )
    assert [task.element_id for task in tasks(alice, assignee="bob")] == ["Tell"]
    (incident,) = incidents(alice, uncaught)
    assert incident.error_type.value == "UNHANDLED_ERROR_EVENT"


def test_a_message_reaches_the_instance_that_waits_for_its_key(
    alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "talk.bpmn")
    one = start(alice, "talk", variables={"order_id": "A-1"})
    two = start(alice, "talk", variables={"order_id": "A-2"})
    waiting = alice.search_message_subscriptions(data=models.MessageSubscriptionSearchQuery())
    assert {each.correlation_key for each in waiting.items} == {"A-1", "A-2"}

    alice.publish_message(
        data=models.MessagePublicationRequest(name="paid", correlation_key="A-1", time_to_live=0)
    )
    assert (state(alice, one), state(alice, two)) == ("COMPLETED", "ACTIVE")
    answer = alice.correlate_message(
        data=models.MessageCorrelationRequest(name="paid", correlation_key="A-2")
    )
    assert answer.process_instance_key == two
    with pytest.raises(ApiError) as refusal:
        alice.correlate_message(
            data=models.MessageCorrelationRequest(name="paid", correlation_key="A-2")
        )
    assert refusal.value.status_code == 404


def test_a_published_message_waits_for_who_comes_later(
    alice: CamundaClient, tmp_path: Path
) -> None:
    deploy(alice, tmp_path, "talk.bpmn")
    request = models.MessagePublicationRequest(
        name="paid", correlation_key="A-3", time_to_live=60_000, message_id="m1"
    )
    alice.publish_message(data=request)
    with pytest.raises(ApiError):
        alice.publish_message(data=request)
    assert state(alice, start(alice, "talk", variables={"order_id": "A-3"})) == "COMPLETED"


def test_a_signal_is_heard_by_everybody(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "alarm.bpmn")
    instances = [start(alice, "alarm") for _ in range(2)]
    alice.broadcast_signal(data=models.SignalBroadcastRequest(signal_name="alarm"))
    assert [state(alice, each) for each in instances] == ["COMPLETED", "COMPLETED"]


def test_variables_are_json_text_and_can_be_set(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "plain.bpmn")
    instance = start(alice, "plain", variables={"name": "abc", "n": 5})
    alice.create_element_instance_variables(
        element_instance_key=instance,
        data=models.SetVariableRequest(
            variables=models.SetVariableRequestVariables.from_dict({"n": 6, "more": [1, None]})
        ),
    )
    found = alice.search_variables(
        data=models.VariableSearchQuery(
            filter_=models.VariableFilter(process_instance_key=instance)
        )
    )
    assert {each.name: each.value for each in found.items} == {
        "name": '"abc"',
        "n": "6",
        "more": "[1,null]",
    }
    (task,) = tasks(alice, process_instance_key=instance)
    effective = alice.search_user_task_effective_variables(user_task_key=task.user_task_key)
    assert {each.name for each in effective.items} == {"name", "n", "more"}


def test_an_instance_is_cancelled(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "plain.bpmn")
    instance = start(alice, "plain")
    alice.cancel_process_instance(process_instance_key=instance, data=None)
    assert state(alice, instance) == "TERMINATED"
    assert [task.state.value for task in tasks(alice, process_instance_key=instance)] == [
        "CANCELED"
    ]
    with pytest.raises(ApiError) as refusal:
        alice.cancel_process_instance(process_instance_key=instance, data=None)
    assert refusal.value.status_code == 404


def test_the_result_of_a_short_process_is_awaited(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "quick.bpmn", "plain.bpmn")
    awaited = create(
        alice, "quick", variables={"amount": 21}, awaitCompletion=True, fetchVariables=["double"]
    )
    assert awaited.variables.to_dict() == {"double": 42}
    with pytest.raises(ApiError) as refusal:
        create(alice, "plain", awaitCompletion=True, requestTimeout=50)
    assert refusal.value.status_code == 504


def test_decisions_and_expressions_are_evaluated(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "discount.dmn")
    outcome = alice.evaluate_decision(
        data=models.DecisionEvaluationByID(
            decision_definition_id="discount",
            variables=models.DecisionEvaluationByIdVariables.from_dict({"amount": 200}),
        )
    )
    assert outcome.output == "10"
    (decided,) = outcome.evaluated_decisions
    assert [rule.rule_id for rule in decided.matched_rules] == ["large"]
    assert decided.evaluated_inputs[0].input_value == "200"

    kept = alice.search_decision_instances(data=models.DecisionInstanceSearchQuery()).items
    assert [each.decision_definition_type.value for each in kept] == ["DECISION_TABLE"]
    one = alice.get_decision_instance(
        decision_evaluation_instance_key=kept[0].decision_evaluation_instance_key
    )
    assert one.matched_rules[0].rule_index == 1
    definition = alice.search_decision_definitions(data=models.DecisionDefinitionSearchQuery())
    xml = alice.get_decision_definition_xml(
        decision_definition_key=definition.items[0].decision_definition_key
    )
    assert xml.encode() == FILES["discount.dmn"]

    result = alice.evaluate_expression(data=models.ExpressionEvaluationRequest(expression="=6 * 7"))
    assert result.result == 42


def test_definitions_are_found_read_and_counted(alice: CamundaClient, tmp_path: Path) -> None:
    deploy(alice, tmp_path, "order.bpmn", "discount.dmn", "amount.form")
    instance = start(alice, "order")
    (definition,) = alice.search_process_definitions(
        data=models.ProcessDefinitionSearchQuery(
            filter_=models.ProcessDefinitionFilter(
                process_definition_id="order", is_latest_version=True
            )
        )
    ).items
    key = definition.process_definition_key
    assert alice.get_process_definition(process_definition_key=key).name == "Order"
    xml = alice.get_process_definition_xml(process_definition_key=key)
    assert xml.encode() == FILES["order.bpmn"]
    counted = alice.get_process_definition_statistics(
        process_definition_key=key, data=models.ProcessDefinitionElementStatisticsQuery()
    )
    assert {each.element_id: each.active for each in counted.items}["Ask"] == 1
    of_one = alice.get_process_instance_statistics(process_instance_key=instance)
    assert {each.element_id: each.active for each in of_one.items}["Ask"] == 1
    running = alice.get_process_definition_instance_statistics(
        data=models.ProcessDefinitionInstanceStatisticsQuery()
    )
    assert running.items[0].active_instances_without_incident_count == 1


def test_people_groups_and_roles_are_kept(alice: CamundaClient) -> None:
    alice.create_user(
        data=models.UserRequest(password="a long secret", username="dora", name="Dora", email="d@x")
    )
    assert alice.get_user(username="dora").name == "Dora"
    alice.create_group(data=models.GroupCreateRequest(group_id="lab", name="Laboratory"))
    alice.assign_user_to_group(group_id="lab", username="dora")
    members = alice.search_users_for_group(
        group_id="lab", data=models.GroupUserSearchQueryRequest()
    )
    assert [each.username for each in members.items] == ["dora"]
    with pytest.raises(ApiError) as refusal:
        alice.create_group(data=models.GroupCreateRequest(group_id="lab", name="Laboratory"))
    assert refusal.value.status_code == 409
    alice.create_role(data=models.RoleCreateRequest(role_id="auditor", name="Auditor"))
    assert {each.role_id for each in alice.search_roles().items} >= {"admin", "auditor"}
    alice.delete_role(role_id="auditor")
    alice.delete_group(group_id="lab")
    alice.delete_user(username="dora")
    assert [each.username for each in alice.search_users().items] == [
        "alice",
        "bob",
        "charlie",
        "ida",
    ]
