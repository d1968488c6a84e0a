"""A message on its way out, before any channel has seen it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Draft:
    """A message ready to go."""

    key: str
    channel: str
    recipient: str
    body: str
    subject: str = ""
    sender_name: str = ""
    contact_id: int | None = None
    internal: bool = False  # a note to a colleague
    partner_id: int | None = None  # to a partner
    headers: dict[str, str] = field(default_factory=dict)
    # sent and not kept: employees do not read the links of customers
    links: dict[str, str] = field(default_factory=dict)
    # address of each {{link.…}} of the text; filled in as it leaves and not kept either
    addresses: dict[str, str] = field(default_factory=dict)
