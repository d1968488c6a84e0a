"""Variables that all processes share."""

from sqlalchemy import case, func

from engine import store
from engine.reads.search.json_text import as_text, json_value
from engine.reads.search.view import View
from engine.reads.search.views.instances import TRUNCATED

_s = store.cluster_variable
_text = as_text(_s.c.value)

CLUSTER_VARIABLES = View(
    "Cluster variable",
    _s,
    "name",
    {
        "name": _s.c.name,
        "value": _text,
        "is_truncated": case((func.length(_text) > TRUNCATED, True), else_=False),
        "metadata": _s.c.metadata,
    },
    filters={"value": json_value(_s.c.value)},
    constants={"scope": "GLOBAL", "kind": "JSON", "tenant_id": None},
)
