"""Jobs for workers in any language."""

from typing import Any

from sqlalchemy import select

from engine import store
from engine.errors import Forbidden
from engine.reads.search import Query
from engine.reads.search.listening import asked_about
from engine.reads.search.views import JOBS
from web.api.polling import poll
from web.api.problems import Command
from web.api.reads import listed
from web.api.routes import Routes
from web.api.schemas.jobs import (
    JobActivationRequest,
    JobActivationResult,
    JobCompletionRequest,
    JobErrorRequest,
    JobFailRequest,
    JobPage,
    JobSearch,
    JobUpdateRequest,
)
from web.app.services import engine, reading

routes = Routes("Job")


@routes.post(
    "/jobs/activation",
    may="job.work",
    takes=JobActivationRequest,
    gives=JobActivationResult,
    command=Command("ACTIVATE"),
    kept=False,
)
def activate_jobs(body: dict[str, Any]) -> dict[str, Any]:
    """Lend jobs to a worker; without any, wait for one as long as he asks."""

    def take() -> list[dict[str, Any]]:
        return (
            engine()
            .by(body.get("worker") or "")
            .jobs.activate(
                body["type"],
                body["max_jobs_to_activate"],
                body["timeout"],
                body.get("fetch_variable") or None,
            )
        )

    jobs = poll(take, body.get("request_timeout") or 0, _give_back)
    tasks = _asked_about(jobs)
    return {"jobs": [_activated(job) | {"user_task": tasks.get(job["key"])} for job in jobs]}


def _insist_on_outside(job_key: int) -> None:
    """Refuse what is done by this installation itself: nobody else answers for it."""
    job = store.job.c
    with reading() as connection:
        installed = connection.scalar(select(job.installed).where(job.key == job_key, job.open))
    if installed:
        raise Forbidden(f"Job {job_key} is done by a service task of this installation.")


def _asked_about(jobs: list[dict[str, Any]]) -> dict[int, Any]:
    if not any(job["kind"] == "TASK_LISTENER" for job in jobs):
        return {}
    with reading() as connection:
        return asked_about(connection, jobs)


def _give_back(jobs: list[dict[str, Any]]) -> None:
    """Free jobs whose worker is gone, so that another gets them at once."""
    for job in jobs:
        engine().jobs.update(job["key"], timeout_ms=0)


def _activated(job: dict[str, Any]) -> dict[str, Any]:
    return job | {
        "job_key": job["key"],
        "process_definition_id": job["process_id"],
        "process_definition_key": job["definition_key"],
        "process_definition_version": job["version"],
        "process_instance_key": job["instance_key"],
        "root_process_instance_key": job["root_instance_key"],
        "listener_event_type": job["listener_event"],
        "custom_headers": job["headers"],
        "business_id": job["business_key"],
        "deadline": int(job["deadline"].timestamp() * 1000),
    }


@routes.post("/jobs/search", may="instance.see", takes=JobSearch, gives=JobPage)
def search_jobs(body: Query) -> dict[str, Any]:
    """List jobs."""
    return listed(JOBS, body)


@routes.post(
    "/jobs/<job_key>/completion",
    may="job.work",
    takes=JobCompletionRequest,
    status=204,
    command=Command("COMPLETE", "complete", "job"),
)
def complete_job(job_key: int, body: dict[str, Any]) -> None:
    """Report the result of a job."""
    _insist_on_outside(job_key)
    engine().jobs.finish(job_key, body.get("variables") or {}, result=body.get("result"))


@routes.post(
    "/jobs/<job_key>/failure",
    may="job.work",
    takes=JobFailRequest,
    status=204,
    command=Command("FAIL", "fail", "job"),
)
def fail_job(job_key: int, body: dict[str, Any]) -> None:
    """Report that a job failed; without retries left it becomes an incident."""
    _insist_on_outside(job_key)
    engine().jobs.fail(
        job_key,
        body["error_message"] or "",
        body["retries"] or 0,
        body["retry_back_off"] or 0,
        body.get("variables"),
    )


@routes.post(
    "/jobs/<job_key>/error",
    may="job.work",
    takes=JobErrorRequest,
    status=204,
    command=Command("THROW_ERROR", "throw an error for", "job"),
)
def throw_job_error(job_key: int, body: dict[str, Any]) -> None:
    """Report a business "no"; the diagram catches it."""
    _insist_on_outside(job_key)
    engine().jobs.throw(
        job_key, body["error_code"], body["error_message"] or "", body.get("variables")
    )


@routes.patch(
    "/jobs/<job_key>",
    may="job.work",
    takes=JobUpdateRequest,
    status=204,
    command=Command("UPDATE", "update", "job"),
)
def update_job(job_key: int, body: dict[str, Any]) -> None:
    """Change retries, lock or priority."""
    _insist_on_outside(job_key)
    changes = body["changeset"]
    engine().jobs.update(
        job_key,
        retries=changes.get("retries"),
        timeout_ms=changes.get("timeout"),
        priority=changes.get("priority"),
    )
