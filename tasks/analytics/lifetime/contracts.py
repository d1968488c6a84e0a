"""A4 for contracts: what they are worth from their next renewal on.

Source: Gupta and Lehmann. Apart from `clv`, because it needs no arrays.
"""


def contract_value(margin: float, retention: float, discount: float) -> float:
    """Return m · r / (1 + d - r): the value of a contract from its next renewal on.

    `margin` is that of one period, `retention` the share renewed and `discount` the interest of the
    same period. Raise ValueError unless 0 ≤ retention ≤ 1 and retention < 1 + discount.
    """
    if not 0 <= retention <= 1:
        raise ValueError(f"a retention lies between 0 and 1, not at {retention}")
    if retention >= 1 + discount:
        raise ValueError("a contract that never ends needs an interest")
    return margin * retention / (1 + discount - retention)
