"""Answers to surveys."""

from typing import Final

from marshmallow import fields, validate

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, Payload


class SurveyAnswered(Payload):
    """Answers to a survey, by question."""

    survey_id = fields.String(required=True, validate=ID)
    answers = fields.Dict(
        keys=fields.String(validate=ID), required=True, validate=validate.Length(1, 100)
    )


TYPES: Final = (EventType("survey.answered", SurveyAnswered),)
