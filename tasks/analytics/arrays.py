"""Names of the array types the figures are computed on."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Days: TypeAlias = npt.NDArray[np.int32]
Flags: TypeAlias = npt.NDArray[np.bool_]


def floats(values: npt.ArrayLike) -> Floats:
    """Return the values as an array of finite numbers; raise ValueError for NaN and infinity."""
    result = np.asarray(values, dtype=np.float64)
    if not np.isfinite(result).all():
        raise ValueError("the values must be finite numbers")
    return result
