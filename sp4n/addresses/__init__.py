"""An agency's own addresses: renamed without losing anybody, and domains of its own."""
