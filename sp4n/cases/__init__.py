"""The heart: cases, their states, what may be done with them. Knows no HTTP."""
