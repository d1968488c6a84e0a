"""The one Flask-SQLAlchemy object; its connections come from the engine's store."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from web.app.tables import metadata


class Database(SQLAlchemy):
    """Flask-SQLAlchemy over the database that the engine has opened, so both share one pool."""

    def _make_engine(
        self,
        bind_key: str | None,
        options: dict[str, Any],
        app: Flask,
    ) -> sa.Engine:
        database: sa.Engine = app.extensions["peyvand"].database
        return database


db = Database(metadata=metadata)
