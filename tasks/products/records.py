"""Products: what we sell."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base


class Product(Base):
    """Something we sell; money in minor units."""

    __tablename__ = "crm_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    unit_cost: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    repeatable: Mapped[bool] = mapped_column(default=True)
