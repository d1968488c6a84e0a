"""What one process, expression or request may take at most; settings with these defaults."""

from dataclasses import dataclass

NAME_CHARACTERS = 255  # of a name we look things up by: a person, a business key, a variable
LOOKED_UP_BYTES = 2_500  # of all such texts of one message together: what an index can hold


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; sizes in bytes, times in seconds unless the name says otherwise.

    All but the `FIXED` ones are settings.
    """

    bpmn_bytes: int = 5_000_000
    flow_nodes: int = 400
    nesting: int = 8
    name_characters: int = 1_000
    engine_steps: int = 5_000
    engine_seconds: float = 5.0
    multi_instance_items: int = 1_000
    resumptions_at_once: int = 1_000  # of one element of an instance, by others than people
    messages_at_once: int = 250  # those by messages and signals
    resumptions_per_second: float = 5.0  # of it, for any time
    live_elements: int = 10_000  # of one process instance at a time
    variables_bytes: int = 1_000_000
    variables_depth: int = 32
    variables_keys: int = 1_000
    timer_interval_seconds: float = 1.0
    timer_ahead_days: int = 3_660
    request_bytes: int = 1_000_000
    upload_bytes: int = 20_000_000
    expression_characters: int = 20_000
    expression_nodes: int = 3_000
    expression_steps: int = 50_000
    call_depth: int = 8
    webhook_bytes: int = 20_000


# The same in every house, as whoever reads them knows no house: no settings.
FIXED = frozenset({"expression_characters", "expression_nodes", "webhook_bytes"})


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days what is over is kept; settings with these defaults, None is for ever."""

    instances_days: int | None = None  # with their history; a process may have its own number
    messages_days: int = 7  # that reached nobody
    requests_days: int = 30  # so long a repeated request gets its first answer
    batches_days: int = 90
    decisions_days: int | None = None  # evaluated on request, in no instance
    runs_days: int = 1  # of the background


DEFAULT = Limits()
# What was deployed under wider limits loads whatever they are now.
STORED = Limits(bpmn_bytes=2**31, flow_nodes=2**31, nesting=64, name_characters=2**31)
