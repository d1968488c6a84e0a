"""The verbs of our own worker: begin a job of an installed service task, report it, go on."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from engine.commands import job_runs, jobs
from engine.transaction.unit_of_work import Move

T = TypeVar("T")
Handed = dict[str, Any]  # a job as its function needs it


class Background:
    """What `Engine` gives to the worker, beside the verbs that every worker has."""

    def begin_job(self, job_key: int, run: str) -> Handed | None:
        """Hand an installed job to a run of our own worker; None if there is nothing to do."""
        return self._do(run, lambda move: job_runs.begin(move, job_key, run))

    def finish_and_go_on(
        self, handed: Handed, variables: Mapping[str, Any], run: str | None
    ) -> Handed | None:
        """Report a job as done, and begin what follows for the run; None if nothing does."""
        return self._report(handed, run, lambda move: jobs.finish(move, handed["key"], variables))

    def throw_and_go_on(
        self,
        handed: Handed,
        code: str,
        message: str,
        variables: Mapping[str, Any] | None,
        run: str | None,
    ) -> Handed | None:
        """Let a business error leave a job, and begin what follows for the run."""
        return self._report(
            handed,
            run,
            lambda move: jobs.throw(move, handed["key"], code, message, variables),
        )

    def give_back(self, handed: Handed) -> None:
        """Let go of a job whose instance sleeps: who wakes it has it done anew."""
        run = handed["worker"]
        self._do(run, lambda move: job_runs.give_back(move, handed["key"], run))

    # -- inside ------------------------------------------------------------------------------

    def _report(
        self, handed: Handed, run: str | None, verb: Callable[[Move], None]
    ) -> Handed | None:
        def report(move: Move) -> Handed | None:
            verb(move)
            return None if run is None else job_runs.go_on(move, handed["instance_key"], run)

        return self._do(handed["type"], report)

    def _do(self, actor: str, verb: Callable[[Move], T]) -> T:
        raise NotImplementedError
