"""Who may do what: one function, deny by default.

The rules of the platform stand here; a section of pages or a subject brings those of its own.

Groups are the roles of the business (campaign_manager, finance …) and route tasks; roles are those
of the platform: admin, process_owner, operator, integrator.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for

from engine.errors import Forbidden
from web import accounts
from web.accounts import Account
from web.accounts.absences import substitutes

Rule = Callable[[Account, Any], bool]
P = ParamSpec("P")
R = TypeVar("R")

ANYBODY = "anybody"
READ = "read"
KEY = "peyvand_rules"
EVERY_TOKEN = frozenset({"account.own", "system.see"})  # whatever its scopes


def signed_in(_who: Account, _what: Any) -> bool:
    """Allow whoever has signed in."""
    return True


def role(*roles: str) -> Rule:
    """Return the rule that allows these roles of the platform, and administrators."""
    wanted = frozenset(roles) | {"admin"}
    return lambda who, _what: bool(who.roles & wanted)


def group(*groups: str, roles: Iterable[str] = ()) -> Rule:
    """Return the rule that allows these groups of the business, these roles, administrators."""
    wanted, also = frozenset(groups), frozenset(roles) | {"admin"}
    return lambda who, _what: bool(who.groups & wanted or who.roles & also)


def employee(who: Account, _what: Any) -> bool:
    """Somebody with work to do here: in a group of the business, or running the platform."""
    return bool(who.groups or who.roles)


def _sees_task(who: Account, task: Any) -> bool:
    """It is or may become theirs, or they run the platform."""
    if task is None or who.roles & {"admin", "operator"}:
        return True
    users, groups = _of(task, "candidate_users"), _of(task, "candidate_groups")
    named = who.username in users or bool(who.groups & groups)
    asked = str(getattr(task, "owner", None) or "") == who.username  # gets it back
    mine = named or asked or _assignee(task) == who.username or _open_to_all(task, users | groups)
    return mine or _heads(who, groups) or _stands_in(who, task)


def _stands_in(who: Account, task: Any) -> bool:
    """Return whether the person stands in now for an absent one who has the task."""
    holder, process = _assignee(task), str(getattr(task, "process_id", "") or "")
    return bool(holder) and holder != who.username and substitutes(holder, who.username, process)


def _claims_task(who: Account, task: Any) -> bool:
    return _sees_task(who, task) and (task is None or _assignee(task) in {"", who.username})


def _works_on_task(who: Account, task: Any) -> bool:
    """It is theirs, or nobody's yet and they are among the candidates."""
    if task is None:
        return True
    if _assignee(task):
        mine = _assignee(task) == who.username or "admin" in who.roles
        return mine or _stands_in(who, task)
    return _sees_task(who, task)


def _releases_task(who: Account, task: Any) -> bool:
    mine = task is not None and _assignee(task) == who.username
    return task is None or mine or bool(who.roles & {"admin", "operator"})


def _delegates_task(who: Account, task: Any) -> bool:
    """Whoever has it may hand it on; who heads its group or runs the platform may move work."""
    return _releases_task(who, task) or _heads(who, _of(task, "candidate_groups"))


def heads(who: Account) -> list[str]:
    """Return how the groups begin that somebody heads: `care_` for who is in `care_head`."""
    return sorted(name[: -len("head")] for name in who.groups if name.endswith("_head"))


def _heads(who: Account, groups: Iterable[str]) -> bool:
    mine = tuple(heads(who))
    return bool(mine) and any(name.startswith(mine) for name in groups)


def _starts_process(who: Account, process: Any) -> bool:
    """Their group is among the process's start groups; whoever runs the platform may start all."""
    if process is None:
        return True
    return bool(who.roles or who.groups & start_groups(process))


def _acts_on_instance(who: Account, process: Any) -> bool:
    """Send what its drawing offers: who may start the process, its owner, who runs the platform."""
    if process is None:
        return employee(who, None)
    owner = str((getattr(process, "properties", None) or {}).get("owner") or "")
    return _starts_process(who, process) or owner in who.groups


