"""Erase people, and delete what was kept long enough."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from engine import store
from engine.commands import retention
from engine.commands.privacy import erase, redact
from engine.commands.privacy.names import NameMatcher
from engine.groups.group import Group, command


class Privacy(Group):
    """Commands that take a person's data out."""

    _roots = command(erase.roots)
    _tops = command(erase.tops)
    _erase = command(erase.erase)
    _erase_messages = command(erase.erase_messages)
    _redact = command(redact.redact)
    _redact_elsewhere = command(redact.elsewhere)

    def erase(
        self,
        chosen: ColumnElement[bool],
        *,
        correlation_keys: Sequence[str] = (),
        callers: bool = True,
    ) -> list[int]:
        """Take every value out of ended instances, and delete messages of these correlation keys.

        `chosen` is a condition on store.instance; what they called is erased with them, and unless
        `callers` is False what called them too. Raises Conflict for one that still runs. Their
        history still verifies. `store.compact` frees the bytes. Return the keys of the instances.
        """
        keys = self._roots(chosen) if callers else self._tops(chosen)
        for key in keys:
            self._erase(key)
        if correlation_keys:
            self._erase_messages(correlation_keys)
        return keys

    def redact(self, names: NameMatcher) -> list[int]:
        """Take texts out of whatever holds them; return the instances that did.

        Running instances go on, with "…" where the text was. Messages, decisions and answers to
        repeated requests that hold one are deleted. Reads whole tables, as nothing is indexed by
        what somebody may have written.
        """
        with store.reading(self.runner.database) as connection:
            keys = redact.instances(connection, names)
        named = [key for key in keys if self._redact(key, names)]
        self._redact_elsewhere(names)
        return named


class Upkeep(Group):
    """Commands that keep the database small."""

    _delete_ended = command(retention.delete_ended)
    _delete_rows = command(retention.delete_rows)

    def purge(self) -> dict[str, int]:
        """Delete what was kept as long as the retention says; return how many of each kind."""
        gone = {"instances": self._purge_instances()}
        for kind in retention.KINDS:
            gone[kind] = 0
            while deleted := self._delete_rows(kind, self.runner.retention):
                gone[kind] += deleted
        return gone

    def _purge_instances(self) -> int:
        gone, after = 0, None
        while True:
            with store.reading(self.runner.database) as connection:
                now = self.runner.clock()
                found = retention.ended(connection, now, self.runner.retention, after)
            if not found:
                return gone
            keys, after = [key for _, key in found], found[-1]
            gone += self._delete_ended(keys)
