"""A database of any size at COPY speed: what the application would have written, much faster.

`database.built` gives the URLs of one; it is kept and found again by its size.
"""
