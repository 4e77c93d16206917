"""Embedded servers, and the process tree that `sp4n up` keeps alive.

A server (PostgreSQL, Redis) belongs to its DATA_DIR, not to the command that needed it first:
a `keeper` process holds it for as long as any command holds a lease.
"""
