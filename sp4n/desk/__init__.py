"""Staff's door: the cases of one agency, and its settings under /kelola/."""
