"""What every template can reach: who is here, languages, addresses of assets, small helpers."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from web import accounts
from web.accounts import policy
from web.app.services import settings
from web.forms import form_page
from web.i18n import localizer
from web.i18n.habits import habit
from web.i18n.labels import label
from web.i18n.process_texts import process_sentence, process_text, process_value

STATIC = Path(__file__).parents[2] / "static"
TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "i", "li",
    "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    "div", "span", "dl", "dt", "dd", "small", "sub", "sup",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def install(app: Flask) -> None:
    """Give templates their helpers."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        process_text=process_text,
        habit=habit,
        process_sentence=process_sentence,
        process_value=process_value,
        in_field=lambda value, kind="": form_page.reader().text(value, kind),
        moment_parts=lambda value, kind: form_page.reader().parts(value, kind),
        sign=localizer.sign,
        markdown=markdown,
        safe_html=safe_html,
        bdi=localizer.bdi,
    )
    app.context_processor(_names)
    app.jinja_env.globals.update(
        comma=localizer.comma,
        jalali=localizer.jalali,
        label=label,
        step_name=step_name,
        asset=asset,
        can=can,
        with_query=with_query,
    )


def markdown(text: Any) -> Markup:
    """Return Markdown as HTML that runs nothing: no raw HTML, then cleaned."""
    return safe_html(_markdown.render(str(text or "")))


def safe_html(text: Any) -> Markup:
    """Return HTML without scripts, styles and foreign addresses of images."""
    cleaned = clean(
        str(text or ""), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "tel"},
    )  # fmt: skip
    return Markup(cleaned)  # noqa: S704 - cleaned just now


def asset(name: str) -> str:
    """Return the address of a static file with its version in it."""
    return url_for("static", filename=name, v=_version(name))


def can(action: str, obj: Any = None) -> bool:
    """Return whether the reader may do this; decides which buttons are shown."""
    return policy.can(accounts.current(), action, obj)


def with_query(**changes: Any) -> str:
    """Return this page's address with other query parameters; None removes one."""
    query = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(request.endpoint or "inbox.show", **(request.view_args or {}), **kept)


def exists(name: str) -> bool:
    """Return whether the build made this static file."""
    return (STATIC / name).is_file()


@cache
def _version(name: str) -> str:
    file = STATIC / name
    return sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"


def _names() -> dict[str, Any]:
    return {
        "account": accounts.current(),
        "languages": localizer.LANGUAGES,
        "language": localizer.language(),
        "direction": localizer.direction(),
        "has_asset": exists,
        "refresh_seconds": settings().refresh_seconds,
        "presence_seconds": settings().presence_seconds,
    }


def step_name(step: Any) -> str:
    """Return the name of an element as drawn; the kind of an unnamed one."""
    name = step.element_name or ""
    return process_text(name) if name and name != step.element_id else label(step.type)
