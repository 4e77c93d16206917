"""Uploads: checking, cleaning, storing and serving them."""
