"""Opt-outs rise where their share is beyond the limit and not by chance."""

import pytest
from sqlalchemy.orm import Session

from tasks.targeting.pressure_control.opt_outs import count_opt_outs
from tests.support.crm import NOON, customer
from tests.support.gate import touch


@pytest.mark.parametrize(
    ("sent", "out", "rising"), [(100, 2, False), (100, 4, False), (100, 6, True), (400, 5, False)]
)
def test_r37_a_rise_is_told_beyond_chance_only(
    session: Session, sent: int, out: int, *, rising: bool
) -> None:
    mira = customer(session)
    for number in range(sent):
        gone = NOON if number < out else None
        touch(session, mira, 1, opted_out_at=gone)
    touch(session, mira, 9, opted_out_at=NOON)  # sent longer ago

    assert count_opt_outs(session, NOON) == {"rising": rising, "opted_out": out, "sent": sent}
