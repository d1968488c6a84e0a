"""Between what people write (currency, percent) and what is kept (minor units, shares)."""

from decimal import ROUND_HALF_UP, Decimal

# currencies whose smallest unit is not a hundredth (ISO 4217)
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}


def minor(amount: Decimal | float, currency: str) -> int:
    """Answer an amount in minor units: 12.50 USD is 1250."""
    scaled = Decimal(str(amount)).scaleb(DIGITS.get(currency, 2))
    return int(scaled.quantize(Decimal(1), ROUND_HALF_UP))


def major(amount: float, currency: str) -> float:
    """Answer minor units as people write them: 1250 is 12.5 USD."""
    digits = DIGITS.get(currency, 2)
    return round(float(Decimal(str(amount)).scaleb(-digits)), digits)


def percent(share: float, digits: int = 2) -> float:
    """Answer a share in percent: 0.0525 is 5.25."""
    return round(share * 100, digits)
