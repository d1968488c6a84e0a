"""Pilots: a candidate version beside the current one, with both sides and the interval."""

from marshmallow import fields

from web.api.fields import Answer, Flag, Instant, Key, Text, Whole


class PilotBeside(Answer):
    """Something else that was compared; a gain (effect, low, high) above 0 is better."""

    what = Text()  # hours, negative, mark, again, given
    unit = Text()  # hours, share, mark, money
    n_candidate = Whole(data_key="n_candidate")
    n_current = Whole(data_key="n_current")
    candidate = fields.Float(allow_none=True)
    current = fields.Float(allow_none=True)
    effect = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)


class PilotResult(Answer):
    """What came of the latest look: shares between 0 and 1, or means in the unit of the standard.

    Until the weeks are over low and high hold at all looks together, afterwards they are the 95 %
    interval of the end.
    """

    n_candidate = Whole(data_key="n_candidate")
    n_current = Whole(data_key="n_current")
    candidate = fields.Float(allow_none=True)
    current = fields.Float(allow_none=True)
    effect = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)
    horizon_reached = Flag(data_key="horizon_reached")
    stopped = Flag()
    suggestion = Text()  # wait, adopt, modify, drop
    reason = Text()
    beside = fields.List(fields.Nested(PilotBeside))


class PilotItem(Answer):
    """A pilot with its plan and its latest look (`result`, null before the first)."""

    id = Whole()
    name = Text()
    process_id = Text(data_key="process_id")
    deployment_key = Key(data_key="deployment_key")
    standard_id = Whole(data_key="standard_id")
    state = Text()  # proposed, running, stopped, adopted, dropped, taken_back
    weeks = Whole()
    success_if = fields.Float(data_key="success_if")
    stop_if = fields.Float(data_key="stop_if")
    planned = Whole()
    begun_at = Instant(data_key="begun_at", allow_none=True)
    ends_at = Instant(data_key="ends_at", allow_none=True)
    looked_at = Instant(data_key="looked_at", allow_none=True)
    result = fields.Nested(PilotResult, allow_none=True)


class PilotList(Answer):
    """All pilots, the newest first."""

    items = fields.List(fields.Nested(PilotItem))
