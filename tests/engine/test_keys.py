"""Keys are unique, and fetching them never stands in the way of a transaction that needs one."""

import threading

from sqlalchemy import Engine as Database

from engine import store
from engine.store import Keys


def test_a_transaction_gets_its_keys_while_another_thread_fetches_a_block(
    database: Database,
) -> None:
    # given: a transaction that holds the write lock of SQLite
    keys = Keys(database, block=5)
    keys.prepare(5)
    waiting = threading.Event()

    def fetch() -> None:
        waiting.set()
        keys.prepare(100)

    other = threading.Thread(target=fetch)
    with store.writing(database) as connection:
        other.start()
        waiting.wait()
        other.join(timeout=0.3)  # on SQLite it now waits for the write lock
        # when it takes more keys than are in reserve
        give = keys.inside(connection)
        mine = [give() for _ in range(12)]
    other.join(timeout=20)

    # then both have what they wanted, and no key was given twice
    assert not other.is_alive()
    with store.writing(database) as connection:
        give = keys.inside(connection)
        later = [give() for _ in range(100)]
    assert len(set(mine + later)) == 112
