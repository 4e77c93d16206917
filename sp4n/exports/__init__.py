"""Everything that an agency owns, taken out as one file."""
