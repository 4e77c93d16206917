"""People, roles, permissions, sign-in."""
