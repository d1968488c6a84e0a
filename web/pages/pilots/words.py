"""The words for pilots."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

STATES: Final[Mapping[str, Any]] = {
    "proposed": _("waits for approval"),
    "running": _("running"),
    "stopped": _("stopped: it does harm"),
    "adopted": _("adopted"),
    "dropped": _("dropped"),
    "taken_back": _("taken back"),
}
