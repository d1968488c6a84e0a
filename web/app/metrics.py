"""The figures of `/metrics`: requests of this process, and what waits in the database."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from engine import store
from tasks.outbound_webhooks.records import Delivery
from web.app import heartbeat
from web.app.services import Services

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts requests; asks the database when somebody reads."""

    def __init__(self, services: Services) -> None:
        """Begin with nothing counted."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "peyvand_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "peyvand_http_request_seconds",
            "Time from request to answer",
            ("method", "route"),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.registry.register(Waiting(services))
        ProcessCollector(registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; the route is the pattern, never the address."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class Waiting(Collector):
    """What is open, due, failed and alive; each a cheap count over an index."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Ask the database; `peyvand_database_up` is 0 if it does not answer."""
        try:
            with store.reading(self._services.database) as connection:
                found = list(self._counts(connection))
        except DBAPIError:
            yield GaugeMetricFamily("peyvand_database_up", "Whether it answers", value=0)
            return
        yield GaugeMetricFamily("peyvand_database_up", "Whether it answers", value=1)
        for name, text, value in found:
            yield GaugeMetricFamily(f"peyvand_{name}", text, value=value)

    def describe(self) -> list[Metric]:
        """Say nothing beforehand, so that registering asks no database."""
        return []

    def _counts(self, connection: Connection) -> Iterator[tuple[str, str, int]]:
        job, timer, now = store.job.c, store.timer.c, self._services.clock()
        questions = (
            ("user_tasks_open", "User tasks that wait", store.user_task.c.state == "CREATED"),
            ("incidents_active", "Incidents that wait", store.incident.c.state == "ACTIVE"),
            ("jobs_open", "Jobs not done yet", job.open),
            ("timers_overdue", "Timers that should have fired", timer.due_at < now),
            ("webhooks_pending", "Deliveries on their way", Delivery.state == "pending"),
            ("webhooks_dead", "Deliveries given up", Delivery.state == "dead"),
        )
        for name, text, condition in questions:
            count = connection.execute(select(func.count()).where(condition)).scalar_one()
            yield name, text, int(count)
        yield "workers_alive", "Workers seen lately", heartbeat.alive(connection, now)