RULES: Mapping[str, Rule] = {
    # tasks; the object is the task
    "task.see": _sees_task,
    "task.claim": _claims_task,
    "task.release": _releases_task,
    "task.assign": role("operator"),
    "task.delegate": _delegates_task,
    "task.update": _works_on_task,
    "task.complete": _works_on_task,
    # processes; the object is the definition
    "process.see": employee,
    "process.start": _starts_process,
    "process.deploy": role("process_owner"),
    "process.delete": role("process_owner"),
    # running instances
    "instance.see": employee,
    "instance.start": _starts_process,
    "instance.act": _acts_on_instance,
    "instance.change": role("operator"),
    # start in the middle, modify, migrate, set variables: to do what no drawing says
    "intervention.make": role("operator"),
    "incident.see": employee,
    "incident.resolve": role("operator"),
    "decision.see": employee,
    "decision.evaluate": employee,
    "document.see": employee,
    "document.change": employee,
    # programs
    "job.work": role("integrator", "operator"),
    "message.see": role("integrator", "operator"),
    "message.send": role("integrator", "operator"),
    "signal.send": role("integrator", "operator"),
    "event.send": role("integrator"),
    "consent.give": role("integrator"),  # say that a customer allows something
    "clock.change": role("operator"),
    "cluster_variable.change": role("operator", "process_owner"),
    "import.make": group("data_steward", roles=("integrator",)),
    "import.export": group("data_steward"),
    "metrics.see": role("operator"),
    "webhook.see": role("integrator", "operator"),
    "webhook.change": role("integrator"),
    "customer.see": employee,
    "customer.forget": group("data_steward"),
    # oneself and everybody
    "account.own": signed_in,
    "account.see": role("operator"),
    "account.change": role(),
    "system.see": signed_in,
}


def install(app: Flask, rules: Mapping[str, Rule]) -> None:
    """Keep all rules that were found."""
    app.extensions[KEY] = rules


def rules() -> Mapping[str, Rule]:
    """Return the rules of this application, by action."""
    found: Mapping[str, Rule] = current_app.extensions[KEY]
    return found


def can(account: Account | None, action: str, obj: Any = None) -> bool:
    """Return whether `account` may do `action` to `obj`; without an object: to some object at all.

    An action that is not in the table is nobody's.
    """
    if action == ANYBODY:
        return True
    rule = rules().get(action)
    if account is None or rule is None or not within(account.scopes, action):
        return False
    return rule(account, obj)


def within(scopes: frozenset[str] | None, action: str) -> bool:
    """Return whether a token's scopes reach so far; None is a sign-in that is not narrowed."""
    if scopes is None or action in EVERY_TOKEN:
        return True
    noun, _, verb = action.partition(".")
    return noun in scopes or (verb == "see" and READ in scopes)


def scopes() -> list[str]:
    """Return the scopes there are: `read` looks at everything, `task` does all about tasks …"""
    nouns = {action.partition(".")[0] for action in rules() if action not in EVERY_TOKEN}
    return [READ, *sorted(nouns)]


def check(action: str, obj: Any = None) -> Account:
    """Return who is signed in, or raise Forbidden when they may not."""
    account = accounts.current()
    if account is None or not can(account, action, obj):
        raise Forbidden
    return account


def permit(account: Account, action: str) -> Callable[[Mapping[str, Any]], None]:
    """Return what the engine asks about the locked row that it is about to change."""

    def judge(row: Mapping[str, Any]) -> None:
        if not can(account, action, SimpleNamespace(**row)):
            raise Forbidden

    return judge


def requires(action: str) -> Callable[[Callable[P, R]], Callable[P, Any]]:
    """Let a view run only for who may do `action`; nobody signed in is led to the sign-in page."""

    def decorate(view: Callable[P, R]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            account = accounts.current()
            if account is None and action != ANYBODY:
                return _to_sign_in()
            if not can(account, action):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.policy = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def start_groups(process: Any) -> frozenset[str]:
    """Return the groups that may start a process: its property `start.groups`, by commas."""
    properties = getattr(process, "properties", None) or {}
    text = str(properties.get("start.groups") or "")
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def _to_sign_in() -> Any:
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    here = request.path  # what was searched for stays out of further addresses
    return redirect(url_for("session.login", next=here if here != "/" else None))


def _of(task: Any, name: str) -> frozenset[str]:
    return frozenset(getattr(task, name, None) or ())


def _assignee(task: Any) -> str:
    return str(getattr(task, "assignee", None) or "")


def _open_to_all(task: Any, candidates: frozenset[str]) -> bool:
    """A task without any assignment belongs to whoever works here, or nobody would see it."""
    return not candidates and not _assignee(task)
