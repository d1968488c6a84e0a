"""Writes to people what they were told: at once, or once a day in the morning.

An e-mail names the task, the process and who acted, and where to read more. Nothing about a
customer stands in it: what somebody may see is judged by the page, when they are signed in.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from engine import store
from tasks.channels import Draft, Refused, deliver
from web.app.services import Services
from web.app.tables import account, notification, notification_choice
from web.i18n import catalogues
from web.notifications.keeping import UNSAID

MORNING = time(8)
GIVEN_UP = timedelta(days=3)
AT_ONCE = 200  # e-mails in one round
_column = notification.c


def N_(text: str) -> str:  # noqa: N802  the name by which texts are collected
    """Mark a text that is translated for the reader of an e-mail."""
    return text


SENTENCES = {
    "given": N_("“%(task)s” (%(process)s) was given to you by %(who)s."),
    "asked": N_("%(who)s asks you, or answers you, at “%(task)s” (%(process)s)."),
    "mention": N_("%(who)s mentions you at “%(task)s” (%(process)s)."),
    "back": N_("“%(task)s” (%(process)s) is back in your inbox."),
}
SUBJECT = N_("News about your tasks")
ENDING = N_("How you are told can be changed here: %(address)s")


def send_due(services: Services) -> int:
    """Send what is due; return how many e-mails went out."""
    now = services.clock()
    if not services.settings.smtp_url:
        return 0
    with Session(services.database) as session:
        rows = _waiting(session, now)
        boundary = _this_morning(now, services.settings.time_zone)
        sent = 0
        for row in (row for row in rows if row.how == "at_once"):
            sent += _send(session, services, [row], now)
        digests: dict[str, list[Any]] = {}
        for row in rows:
            if row.how == UNSAID and row.at < boundary <= now:
                digests.setdefault(row.username, []).append(row)
        for mine in digests.values():
            sent += _send(session, services, mine, now)
        return sent


def _waiting(session: Session, now: datetime) -> Sequence[Any]:
    task, chosen = store.user_task.c, notification_choice.c
    how = func.coalesce(chosen.how, UNSAID).label("how")
    return session.execute(
        select(
            _column.id,
            _column.username,
            _column.kind,
            _column.task_key,
            _column.at,
            how,
            account.c.email,
            account.c.locale,
            _named.c.display_name.label("who"),
            func.coalesce(task.name, task.element_id).label("task"),
            func.coalesce(store.definition.c.name, task.process_id).label("process"),
        )
        .join(account, account.c.username == _column.username)
        .join(store.user_task, task.key == _column.task_key)
        .join(store.definition, store.definition.c.key == task.definition_key)
        .outerjoin(_named, _named.c.username == _column.author)
        .outerjoin(
            notification_choice,
            (chosen.username == _column.username) & (chosen.kind == _column.kind),
        )
        .where(
            _column.mailed_at.is_(None),
            _column.at > now - GIVEN_UP,
            _column.seen_at.is_(None),
            account.c.active,
            account.c.email != "",
            or_(chosen.how.is_(None), chosen.how != "never"),
        )
        .order_by(_column.id)
        .limit(AT_ONCE)
    ).all()


_named = account.alias("author")


def _this_morning(now: datetime, zone: str) -> datetime:
    here = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(here.date(), MORNING, here.tzinfo)
    return today if today <= here else today - timedelta(days=1)


def _send(session: Session, services: Services, rows: Sequence[Any], now: datetime) -> int:
    """Send one e-mail about these; a refused one is not tried again."""
    first = rows[0]
    say, name = _words(first.locale)
    base = services.settings.public_url.rstrip("/")
    lines = [
        say(SENTENCES[row.kind])
        % {"task": name(row.task), "process": name(row.process), "who": row.who or "Peyvand"}
        + f"\n{base}/notifications/{row.id}"
        for row in rows
    ]
    lines.append(say(ENDING) % {"address": f"{base}/notifications"})
    draft = Draft(
        key=f"notification-{first.id}",
        channel="email",
        recipient=first.email,
        subject=say(SUBJECT),
        body="\n\n".join(lines),
        internal=True,
    )
    try:
        deliver(session, services.settings, draft, now)
        went = 1
    except Refused:
        went = 0
    done = update(notification).where(_column.id.in_([row.id for row in rows]))
    session.execute(done.values(mailed_at=now))
    session.commit()
    return went


def _words(code: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    return catalogues.program(code).gettext, catalogues.processes(code).gettext
