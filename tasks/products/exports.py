"""The file of products, with the columns that an import reads."""

from typing import Any, Final

from sqlalchemy import select

from tasks.declare.import_run import ExportKind
from tasks.products.records import Product


def _products(_: str) -> Any:
    return select(
        Product.sku,
        Product.name,
        Product.category,
        Product.price,
        Product.unit_cost,
        Product.currency,
        Product.repeatable,
    ).order_by(Product.id)


EXPORTS: Final = (ExportKind("products", _products),)
