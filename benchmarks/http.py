"""Requests per second and processor time per request of `/v2`, on a real server, 1 and 8 clients.

    python -m benchmarks http

The server is one process of waitress with 16 threads, as `peyvand run` has; the clients are threads
of this process with a connection each. Processor time is that of the server, read from the system.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks import _databases

ROOT = Path(__file__).resolve().parents[1]
THREADS = 16
REQUESTS = 96  # of each kind and number of clients
CLIENTS = (1, 8)
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
Ask = Callable[["Client", int], None]


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: Any) -> Any:
        """Post JSON to /v2 and give the answer's; anything but a 2xx is an error."""
        self._connection.request("POST", f"/v2/{path}", json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None


class Server:
    """A server process with its clients, and what it has used of the processor."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, token: str) -> None:
        self.process = process
        self.port = port
        self.token = token

    def client(self) -> Client:
        """Open a connection."""
        return Client(self.port, self.token)

    def cpu(self) -> float:
        """Give the processor seconds of the server so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S

    def load(self, ask: Ask, clients: int) -> tuple[float, float]:
        """Send the requests; gives requests per second and processor milliseconds of each."""

        def work(first: int) -> None:
            client = self.client()
            for number in range(first, REQUESTS, clients):
                ask(client, number)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
        used, begun = self.cpu(), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed, used = time.perf_counter() - begun, self.cpu() - used
        return REQUESTS / elapsed, used / REQUESTS * 1_000


def report() -> Iterator[str]:
    """Measure on each database."""
    for name, url in _databases.each():
        with serving(url) as server:
            server.load(lambda client, _: _start(client, "steps"), 1)  # warm
            yield f"{name:44} {'clients':>8} {'per second':>12} {'CPU ms each':>12}"
            for clients in CLIENTS:
                for label, ask in _kinds(server, clients):
                    rate, cpu = server.load(ask, clients)
                    yield f"  {label:42} {clients:8} {rate:12.0f} {cpu:12.2f}"


@contextmanager
def serving(url: str) -> Iterator[Server]:
    """Run a server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks._server", url, str(port), str(THREADS)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        token = (process.stdout.readline() if process.stdout else "").strip()
        yield Server(process, port, token)
    finally:
        process.terminate()
        process.wait()


def _kinds(server: Server, clients: int) -> Iterator[tuple[str, Ask]]:
    """Give what is asked, each kind prepared before it is measured."""
    yield "start", lambda client, _: _start(client, "steps")
    tasks = _open_tasks(server)
    yield "complete", lambda client, n: client.post(f"user-tasks/{tasks[n]}/completion", {})
    search = {"filter": {"state": "CREATED"}, "page": {"limit": 50}}
    yield "search, a page of 50 tasks", lambda client, _: client.post("user-tasks/search", search)
    for _ in range(REQUESTS):
        _start(server.client(), "work")
    jobs = {"type": "work", "worker": "bench", "timeout": 600_000, "maxJobsToActivate": 1}
    yield "activate a job", lambda client, _: client.post("jobs/activation", jobs)
    for number in range(REQUESTS):
        _start(server.client(), "paid", order=f"{clients}-{number}")
    yield (
        "publish, and an instance takes it",
        lambda client, n: client.post(
            "messages/publication",
            {"name": "paid", "correlationKey": f"{clients}-{n}", "timeToLive": 0},
        ),
    )


def _start(client: Client, process: str, **variables: Any) -> None:
    client.post("process-instances", {"processDefinitionId": process, "variables": variables})


def _open_tasks(server: Server) -> list[str]:
    found = server.client().post(
        "user-tasks/search",
        {"filter": {"state": "CREATED", "elementId": "First"}, "page": {"limit": REQUESTS}},
    )
    return [task["userTaskKey"] for task in found["items"]]


if __name__ == "__main__":
    for line in report():
        print(line)
