"""Working days, and dates as people write them."""
