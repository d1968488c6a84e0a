"""A1, A2, A4 and A5 of all customers, from the current scores of the last scoring."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.pareto import fewest_for, gini, top_share
from tasks.analytics.proportion import proportion
from tasks.figures.plain import told
from tasks.scores.records import CurrentScore, last_night

STEPS = 20  # of a Pareto curve
BINS = 10
TIERS = ("A", "B", "C", "D", "D-")


def value(session: Session, now: datetime) -> dict[str, Any]:
    """Return the three Paretos (revenue, margin, problems) and the tiers."""
    del now
    score = CurrentScore
    curves = {}
    for name in ("spent", "margin_12m", "problems_12m"):
        column = getattr(score, name)
        values = list(session.scalars(select(column).where(column > 0)))
        curves[name] = _curve(sorted(values, reverse=True))
    tiers = session.execute(
        select(score.tier, func.count(), func.sum(score.margin_12m)).group_by(score.tier)
    )
    found = {tier: (count, int(margin or 0)) for tier, count, margin in tiers}
    rows = [
        {"tier": t, "customers": found[t][0], "margin": found[t][1]} for t in TIERS if t in found
    ]
    return {"curves": curves, "tiers": rows}


def habits(session: Session, now: datetime) -> dict[str, Any]:
    """Return the map of recency and frequency, and how many have each class."""
    del now
    score = CurrentScore
    bought = score.orders > 0
    cells = session.execute(
        select(score.r, score.f, func.count(), func.avg(score.m))
        .where(bought)
        .group_by(score.r, score.f)
    )
    classes = session.execute(
        select(score.segment, func.count(), func.sum(score.margin_12m))
        .where(bought)
        .group_by(score.segment)
        .order_by(func.count().desc())
    )
    return {
        "cells": [{"r": r, "f": f, "customers": n, "money": float(m)} for r, f, n, m in cells],
        "classes": [
            {"name": name, "customers": n, "margin": int(margin or 0)}
            for name, n, margin in classes
        ],
    }


def lifetime(session: Session, now: datetime) -> dict[str, Any]:
    """Return how the value of the next 12 months is spread, by tenths and by tier."""
    del now
    score = CurrentScore
    known = score.clv_12m.is_not(None), score.orders > 0
    values = sorted(each or 0 for each in session.scalars(select(score.clv_12m).where(*known)))
    by_tier = session.execute(
        select(score.tier, func.count(), func.sum(score.clv_12m)).where(*known).group_by(score.tier)
    )
    night = session.scalar(last_night())
    return {
        "n": len(values),
        "total": int(sum(values)),
        "tenths": _tenths(values),
        "tiers": [
            {"tier": tier, "customers": n, "value": int(total or 0)}
            for tier, n, total in sorted(by_tier, key=lambda row: TIERS.index(row[0]))
        ],
        "why_not": night.model if night and not values else "",
    }


def risk(session: Session, now: datetime) -> dict[str, Any]:
    """Return who is silent longer than ever, by tier with interval, and P(alive) in tenths."""
    del now
    score = CurrentScore
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for tier, silent, count in session.execute(
        select(score.tier, score.silent, func.count())
        .where(score.orders > 0)
        .group_by(score.tier, score.silent)
    ):
        groups[tier][0] += count if silent else 0
        groups[tier][1] += count
    tenths: Counter[int] = Counter()
    alive = select(score.alive, func.count()).where(score.alive.is_not(None), score.orders > 0)
    for p, count in session.execute(alive.group_by(score.alive)):
        tenths[min(int((p or 0.0) * BINS), BINS - 1)] += count
    return {
        "silent": [
            {"tier": tier, "share": told(proportion(*groups[tier])), "n": groups[tier][1]}
            for tier in TIERS
            if tier in groups
        ],
        "alive": [{"from": n / BINS, "customers": tenths[n]} for n in range(BINS)],
    }


def _curve(values: Sequence[int]) -> dict[str, Any]:
    """Return the cumulative share by share of customers, and how few bring 80 %."""
    if not values:
        return {"n": 0, "points": []}
    total, n = sum(values), len(values)
    running, points, step = 0, [[0.0, 0.0]], 1
    for place, each in enumerate(values, 1):
        running += each
        if place * STEPS >= step * n:
            points.append([place / n, running / total])
            step = place * STEPS // n + 1
    return {
        "n": n,
        "total": int(total),
        "points": points,
        "top_fifth": top_share(values, 0.2),
        "fewest_for_80": fewest_for(values),
        "gini": gini(values),
    }


def _tenths(values: Sequence[int]) -> list[dict[str, Any]]:
    """Return the mean of each tenth of the customers, the least valuable first."""
    found = []
    for n in range(BINS):
        part = values[n * len(values) // BINS : (n + 1) * len(values) // BINS]
        if part:
            found.append({"tenth": n + 1, "mean": sum(part) / len(part), "n": len(part)})
    return found
