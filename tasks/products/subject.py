"""What products add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.products.exports import EXPORTS
from tasks.products.imports import IMPORTS
from tasks.products.records import Product

SUBJECT: Final = Subject(
    name="products",
    tables=(Product,),
    imports=IMPORTS,
    exports=EXPORTS,
)
