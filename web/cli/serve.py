"""Starts the product: web and worker in one process, or a worker alone."""

import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

import click
import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from web.app import logs
from web.app.data_files import data_folder
from web.app.services import Services
from web.cli.open import open_app, worker_name
from web.cli.processes import resources
from web.composition import demo, demo_events
from web.composition.background import BackgroundServices

THREADS = 16


@click.command()
@click.option("--host", default="127.0.0.1", envvar="PEYVAND_HOST", show_default=True)
@click.option("--port", default=8080, envvar="PEYVAND_PORT", show_default=True)
@click.option("--demo", "with_demo", is_flag=True, help="Load the demo company first.")
@click.option("--worker/--no-worker", default=True, help="Also run jobs and timers here.")
def run(host: str, port: int, *, with_demo: bool, worker: bool) -> None:
    """Start Peyvand: migrate, deploy what ships with it, serve pages and API."""
    click.echo("• opening the database")
    app = open_app()
    services: Services = app.extensions["peyvand"]
    logs.configure(services.settings, quiet=with_demo)
    if with_demo:  # which has the standards among it
        click.echo("• loading the demo company")
        for line in demo.load(app):
            click.echo(f"    {line}")
    else:
        demo.load_standards(services)
    click.echo("• deploying the processes")
    shipped = resources((data_folder("processes"),))
    for name in services.engine.by("peyvand").definitions.deliver(shipped).held:
        click.echo(f"    {name}: a newer one came, yours stays until somebody decides")
    if with_demo:
        _tell_demo(services)
    demo.score_first(services)
    # Signals are taken before anything runs: a stop must not leave a half-started house behind.
    signal.signal(signal.SIGTERM, _interrupt)
    _check_free(host, port)
    server = serving(app, host, port)
    background = BackgroundServices(services, worker_name()) if worker else None
    try:
        if background:
            background.start()
        _greet(host, port, with_demo=with_demo)
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        click.echo("\n• stopping")
        server.close()
        if background:
            background.stop()


def _tell_demo(services: Services) -> None:
    """Let the demo company be at work: what happened lately, and what people began."""
    if told := list(demo_events.tell(services)):
        click.echo(f"• telling what happened lately: {len(told)} events")
    if begun := list(demo_events.begin(services)):
        click.echo(f"• beginning {', '.join(begun)}")


def _check_free(host: str, port: int) -> None:
    """Refuse in a sentence an address that another program has, or that is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        known = error.errno is not None and error.errno > 0
        why = os.strerror(error.errno or 0) if known else error.strerror
        raise click.ClickException(f"{host}:{port} cannot be used: {why}.") from error


def serving(app: Flask, host: str, port: int) -> Any:
    """Return the server of an application, bound and not yet running."""
    services: Services = app.extensions["peyvand"]
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        channel_timeout=120,
        channel_request_lookahead=1,  # a worker that hangs up is noticed while it waits for jobs
        ident="peyvand",
        # The headers of proxies reach `web.app.proxies`, which believes as many as are set.
        clear_untrusted_proxy_headers=not services.settings.proxies,
    )
    server.channel_class = _Channel
    return server


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """Keeps a connection after an answer without a body (204, 304); waitress would close it."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version != "1.1":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


@click.command()
def worker() -> None:
    """Run jobs and timers until told to stop; any number of these on PostgreSQL."""
    services: Services = open_app().extensions["peyvand"]
    logs.configure(services.settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    background = BackgroundServices(services, worker_name())
    background.start()
    click.echo("Working. Ctrl-C stops.")
    stop.wait()
    background.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _greet(host: str, port: int, *, with_demo: bool) -> None:
    shown = "localhost" if host in {"127.0.0.1", "::1"} else host
    click.echo(f"\nPeyvand is at http://{shown}:{port}   (Ctrl-C stops)\n")
    if with_demo:
        click.echo("Demo accounts (user, password, groups):")
        for username, password, groups in demo.demo_accounts():
            click.echo(f"  {username:<10} {password:<16} {groups}")


COMMANDS = [run, worker]
