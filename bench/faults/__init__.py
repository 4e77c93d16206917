"""Faults: the real house is hurt while people file and answer, and the database is read afterwards.

`python -m bench.faults` does what `registry` lists, prints a table, writes bench/out/faults.json;
ONLY=<name> takes one fault, SCALE=full the sizes of the goals. Everything is on the loopback, in a
DATA_DIR of its own that is gone afterwards.
"""
