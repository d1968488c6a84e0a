"""Whether an adapter keeps to what we ask of one: tried over HTTP, as contacts will come to it.

For whoever writes an adapter; docs/adapters.md has the recipe. Nothing reaches anybody: contacts of
the trial say so in `trial` and go to an address that cannot exist.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from tasks.channels.draft import Draft
from tasks.channels.webhook import data_of
from tasks.signed_http.post import PUBLIC, Reach, post
from tasks.signed_http.signature import new_secret, sign

OLD = timedelta(hours=1)  # far outside the five minutes in which a signature holds


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that was tried: what was sent, what is asked, what came."""

    rule: str
    kept: bool
    came: str


def findings(url: str, secret: str, now: datetime, reach: Reach = PUBLIC) -> Iterator[Finding]:
    """Try every rule in turn; raise OSError where nobody answers at all."""
    body = _body(now)
    good = sign(secret, _key(now), now, body)
    status = _send(url, body, good, reach)
    yield _judged("takes a signed contact with 2xx", status, wanted=_taken(status))
    again = _send(url, body, good, reach)
    yield _judged("answers 2xx to the same contact again", again, wanted=_taken(again))
    false = sign(new_secret(), _key(now), now, body)
    forged = _send(url, body, false, reach)
    yield _judged("refuses a wrong signature", forged, wanted=_refused(forged))
    none = _send(url, body, {}, reach)
    yield _judged("refuses a contact without a signature", none, wanted=_refused(none))
    late = _send(url, body, sign(secret, _key(now), now - OLD, body), reach)
    yield _judged("refuses a signature of an hour ago", late, wanted=_refused(late))
    changed = body.replace(b'"post"', b'"visit"')
    other = _send(url, changed, good, reach)
    yield _judged("refuses a body that was changed", other, wanted=_refused(other))


def _body(now: datetime) -> bytes:
    draft = Draft(
        key=_key(now),
        contact_id=0,
        channel="post",
        recipient="nobody@trial.invalid",
        subject="Trial",
        body="This is a trial; nobody is to get it.",
        sender_name="",
    )
    said = {"type": "contact.requested", "timestamp": now.isoformat(), "trial": True}
    return json.dumps(said | {"data": data_of(draft)}, ensure_ascii=False).encode()


def _key(now: datetime) -> str:
    return f"trial-{int(now.timestamp())}"


def _send(url: str, body: bytes, signed: Mapping[str, str], reach: Reach) -> int:
    headers = {"Content-Type": "application/json", **signed}
    status, _ = post(url, body, headers, reach)
    return status


def _judged(rule: str, status: int, *, wanted: bool) -> Finding:
    return Finding(rule, wanted, f"answered {status}")


def _taken(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _refused(status: int) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
