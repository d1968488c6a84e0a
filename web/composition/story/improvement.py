"""The chapter of the improvement: a promise that is missed, and what is done until it holds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Resource
from tasks.improvements.records import Improvement
from tasks.pilots.records import Pilot
from tasks.standards.charting import chart
from tasks.standards.records import ServiceStandard, Signal
from tasks.touchpoints.records import Touchpoint
from web.app.data_files import data_folder
from web.composition.story.pages import Drafts, Newest, Reads, Sends
from web.composition.story.player import Player, WentWrong
from web.composition.story.requests import Weeks
from web.composition.story.steps import Does, Passes, Starts, Step, TheNumber


def N_(text: str) -> str:  # noqa: N802 - the mark gettext tools know
    """Mark a text that the page of the story translates."""
    return text


COLLEAGUES: Final = ("karin", "elham", "charlie", "omid", "farid", "olivia", "ivan")
PEOPLE: Final = tuple(f"Customer {number}" for number in range(1, 91))
STANDARD = Newest(ServiceStandard, ServiceStandard.name.startswith("First answer"))
TOUCHPOINT = Newest(Touchpoint, Touchpoint.name.startswith("first answer"))
IMPROVEMENT, PILOT = Newest(Improvement), Newest(Pilot)
FILES = {".bpmn", ".dmn", ".form"}
LEFT_OUT = {"nightly_scoring.bpmn", "retention.bpmn"}  # look over everybody; not of this chapter


def begin_with() -> list[Resource]:
    """Return what runs before the cycle is installed: the process that answers requests."""
    return _files(data_folder("seeds") / "improvement")


def _files(*folders: Any) -> list[Resource]:
    return [
        Resource(file.name, file.read_bytes())
        for folder in folders
        for file in sorted(folder.iterdir())
        if file.suffix in FILES and file.name not in LEFT_OUT
    ]


@dataclass(frozen=True, slots=True)
class Installs:
    """The processes of these folders are installed, and a night passes."""

    folders: tuple[str, ...]

    def play(self, player: Player) -> None:
        """Deploy them."""
        root = data_folder("processes")
        files = _files(*(root / name for name in self.folders))
        player.house.engine.by("olivia").definitions.deploy(files)
        player.clock.time += timedelta(days=1)
        player.run()


@dataclass(frozen=True, slots=True)
class TheChartSays:
    """The chart of the standard is as the story tells."""

    signal: str = ""  # side of the latest signal, "" for none
    run: bool = False  # it is eight weeks on one side
    frozen: int = 1  # how often limits were computed
    weeks: int = 24  # behind the newest limits

    def play(self, player: Player) -> None:
        """Look; raises WentWrong."""
        with Session(player.house.database) as session:
            number = STANDARD.number(player)
            standard = session.get_one(ServiceStandard, number)
            charted = chart(session, standard)
            query = select(Signal).where(Signal.standard_id == number).order_by(Signal.id.desc())
            latest = session.scalars(query).first()
            found = "" if latest is None else latest.side
            if charted.limits is None or found != self.signal:
                raise WentWrong(f"the chart says {found or 'nothing'}, not {self.signal}")
            if self.run and latest is not None and latest.rule != "run":
                raise WentWrong(f"the signal is {latest.rule}")
            if charted.limits.n != self.weeks:
                raise WentWrong(f"{charted.limits.n} weeks are behind the limits")


STORY: Final = (
    Step(
        N_("Twenty-four weeks of requests"),
        N_("Customers ask, and a table says who answers. Nobody measures it yet."),
        (Weeks(24, deliveries=0.4, nights=False),),
    ),
    Step(
        N_("The promise is measured by itself, and agreed"),
        N_(
            "The drawing promises an answer within four hours. The first night measures the weeks"
            " that are over and freezes their limits; a standard counts when its five parts stand"
            " (R-26)."
        ),
        (
            Installs(("shared", "moments_of_truth")),
            TheChartSays(),
            Sends(
                "elham",
                "/standards/{}",
                (
                    (
                        "",
                        {
                            "specific": "Care answers each request",
                            "touchpoint": TOUCHPOINT,
                            "goal": "0.6",
                            "valid_from": "2027-05-18",
                            "valid_to": "2028-05-18",
                            "review_on": "2027-11-18",
                        },
                    ),
                    ("/agreement", {}),
                    ("/status", {"status": "active"}),
                ),
                of=STANDARD,
            ),
            Sends(
                "elham",
                "/policies/improvement.tell_at_most",
                (("", {"value": "5", "reason": "We begin with a few."}),),
            ),
            Reads("karin", "/standards/{}", ("24 weeks were measured",), of=STANDARD),
        ),
    ),
    Step(
        N_("What customers expect there is asked"),
        N_("The blueprint of a touchpoint leaves only with an expectation that was asked (R-01)."),
        (
            Starts("service_cycle", "karin"),
            Does(
                "describe",
                {
                    "channel": "email",
                    "customer_wants": "An answer on the same day.",
                    "expected_level": 6,
                    "expectation_source": "asked",
                    "evidence": "Twelve customers of the panel, in May.",
                    "owner": "operations",
                },
            ),
        ),
    ),
    Step(
        N_("More questions about deliveries, and the chart gives a signal"),
        N_(
            "Eight weeks on the bad side are no chance any more. What was missed by far is a"
            " negative moment of its own, without the name of any employee."
        ),
        (
            Weeks(9, deliveries=0.9),
            TheChartSays(signal="bad"),
            Does(
                "choose",
                {
                    "chosen": TheNumber(TOUCHPOINT),
                    "mot": "Customers wait a day for their first answer.",
                    "why_now": "The chart has a signal on the bad side.",
                },
            ),
        ),
        open_tasks=("ask_why_moment",),
    ),
    Step(
        N_("Why: a cause whose mending prevents it"),
        N_("A symptom comes back (R-25): at least three times why, each with what shows it."),
        (
            Does(
                "ask_why_moment",
                {
                    "problem": "First answers are late.",
                    "why1": "Questions about deliveries lie for hours.",
                    "evidence1": "Three of four late answers are of that kind.",
                    "why2": "Operations answer them beside their other work.",
                    "evidence2": "Times of the tasks by group.",
                    "why3": "The table sends them there, and supervisors hear of it after 6 hours.",
                    "evidence3": "Table: who answers a request. Drawing: nobody has answered.",
                    "root_category": "process",
                    "would_prevent": True,
                },
            ),
        ),
    ),
    Step(
        N_("One solution of two is chosen"),
        N_("Effect, times how sure it is, by cost; the owner writes options, the head chooses."),
        (
            Does(
                "write_options",
                {
                    "options": [
                        {
                            "option": "Care answers deliveries itself, supervisors after 2 hours",
                            "effect_expected": 30,
                            "sure": "high",
                            "cost": 300,
                            "risk": "Care has more to do.",
                            "who_is_affected": "Care, supervisors",
                        },
                        {
                            "option": "A second person in operations",
                            "effect_expected": 30,
                            "sure": "middle",
                            "cost": 2500,
                            "risk": "None",
                            "who_is_affected": "Operations",
                        },
                    ]
                },
            ),
            Does(
                "choose_option",
                {
                    "chosen_option": "Care answers deliveries itself, supervisors after 2 hours",
                    "goal": 0.85,
                },
            ),
        ),
        open_tasks=("plan_trial_task",),
    ),
    Step(
        N_("A candidate: one timer, one row, replayed on what happened"),
        N_(
            "Nothing is changed for anybody yet. The replay shows which past cases would have gone"
            " another way, and where it stops because nobody recorded what comes next."
        ),
        (
            Drafts(
                "karin",
                "First answer",
                "Care answers deliveries",
                (
                    ("first_answer.bpmn", ">PT6H<", ">PT2H<"),
                    ("first_answer_route.dmn", '"operations"', '"care_agent"'),
                ),
                ("Who answers?",),
                {"share": "50", "weeks": "6", "success_if": "25", "stop_if": "30"},
                STANDARD,
            ),
            Sends("elham", "/pilots/{}", (("/approval", {}),), of=PILOT),
            Does(
                "plan_trial_task",
                {
                    "trial_where": "All requests",
                    "trial_n": 50,
                    "trial_weeks": 6,
                    "success_if": 0.25,
                    "stop_if": 0.3,
                    "candidate": "Care answers deliveries",
                    "process_id": "first_answer",
                    "trial_share": 50,
                },
            ),
        ),
    ),
    Step(
        N_("Six weeks in which chance decides who gets the new way"),
        N_(
            "Half of the customers, drawn in blocks, by a seed nobody has seen. Until the weeks are"
            " over only the interval is told that holds however often somebody looks."
        ),
        (Weeks(6, deliveries=0.9, each=10), Passes(1)),
        open_tasks=("give_verdict",),
    ),
    Step(
        N_("The numbers decide, and it becomes business as usual"),
        N_(
            "Adopted for all; what changed is linked and the old way withdrawn (R-24). Those it"
            " hurt hear what was done, if the gate permits it."
        ),
        (
            Reads("karin", "/pilots/{}", ("The effect is there, and as large as",), of=PILOT),
            Does(
                "give_verdict",
                {"verdict": "adopt", "verdict_reason": "As the six weeks say."},
                by="elham",
            ),
            Does(
                "embed_task",
                {
                    "process_version": "First answer 2",
                    "standard": "First answer: answered",
                    "embed_owner": "operations",
                    "old_way_withdrawn": True,
                    "tell_customers": True,
                    "said": "Your questions lay too long.",
                    "did": "Care answers them itself now.",
                },
            ),
        ),
    ),
    Step(
        N_("Eight weeks on the good side confirm it"),
        N_(
            "The chart judges against the limits frozen before. The standard is revised, and the"
            " turn is closed; half a year later it is looked at again (R-27)."
        ),
        (
            Weeks(9, deliveries=0.9),
            TheChartSays(signal="good", run=True),
            Does("judge_effect", {"judged": "confirmed", "new_goal": 0.85}),
            Reads("karin", "/improvements/{}", ("confirmed",), of=IMPROVEMENT),
        ),
    ),
    Step(
        N_("The limits are computed anew"),
        N_("Twelve weeks of the new way are enough for limits of their own; the old ones stay."),
        (
            Weeks(5, deliveries=0.9),
            TheChartSays(signal="good", run=True, weeks=12),
        ),
    ),
)
