"""`/crm/v1/customers/{customer}/erasure`: a person asks to be forgotten."""

from typing import Any

from sqlalchemy.orm import Session

from tasks import privacy
from web import erasure
from web.api.context import who
from web.api.problems import invalid
from web.api.routes import Routes
from web.api.schemas.customers import ErasurePreview, ErasureRequest, ErasureResult, HeldData
from web.app.services import services

routes = Routes("Customer")


@routes.get("/customers/<customer>/erasure", may="customer.forget", gives=ErasurePreview)
def preview_erasure(customer: str) -> dict[str, Any]:
    """Tell which instances forgetting a customer would empty, and which of them still run."""
    person, found = erasure.preview(services(), _number(customer))
    return {
        "customer_id": person.number,
        "instances": found.instances,
        "running": found.running,
    }


@routes.get("/customers/<customer>/data", may="customer.forget", gives=HeldData)
def held_data(customer: str) -> dict[str, Any]:
    """Give everything that is held about a customer, by kind of record, to be handed to them."""
    with Session(services().database) as session:
        person = privacy.whose(session, _number(customer))
        return {"customer_id": person.number, "records": privacy.held(session, person)}


@routes.post(
    "/customers/<customer>/erasure",
    may="customer.forget",
    takes=ErasureRequest,
    gives=ErasureResult,
)
def forget_customer(customer: str, body: dict[str, Any]) -> dict[str, Any]:
    """Forget a customer for good, in processes, records, messages, deliveries and documents.

    What stays is a number, amounts, consents as proof, a history that verifies, and fingerprints
    of their addresses, so that an import leaves them out. While instances about them run it is
    refused (409), unless `running` is `cancel`.
    """
    found = erasure.forget(services(), _number(customer), who(), running=body["running"])
    done = found.done
    return {
        "customer_id": done.customer_id,
        "instances": done.instances,
        "cancelled": done.cancelled,
        "mentions": done.mentions,
        "overwritten": found.overwritten,
    }


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        invalid(f"'{text}' is not a number of ours")
    return int(text)
