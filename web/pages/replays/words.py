"""The words for what comes of a replay."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

from engine.replay import Reason, Result

RESULTS: Final[Mapping[Result, Any]] = {
    Result.SAME: _("go the same way"),
    Result.OTHER_VALUES: _("the same way, with other values"),
    Result.OTHER_TIMES: _("the same way, at other times"),
    Result.ANOTHER_WAY: _("go another way"),
    Result.STOPPED: _("stop, as nobody recorded what comes next"),
    Result.NOT_REPLAYABLE: _("cannot be replayed"),
}
REASONS: Final[Mapping[Reason, Any]] = {
    Reason.ERASED: _("their data was erased"),
    Reason.NOT_KEPT: _("they ran before what came in was recorded"),
    Reason.MOVED: _("an operator moved them by hand or to another version"),
    Reason.DAMAGED: _("a part of them was lost"),
    Reason.NOT_REPRODUCED: _("even their own version does not come to the same, as with chance"),
}


STOPS: Final[Mapping[str, Any]] = {
    "never there": _(
        "It stops at “%(step)s”: the instance never came there, so no answer was recorded."
    ),
    "given other values": _(
        "It stops at “%(step)s”: it would be given other values (%(detail)s), and nobody recorded"
        " the answer to these."
    ),
    "came before": _("It stops at “%(step)s”: the message had come before anything waited for it."),
    "gone by then": _(
        "It stops at “%(step)s”: the instance did not wait there for so long, so nobody knows what"
        " would have come."
    ),
    "refused": _("It stops at “%(step)s”: what was answered then is refused now (%(detail)s)."),
    "incident": _("It stops at “%(step)s” with an incident: %(detail)s"),
    "too long": _("It stops at “%(step)s”: it goes round and round."),
}
