"""Whose data it is: what is held about a reporter, taken along, corrected, removed."""
