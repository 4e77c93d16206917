"""Invented data for trying the house out: agencies, people, cases. Refused in production."""

from sp4n.demo.loading import load
from sp4n.demo.marks import demo_data_is_in

__all__ = ["demo_data_is_in", "load"]
