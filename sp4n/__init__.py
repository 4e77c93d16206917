"""SP4N: one application, a portal of its own for every agency, one console for the nation."""
