"""Whose data it is: what is held about a reporter, taken along, corrected, removed; and
what goes by rule when its time is over."""
