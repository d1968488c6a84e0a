"""What people do on pages: sign in, read, send forms, change a file of a draft. All over HTTP."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tasks.declare.base import Base
from web.composition import demo
from web.composition.story.player import Player, WentWrong

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """A colleague in front of the pages."""

    def __init__(self, player: Player, who: str) -> None:
        """Sign in; raises WentWrong."""
        self._client = player.app.test_client()
        self._who, self.page = who, ""
        password = next(each[1] for each in demo.demo_accounts() if each[0] == who)
        self.read("/login")
        self.send("/session", {"username": who, "password": password})

    def read(self, address: str) -> str:
        """Return the page at an address; raises WentWrong unless it is shown."""
        answer = self._client.get(address)
        self._refused(address, answer)
        self.page = answer.text
        return self.page

    def send(self, address: str, fields: Mapping[str, str]) -> str:
        """Send a form of the page that was read last; return the address it leads to."""
        found = TOKEN.search(self.page)
        token = unescape(found.group(1)) if found else ""
        answer = self._client.post(address, data={"csrf_token": token, **fields})
        self._refused(address, answer)
        return str(answer.headers.get("Location", ""))

    def change(self, address: str, before: str, after: str) -> None:
        """Change a text in a file of a draft, as its editor would, and save it."""
        kept = self._client.get(address)
        self._refused(address, kept)
        if before not in kept.text:
            raise WentWrong(f"{address} does not say “{before}”")
        found = TOKEN.search(self.page)
        answer = self._client.put(
            address,
            data=kept.text.replace(before, after).encode(),
            headers={
                "If-Match": kept.headers["ETag"],
                "X-CSRFToken": unescape(found.group(1)) if found else "",
            },
        )
        self._refused(address, answer)

    def _refused(self, address: str, answer: Any) -> None:
        if answer.status_code >= 400:
            told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[-600:]
            raise WentWrong(f"{self._who} {address}: {answer.status} {told}")


@dataclass(frozen=True, slots=True)
class Newest:
    """The number of the newest record of a kind, where an address or a form needs it."""

    kind: type[Base]
    which: ColumnElement[bool] | None = None

    def number(self, player: Player) -> int:
        """Return the number; raises WentWrong when there is none."""
        key: Any = self.kind.__table__.c.id
        query = select(key).order_by(key.desc()).limit(1)
        with Session(player.house.database) as session:
            found = session.scalar(query if self.which is None else query.where(self.which))
        if found is None:
            raise WentWrong(f"there is no {self.kind.__name__} yet")
        return int(found)


@dataclass(frozen=True, slots=True)
class Reads:
    """Somebody reads a page, which must say these words."""

    who: str
    address: str  # with {} for the number of `of`
    says: tuple[str, ...]
    of: Newest | None = None

    def play(self, player: Player) -> None:
        """Read it."""
        page = unescape(Visitor(player, self.who).read(_address(player, self.address, self.of)))
        plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        if missing := [text for text in self.says if text not in plain]:
            raise WentWrong(f"{self.address} does not say {missing}: {plain[:3000]}")


@dataclass(frozen=True, slots=True)
class Sends:
    """Somebody sends forms of one page, one after the other."""

    who: str
    address: str
    forms: tuple[tuple[str, Mapping[str, "str | Newest"]], ...]  # after the address, and the fields
    of: Newest | None = None

    def play(self, player: Player) -> None:
        """Send them."""
        address, visitor = _address(player, self.address, self.of), Visitor(player, self.who)
        for place, fields in self.forms:
            visitor.read(address)
            visitor.send(f"{address}{place}", {n: _meant(player, f) for n, f in fields.items()})


@dataclass(frozen=True, slots=True)
class Drafts:
    """Somebody changes files of a process in the studio and proposes them for a share of cases."""

    who: str
    process: str
    name: str
    changes: tuple[tuple[str, str, str], ...]  # file, what it says, what it shall say
    replay: tuple[str, ...]  # what the page of the replay says then
    plan: Mapping[str, str]
    measured_by: Newest
    look: Callable[[Player, str], None] | None = None  # at the page of the replay

    def play(self, player: Player) -> None:
        """Do it."""
        visitor = Visitor(player, self.who)
        page = visitor.read("/studio/new")
        key = re.search(rf'<option value="(\d+)"[^>]*>{self.process}', page)
        if key is None:
            raise WentWrong(f"“{self.process}” cannot be begun from")
        made = visitor.send("/studio/drafts", {"version": key.group(1), "name": self.name})
        draft = made.removeprefix("http://localhost")
        visitor.read(draft)
        for file, before, after in self.changes:
            visitor.change(f"{draft}/contents/{file}", before, after)
        shown = unescape(visitor.read(f"{draft}/replay"))
        if missing := [text for text in self.replay if text not in shown]:
            raise WentWrong(f"the replay does not say {missing}")
        if self.look is not None:
            self.look(player, shown)
        save = re.search(r'name="save" value="(\d+)"', visitor.read(f"{draft}/check"))
        if save is None:
            raise WentWrong("the draft cannot be proposed")
        standard = str(self.measured_by.number(player))
        fields = {"save": save.group(1), "standard": standard, **self.plan}
        visitor.send(f"{draft}/candidate", fields)


def _address(player: Player, address: str, of: Newest | None) -> str:
    return address if of is None else address.format(of.number(player))


def _meant(player: Player, value: str | Newest) -> str:
    return value if isinstance(value, str) else str(value.number(player))
