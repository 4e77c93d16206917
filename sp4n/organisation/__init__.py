"""Units of an agency."""
