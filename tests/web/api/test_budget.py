"""What a completion over HTTP costs the database."""

from sqlalchemy import event

from tests.web.api.conftest import World


def test_a_task_is_completed_in_ten_statements_and_one_commit(world: World) -> None:
    # Given two tasks in a row, and an engine that has seen their process
    world.deploy("steps.bpmn")
    for _ in range(2):
        world.post("/v2/process-instances", {"processDefinitionId": "steps"})
    tasks = [
        each["userTaskKey"]
        for each in world.post("/v2/user-tasks/search")["items"]  # type: ignore[index]
    ]
    world.post(f"/v2/user-tasks/{tasks[0]}/completion", {"variables": {"a": 1}})

    # When the first of the other instance is completed
    statements: list[str] = []
    commits: list[object] = []
    database = world.engine.database
    event.listen(database, "before_cursor_execute", lambda *given: statements.append(str(given[2])))
    event.listen(database, "commit", lambda connection: commits.append(connection))
    world.post(f"/v2/user-tasks/{tasks[1]}/completion", {"variables": {"a": 1}})

    # Then it cost no more than it may
    counted = [text for text in statements if not text.startswith(("BEGIN", "PRAGMA"))]
    assert len(counted) <= 10, "\n".join(counted)
    assert len(commits) == 1
