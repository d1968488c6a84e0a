"""The page about roles says of every action who may do it: as the rules have it, and no more."""

from pathlib import Path

import pytest

from engine import store
from web.accounts import Account, policy
from web.accounts.model import ROLES
from web.app.settings import Settings
from web.composition.application import create_app
from web.composition.demo import demo_accounts

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
GROUPS = sorted({name for _, _, given in demo_accounts() for name in given.split(", ")} - {*ROLES})


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, policy.Rule]:
    settings = Settings(secret_key="s" * 40, var=tmp_path_factory.mktemp("var"))
    app = create_app(settings, database=store.connect("sqlite://"))
    found: dict[str, policy.Rule] = app.extensions[policy.KEY]
    return found


def _rows(rules: dict[str, policy.Rule]) -> list[str]:
    rows = []
    for action, rule in sorted(rules.items()):
        anybody = rule(Account("a", "A", groups=frozenset({"of no rule"})), None)
        named = [g for g in GROUPS if rule(Account("a", "A", groups=frozenset({g})), None)]
        people = "all" if anybody else ", ".join(f"`{name}`" for name in named)
        may = [rule(Account("a", "A", roles=frozenset({name})), None) for name in ROLES]
        cells = [people or "–", *("yes" if each else "–" for each in may)]
        rows.append(f"| `{action}` | {' | '.join(cells)} |")
    return rows


def test_d12_the_page_says_which_role_may_do_what(rules: dict[str, policy.Rule]) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("| `")]

    assert "\n".join(told) == "\n".join(_rows(rules))
    assert f"| Action | Employees | {' | '.join(ROLES)} |" in lines
