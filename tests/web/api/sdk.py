"""Short words for what the stories of the published Python clients do again and again."""

from pathlib import Path

from camunda_orchestration_sdk import CamundaClient, models

from tests.web.api.files import FILES


def deploy(client: CamundaClient, folder: Path, *names: str) -> models.DeploymentResult:
    for name in names:
        (folder / name).write_bytes(FILES[name])
    return client.deploy_resources_from_files([folder / name for name in names])


def start(client: CamundaClient, process: str, **more: object) -> str:
    return create(client, process, **more).process_instance_key


def create(
    client: CamundaClient, process: str, **more: object
) -> models.CreateProcessInstanceResult:
    # The name of the class of the variables differs between the versions of the client.
    data = models.ProcessCreationById.from_dict({"processDefinitionId": process, **more})
    return client.create_process_instance(data=data)


def tasks(client: CamundaClient, **conditions: object) -> list[models.UserTaskResult]:
    query = models.UserTaskSearchQuery(filter_=models.UserTaskFilter(**conditions))
    return client.search_user_tasks(data=query).items


def jobs(
    client: CamundaClient, kind: str, timeout: int = 60_000
) -> list[models.ActivatedJobResult]:
    request = models.JobActivationRequest(
        type_=kind, timeout=60_000, max_jobs_to_activate=10, worker="test", request_timeout=-1
    )
    return client.activate_jobs(data=request).jobs


def incidents(client: CamundaClient, instance: str) -> list[models.IncidentResult]:
    found = client.search_process_instance_incidents(
        process_instance_key=instance, data=models.IncidentSearchQuery()
    )
    return [each for each in found.items if each.state == "ACTIVE"]


def state(client: CamundaClient, instance: str) -> str:
    return client.get_process_instance(process_instance_key=instance).state.value


def complete_ask(client: CamundaClient, instance: str, amount: int) -> None:
    (task,) = tasks(
        client, process_instance_key=instance, state=models.UserTaskStateExactMatch.CREATED
    )
    variables = models.UserTaskCompletionRequestVariables.from_dict({"amount": amount})
    client.complete_user_task(
        user_task_key=task.user_task_key,
        data=models.UserTaskCompletionRequest(variables=variables),
    )
