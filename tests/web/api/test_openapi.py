"""The documents of both APIs describe every route, and what it answers."""

import re

from tests.web.api.conftest import World

APIS = ("/v2", "/crm/v1")
OPEN = {"/status", "/license", "/documents/links/{ticket}"}  # the ticket is signed


def _document(world: World, prefix: str) -> dict[str, object]:
    return world.get(f"{prefix}/openapi.json")  # type: ignore[return-value]


def test_every_route_is_described(world: World) -> None:
    for prefix in APIS:
        paths = _document(world, prefix)["paths"]
        described = {
            (method.upper(), re.sub(r"{\w+}", "<>", path))
            for path, operations in paths.items()  # type: ignore[attr-defined]
            for method in operations
        }
        served = {
            (method, re.sub(r"<\w+>", "<>", rule.rule.removeprefix(prefix)))
            for rule in world.app.url_map.iter_rules()
            if rule.rule.startswith(f"{prefix}/")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        assert described == served


def test_names_are_unique_and_references_lead_somewhere(world: World) -> None:
    for prefix in APIS:
        document = _document(world, prefix)
        names = [
            operation["operationId"]
            for operations in document["paths"].values()  # type: ignore[attr-defined]
            for operation in operations.values()
        ]
        assert len(names) == len(set(names))
        wanted = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
        assert wanted <= set(document["components"]["schemas"])  # type: ignore[index]


def test_every_operation_is_explained_and_guarded(world: World) -> None:
    for prefix in APIS:
        for path, operations in _document(world, prefix)["paths"].items():  # type: ignore[attr-defined]
            for operation in operations.values():
                assert operation["summary"].endswith("."), path
                told = set(operation["responses"])
                assert ({"401", "403"} <= told) == bool(operation["security"]) == (path not in OPEN)


def test_an_answer_promises_all_its_fields(world: World) -> None:
    schemas = _document(world, "/v2")["components"]["schemas"]  # type: ignore[index]
    task = schemas["UserTaskResult"]
    assert set(task["required"]) == set(task["properties"])
    assert task["properties"]["userTaskKey"]["pattern"] == "^-?[0-9]+$"
    assert "null" in task["properties"]["assignee"]["type"]


def test_only_what_can_happen_is_described(world: World) -> None:
    paths = _document(world, "/v2")["paths"]

    def told(method: str, path: str) -> set[str]:
        return set(paths[path][method]["responses"])  # type: ignore[index]

    everywhere = {"401", "403", "429", "500", "503"}
    assert told("get", "/topology") == {"200"} | everywhere
    assert told("post", "/user-tasks/search") == {"200", "400", "413", "415"} | everywhere
    assert {"404", "409", "422"} <= told("post", "/jobs/{jobKey}/completion")
    assert "504" in told("post", "/process-instances")
    assert "504" not in told("post", "/process-instances/search")
