"""Replay of random lives: P1, whatever happened happens again on the same version."""

import random
from contextlib import suppress

import pytest
from sqlalchemy import select

from engine import replay, store
from engine.errors import EngineError
from engine.replay import Cases, Result, Version
from tests.engine.house import House
from tests.engine.test_random_life import Life


class Calm(Life):
    """A life in which nobody moves tokens by hand, until everything has ended."""

    def act(self) -> None:
        verb = self.random.choice(
            [self.finish, self.finish, self.finish, self.fail, self.suspend, self.wake, self.tell]
        )
        key = self.random.choice(self.keys())
        self.house.clock.advance(minutes=self.random.choice([0, 0, 5, 90]))
        with suppress(EngineError):
            verb(key)

    def end(self) -> None:
        """Wake everybody and finish what is left, a day or more later."""
        for _ in range(400):
            with store.reading(self.house.database) as connection:
                column = store.instance.c
                left = connection.execute(
                    select(column.key, column.state).where(column.ended_at.is_(None))
                ).all()
            if not left:
                return
            self.house.clock.advance(minutes=self.random.choice([0, 1]))
            for row in left:
                with suppress(EngineError):
                    if row.state == "SUSPENDED":
                        self.wake(row.key)
                    self.finish(row.key)


@pytest.mark.parametrize("seed", range(12))
def test_p1_whatever_happened_happens_again_on_the_same_version(house: House, seed: int) -> None:
    life = Calm(house, random.Random(seed))  # noqa: S311
    for _ in range(60):
        life.act()
    life.end()

    replayed = 0
    catalogue = house.engine.catalogue
    with store.reading(house.database) as connection:
        column = store.instance.c
        ran = connection.execute(
            select(column.process_id, column.definition_key)
            .where(column.ended_at.is_not(None))
            .distinct()
        ).all()
        for process_id, key in ran:
            version = Version.of_definition(connection, catalogue, key)
            for outcome in replay.replay(connection, house.engine, version, Cases(process_id, key)):
                assert outcome.result is Result.SAME, (outcome, life.log)
                replayed += 1
            for other in life.versions if process_id == "p" else ():
                version = Version.of_definition(connection, catalogue, other)
                found = replay.replay(connection, house.engine, version, Cases(process_id, key))
                assert Result.NOT_REPLAYABLE not in {each.result for each in found}
    assert replayed >= 4
