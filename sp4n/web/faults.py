"""What is written down of an error that nobody foresaw: what and where, never whose.

The text of an error may quote what somebody typed, or a whole row of a table; so it is kept only of
those kinds that speak of the code alone. Of the database's, the statement without its values.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError

ABOUT_CODE = (TypeError, AttributeError, NameError, ImportError, TemplateError)
MOST_CAUSES = 5


def told(error: BaseException) -> str:
    """The error and its causes, each with its frames."""
    return "\n".join(
        _words(one) + "\n" + "".join(traceback.format_tb(one.__traceback__))
        for one in list(_causes(error))[:MOST_CAUSES]
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _words(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, ABOUT_CODE):
        return f"{name}: {error}"
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return f"{name} {type(error.orig).__name__} {state} in {error.statement}"
    return name
