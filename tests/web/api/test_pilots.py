"""Pilots over the API: both sides, interval and n, for those who may see them."""

from sqlalchemy.orm import Session

from engine import reads
from engine.model import Resource
from tasks.pilots import running
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard
from tests.web.api.conftest import World
from tests.web.conftest import DATA

MEASURE = Measure(kind="in_time", process="parcel", begins="check", ends="gone", within="PT4H")


def test_pilots_are_listed_and_read(world: World) -> None:
    text = (DATA / "parcel.bpmn").read_text().replace("Parcel gone", "Parcel left")
    now = world.engine.clock()
    world.engine.by("bob").definitions.deploy(
        [Resource("parcel.bpmn", (DATA / "parcel.bpmn").read_bytes())]
    )
    made = world.engine.by("bob").definitions.propose_candidate(
        [Resource("parcel.bpmn", text.encode())]
    )
    with Session(world.engine.database) as session:
        standard = ServiceStandard(name="Parcels", measure=MEASURE.kept(), created_at=now)
        session.add(standard)
        session.flush()
        pilot = running.propose(
            session,
            now,
            "bob",
            name="faster",
            process_id="parcel",
            deployment_key=made.key,
            standard=standard,
            weeks=4,
            success_if=0.1,
            stop_if=0.2,
        ).id
        session.commit()
    world.engine.by("alice").definitions.approve_candidate(made.key)
    with Session(world.engine.database) as session:
        running.look(session, running.get(session, pilot), now)
        session.commit()
        assert reads.candidates(session.connection())[0].approved_by == "alice"

    [listed] = world.get("/crm/v1/pilots")["items"]  # type: ignore[misc]
    one = world.get(f"/crm/v1/pilots/{pilot}")

    assert one == listed
    assert (one["state"], one["deployment_key"]) == ("running", str(made.key))  # type: ignore[index]
    assert one["result"]["n_candidate"] == 0  # type: ignore[index]
    assert world.call("GET", "/crm/v1/pilots/77").status_code == 404
    assert world.call("GET", "/crm/v1/pilots", None, "charlie").status_code == 403
