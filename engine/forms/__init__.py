"""Forms drawn with form-js: JSON becomes fields, typed values become checked values.

Knows no page and no database. `parse(schema)` answers a `Form`; `form.check(values, variables)`
is the judge of what somebody sent, `form.show(...)` says what a page has to draw.
"""

from engine.forms import lint
from engine.forms.catalogue import KINDS
from engine.forms.fields import Field, Option
from engine.forms.form import Form
from engine.forms.localizer import Localizer
from engine.forms.parser import parse
from engine.forms.view_model import ComponentView

__all__ = [
    "KINDS",
    "ComponentView",
    "Field",
    "Form",
    "Localizer",
    "Option",
    "lint",
    "parse",
]
