"""The gate instances of a campaign: held while it is paused, let go, or ended with it."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, select

from engine import store
from engine.engine import Engine
from engine.errors import Conflict, NotFound

GATE = "contact_gate"
PERSONAL = "personalise_contact"  # chooses the offer, then calls the gate
THROUGH = (GATE, PERSONAL)
BY = "campaign_planning"


def business_key(campaign_id: int, customer_id: int) -> str:
    """Answer the key under which the gate of a member runs."""
    return f"campaign-{campaign_id}:customer-{customer_id}"


def hold(engine: Engine, campaign_id: int) -> int:
    """Let nobody who is on the way go further; answers how many were held."""
    return _each(engine, campaign_id, ("ACTIVE",), lambda key: engine.by(BY).instances.suspend(key))


def let_go(engine: Engine, campaign_id: int) -> int:
    """Let those who were held go on."""
    return _each(
        engine, campaign_id, ("SUSPENDED",), lambda key: engine.by(BY).instances.resume(key)
    )


def end(engine: Engine, campaign_id: int) -> int:
    """End those that still wait."""
    return _each(
        engine,
        campaign_id,
        ("ACTIVE", "SUSPENDED"),
        lambda key: engine.by(BY).instances.cancel(key),
    )


def end_of_member(engine: Engine, campaign_id: int, customer_id: int) -> int:
    """End the one of a member, if it still waits; answers how many ended."""
    column = store.instance.c
    own = column.business_key == business_key(campaign_id, customer_id)
    return _those(
        engine, own, ("ACTIVE", "SUSPENDED"), lambda key: engine.by(BY).instances.cancel(key)
    )


def _each(
    engine: Engine, campaign_id: int, states: tuple[str, ...], verb: Callable[[int], None]
) -> int:
    of_campaign = store.instance.c.business_key.startswith(
        f"campaign-{campaign_id}:", autoescape=True
    )
    return _those(engine, of_campaign, states, verb)


def _those(
    engine: Engine, which: ColumnElement[bool], states: tuple[str, ...], verb: Callable[[int], None]
) -> int:
    column = store.instance.c
    query = select(column.key).where(
        column.process_id.in_(THROUGH), which, column.state.in_(states)
    )
    with store.reading(engine.database) as connection:
        keys = list(connection.scalars(query))
    done = 0
    for key in keys:
        try:
            verb(key)
            done += 1
        except (Conflict, NotFound):
            continue  # it ended meanwhile
    return done
