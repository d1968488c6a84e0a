"""Purchases of all customers as typed columns, 20 bytes each (28 with margins)."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Days, Ints

Row = Sequence[int]  # customer, day, amount, margin


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases in the order of customer and day.

    `customer` is the place of the customer among all (0, 1, …), `day` a day number (such as
    `date.toordinal`), `amount` and `margin` are minor units of one currency. Raise ValueError when
    the columns differ in length or are not in order.
    """

    customer: Days
    day: Days
    amount: Ints
    margin: Ints | None = None

    def __post_init__(self) -> None:
        """Check lengths and order."""
        lengths = {len(self.customer), len(self.day), len(self.amount)}
        if len(lengths | ({len(self.margin)} if self.margin is not None else set())) != 1:
            raise ValueError("the columns of purchases have different lengths")
        if len(self.customer) and self.customer[0] < 0:
            raise ValueError("customers are numbered from 0")
        later, before = self.customer[1:], self.customer[:-1]
        if (later < before).any() or ((later == before) & (self.day[1:] < self.day[:-1])).any():
            raise ValueError("purchases must come in the order of customer and day")

    def __len__(self) -> int:
        return len(self.customer)

    @classmethod
    def of(
        cls,
        customer: npt.ArrayLike,
        day: npt.ArrayLike,
        amount: npt.ArrayLike,
        margin: npt.ArrayLike | None = None,
    ) -> Self:
        """Return the purchases of columns of any integer type."""
        return cls(
            np.asarray(customer, dtype=np.int32),
            np.asarray(day, dtype=np.int32),
            np.asarray(amount, dtype=np.int64),
            None if margin is None else np.asarray(margin, dtype=np.int64),
        )

    @classmethod
    def collected(cls, chunks: Iterable[Sequence[Row]]) -> Self:
        """Return the purchases of rows (customer, day, amount, margin) that come in chunks.

        Only one chunk at a time exists as Python objects, and the columns grow in place.
        """
        columns = [array(code) for code in ("i", "i", "q", "q")]
        for chunk in chunks:
            table = np.array(chunk, dtype=np.int64).reshape(-1, len(columns))
            for column, values in zip(columns, table.T, strict=True):
                column.frombytes(values.astype(column.typecode).tobytes())
        customer, day, amount, margin = (np.array(column, copy=False) for column in columns)
        return cls(customer, day, amount, margin)

    def until(self, day: int) -> Self:
        """Return the purchases up to and including a day."""
        return self._kept(self.day <= day)

    def since(self, day: int) -> Self:
        """Return the purchases after a day."""
        return self._kept(self.day > day)

    def _kept(self, kept: npt.NDArray[np.bool_]) -> Self:
        margin = None if self.margin is None else self.margin[kept]
        return type(self)(self.customer[kept], self.day[kept], self.amount[kept], margin)
