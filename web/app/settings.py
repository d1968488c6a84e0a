"""Settings from the environment, read once at start; nothing else reads os.environ."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from engine.limits import FIXED, Limits, Retention

# An empty variable is as if not set, as files of containers write it; here it switches off.
EMPTY_IS_OFF = frozenset({"rate_limit"})
Numbers = TypeVar("Numbers", Limits, Retention)


def _secret(default: str = "") -> Any:
    return field(default=default, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Names in the environment: PEYVAND_ and the name in capitals.

    Switches are on with 1, true, yes or on. Lists are written with commas.
    """

    # -- where things are
    database_url: str = "sqlite:///var/peyvand.sqlite3"  # also DATABASE_URL; or postgresql://…
    var: Path = Path("var")  # folder for what this machine keeps: the SQLite file, the secret key
    public_url: str = "http://localhost:8080"  # as people reach us; https makes cookies Secure
    proxies: int = 0  # reverse proxies before us; so many X-Forwarded-… entries are believed
    secret_key: str = _secret()  # signs cookies and links; empty: made once and kept in `var`
    # keys of links for people outside, "new=secret, old=secret": the first signs, all are read;
    # empty: one that follows from secret_key
    link_keys: str = _secret()

    # -- what people see
    time_zone: str = "UTC"  # of the company; times are shown in it
    default_locale: str = "en"  # for whoever has not chosen: en, fa or lt

    refresh_seconds: int = 60  # how often an open inbox looks for new tasks
    presence_seconds: int = 20  # how often an open task looks who else is at it

    # -- messages to customers
    smtp_url: str = _secret()  # also SMTP_URL; smtp:// or smtps://; empty: into the outbox
    mail_from: str = "crm@localhost"  # the sender's address
    webhook_url: str = ""  # adapter that gets contacts on other channels (contact.requested)
    webhook_secret: str = _secret()  # shared with the adapter, whsec_…

    # -- signing in
    session_hours: int = 12  # how long a browser stays signed in
    sign_in_failures: int = 10  # in a quarter of an hour; then each next try waits longer
    basic_auth: bool = False  # whether the API takes user name and password (HTTP Basic) too
    oidc_issuer: str = ""  # address of the OpenID Connect provider; empty: no such button
    oidc_client_id: str = ""  # our name there
    oidc_client_secret: str = _secret()  # our password there; empty for a public client
    oidc_name: str = "OpenID"  # what the button says: "Sign in with …"
    oidc_scope: str = "openid profile email"  # what we ask for; add "groups" if yours needs it
    oidc_groups_claim: str = "groups"  # which claim lists the person's groups
    oidc_groups: str = ""  # theirs=ours, e.g. "crm-care=care_agent,crm-ops=role:operator"

    # -- the API
    rate_limit: str = "12000 per minute"  # requests of one caller; empty: as many as they like
    rate_storage: str = "memory://"  # database:// counts for all processes; redis://… with redis
    cors_origins: str = ""  # sites whose pages may call the API with a token; commas
    webhooks_private: bool = False  # outgoing webhooks may go to http:// and to our own network
    webhook_keep_days: int = 30  # how long finished deliveries are kept

    # -- operations
    log_format: str = "text"  # or json: one object per line
    log_level: str = "INFO"  # DEBUG, INFO, WARNING or ERROR
    access_log: bool = True  # a line per request: method, route, status, time; nobody's data
    clock_control: bool = False  # for tests: clients may pin the clock of the engine
    metrics_public: bool = False  # whether /metrics is open; else a token of an operator is needed

    # PEYVAND_LIMIT_… and PEYVAND_KEEP_… with the names of engine/limits.py in capitals
    limits: Limits = field(default_factory=Limits)  # what one request or process may take
    retention: Retention = field(default_factory=Retention)  # how long what is over is kept

    @property
    def secure(self) -> bool:
        """Return whether people reach us over https: cookies get Secure and the __Host- prefix."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; a missing secret key is made once and kept in `var`.

        Raises ValueError with the variable's name for what cannot be read.
        """
        given = os.environ if environ is None else environ
        values = {
            each.name: _read(f"PEYVAND_{each.name.upper()}", text, type(each.default))
            for each in fields(cls)
            if (text := given.get(f"PEYVAND_{each.name.upper()}"))
            or (text is not None and each.name in EMPTY_IS_OFF)
        }
        var = values.setdefault("var", Path("var"))
        for plain in ("database_url", "smtp_url"):
            if given.get(plain.upper()):
                values[plain] = given[plain.upper()]
        values.setdefault("database_url", _file_database(var))
        if "secret_key" not in values:
            values["secret_key"] = _kept_secret(var)
        values["limits"] = _numbers(Limits, "PEYVAND_LIMIT_", given)
        values["retention"] = _numbers(Retention, "PEYVAND_KEEP_", given)
        return cls(**values)


def _numbers(kind: type[Numbers], prefix: str, given: Mapping[str, str]) -> Numbers:
    """Read those of the numbers that are set; a misspelt name is refused, not passed over."""
    names = {
        f"{prefix}{each.name.upper()}": each for each in fields(kind) if each.name not in FIXED
    }
    for name in given:
        if name.startswith(prefix) and name not in names:
            raise ValueError(f"{name}: no such setting; there are {', '.join(names)}")
    values: dict[str, Any] = {
        each.name: _number(name, given[name], each.default)
        for name, each in names.items()
        if given.get(name)
    }
    return kind(**values)


def _number(name: str, text: str, default: object) -> float:
    if isinstance(default, float):
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):
            raise ValueError(f"{name}: a number above zero is needed, not “{text}”")
        return number
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ValueError(f"{name}: a whole number above zero is needed, not “{text}”")
    return int(text)


def _read(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in _SWITCH:
            raise ValueError(f"{name}: say on or off, not “{text}”")
        return _SWITCH[text.lower()]
    if kind is int:
        if not text.isascii() or not text.isdecimal():
            raise ValueError(f"{name}: a whole number is needed, not “{text}”")
        return int(text)
    return Path(text) if issubclass(kind, Path) else text


_SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off"), False
)


def _file_database(var: Path) -> str:
    return f"sqlite:///{(var / 'peyvand.sqlite3').resolve()}"


def _kept_secret(var: Path) -> str:
    """Return the key kept in `var`; the first process to come makes it, readable by itself only."""
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
