"""Reporters who show by a mailed link whose address it is, and find their own reports."""
