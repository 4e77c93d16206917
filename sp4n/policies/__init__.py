"""Rewards and sanctions: policies as rules, measured on cases, proposed, and decided."""
