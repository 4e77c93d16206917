"""Figures of the house, each a ratio against a baseline taken in the same run.

`python -m bench` measures what `registry` lists, prints a table and writes bench/out/<name>.json.
ONLY=<name> measures one of them; SCALE=full takes the sizes that the goals are meant for.
A module of figures has one function, `measure(scale: Scale) -> list[Row]`.
"""
