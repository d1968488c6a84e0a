"""What an integrator asks about customers: that one be forgotten."""

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Key, Request, Text, Whole


class ErasureRequest(Request):
    """What becomes of process instances about the customer that still run."""

    running = Text(load_default="refuse", validate=validate.OneOf(("refuse", "cancel")))


class ErasureResult(Answer):
    """What was done to forget a customer."""

    customer_id = Whole(data_key="customer_id")
    instances = fields.List(Key())  # were about them, and hold no values any more
    cancelled = fields.List(Key())  # of these, ran until now
    mentions = fields.List(Key())  # are about others, and do not name them any more
    overwritten = Flag()  # whether the freed bytes of the database are gone as well


class ErasurePreview(Answer):
    """What forgetting a customer would touch; mentions by others are looked for only then."""

    customer_id = Whole(data_key="customer_id")
    instances = fields.List(Key())  # are about them
    running = fields.List(Key())  # of these


class HeldData(Answer):
    """Everything that is held about a customer: rows by kind of record."""

    customer_id = Whole(data_key="customer_id")
    records = fields.Dict(keys=Text(), values=fields.List(fields.Dict()))
