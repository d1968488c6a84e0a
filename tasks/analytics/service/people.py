"""A22, the people who serve: workload of teams and what failure costs them.

Per team from five people on, never per person: a smaller team is not shown. Everybody may see their
own figures elsewhere. The staff pulse is in `listening.surveys`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.service.causes import failure_demand

FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Load:
    """What one person had in a period."""

    team: str
    person: int
    open_tasks: int
    hours_worked: float
    contacts: int = 0
    contacts_by_failure: int = 0
    kudos: int = 0


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """What a team had: means per person, and the share of contacts that a failure caused."""

    team: str
    people: int
    open_tasks: float
    hours_worked: float
    failure_demand: Estimate | None
    kudos: int


def team_loads(loads: Iterable[Load]) -> list[TeamLoad]:
    """Return the teams of at least five people, in the order of their names.

    Raise ValueError for negative figures.
    """
    teams: dict[str, list[Load]] = {}
    for load in loads:
        if min(load.open_tasks, load.hours_worked, load.contacts, load.kudos) < 0:
            raise ValueError("nobody has less than no work")
        teams.setdefault(load.team, []).append(load)
    shown = {t: own for t, own in teams.items() if len({o.person for o in own}) >= FEWEST_PEOPLE}
    return [_team(team, shown[team]) for team in sorted(shown)]


def _team(team: str, own: list[Load]) -> TeamLoad:
    people = len({load.person for load in own})
    contacts = sum(load.contacts for load in own)
    return TeamLoad(
        team=team,
        people=people,
        open_tasks=sum(load.open_tasks for load in own) / people,
        hours_worked=sum(load.hours_worked for load in own) / people,
        failure_demand=failure_demand(sum(load.contacts_by_failure for load in own), contacts),
        kudos=sum(load.kudos for load in own),
    )
