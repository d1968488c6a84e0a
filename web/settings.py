"""Settings from the environment, read once at start; nothing else reads os.environ."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from engine.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Names in the environment: PEYVAND_ and the name in capitals."""

    database_url: str = "sqlite:///var/peyvand.sqlite3"  # also DATABASE_URL
    secret_key: str = field(default="", repr=False)
    var: Path = Path("var")
    public_url: str = "http://localhost:8080"
    smtp_url: str = field(default="", repr=False)  # also SMTP_URL; empty: into the outbox
    mail_from: str = "crm@localhost"
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    time_zone: str = "UTC"
    default_locale: str = "en"
    basic_auth: bool = False
    clock_control: bool = False  # for tests: clients may pin the clock of the engine
    session_hours: int = 12
    sign_in_failures: int = 10  # of one name in a quarter of an hour; of one address ten times that
    limits: Limits = field(default_factory=Limits)

    @property
    def secure(self) -> bool:
        """Whether people reach us over https: cookies get Secure and the __Host- prefix."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; a missing secret key is made once and kept in `var`."""
        given = os.environ if environ is None else environ
        var = Path(given.get("PEYVAND_VAR", "var"))

        def text(name: str, default: str) -> str:
            return given.get(f"PEYVAND_{name.upper()}") or default

        def flag(name: str) -> bool:
            return text(name, "") in {"1", "true", "yes", "on"}

        database = given.get("DATABASE_URL") or text("database_url", _file_database(var))
        return cls(
            database_url=database,
            secret_key=text("secret_key", "") or _kept_secret(var),
            var=var,
            public_url=text("public_url", "http://localhost:8080"),
            smtp_url=given.get("SMTP_URL") or text("smtp_url", ""),
            mail_from=text("mail_from", "crm@localhost"),
            webhook_url=text("webhook_url", ""),
            webhook_secret=text("webhook_secret", ""),
            time_zone=text("time_zone", "UTC"),
            default_locale=text("default_locale", "en"),
            basic_auth=flag("basic_auth"),
            clock_control=flag("clock_control"),
            session_hours=int(text("session_hours", "12")),
            sign_in_failures=int(text("sign_in_failures", "10")),
        )


def _file_database(var: Path) -> str:
    return f"sqlite:///{(var / 'peyvand.sqlite3').resolve()}"


def _kept_secret(var: Path) -> str:
    """Answer the key kept in `var`; the first process to come makes it, readable by itself only."""
    file = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        key = secrets.token_urlsafe(48)
        out.write(key)
    return key
