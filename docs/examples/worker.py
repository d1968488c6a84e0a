"""A worker in Python for the job type `ship-parcel` of shipping.bpmn; Ctrl-C stops it.

pip install camunda-orchestration-sdk
export CAMUNDA_REST_ADDRESS=http://localhost:8080 CAMUNDA_AUTH_STRATEGY=BASIC
export CAMUNDA_BASIC_AUTH_USERNAME=our-shop CAMUNDA_BASIC_AUTH_PASSWORD=$TOKEN
python worker.py
"""

import asyncio

from camunda_orchestration_sdk import CamundaAsyncClient, ConnectedJobContext, WorkerConfig
from camunda_orchestration_sdk.runtime.job_worker import JobError, JobFailure

STOCK = {"book": 3, "lamp": 0}


async def ship(job: ConnectedJobContext) -> dict[str, object]:
    """Ship one order; what it answers become variables of the process."""
    order = job.variables.to_dict()
    article = order.get("article")
    if article not in STOCK:
        # Something is wrong: tried again until no retries are left, then an incident.
        raise JobFailure(f"unknown article {article!r}", retries=job.retries - 1)
    if not STOCK[article]:
        # A business "no": the diagram has an arrow for it.
        raise JobError("out_of_stock", f"no {article} left")
    return {"parcel": f"{job.custom_headers.to_dict()['carrier']}-{job.process_instance_key}"}


async def main() -> None:
    """Work until told to stop."""
    async with CamundaAsyncClient() as client:
        config = WorkerConfig(
            job_type="ship-parcel",
            job_timeout_milliseconds=30_000,
            request_timeout_milliseconds=10_000,
        )
        client.create_job_worker(config=config, callback=ship)
        await client.run_workers()


if __name__ == "__main__":
    asyncio.run(main())
