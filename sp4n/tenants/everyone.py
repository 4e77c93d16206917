"""The only way past the wall: scopes that see every agency, read only.

Only the national level, its monitoring and campaigns, and the command line may import this; an
import contract says so.
"""

from __future__ import annotations

from sp4n.tenants.scope import Scope

NATIONAL = Scope("national")
