"""A secret that both sides of a webhook keep, with its successor."""

from datetime import datetime

from sqlalchemy.orm import Mapped


class SharedSecret:
    """A shared secret with a successor: while both are valid, both sign and both open."""

    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_until: Mapped[datetime | None]

    def secrets(self, now: datetime) -> list[str]:
        """Return the secrets that are valid now, the newest first."""
        old = self.old_secret if self.old_until and self.old_until > now else None
        return [self.secret, *([old] if old else [])]
