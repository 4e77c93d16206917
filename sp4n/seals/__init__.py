"""Proof of history: what happened to cases, sealed in a chain per agency."""
