"""Why demo data is not loaded."""

from __future__ import annotations

from sp4n.config import ConfigurationError


class DemoRefused(ConfigurationError):
    """One line; nothing has been changed."""
