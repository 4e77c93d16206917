"""Append-only: who did what, where, when."""
