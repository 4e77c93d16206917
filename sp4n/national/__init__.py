"""Coordinators' door: every agency, overseen."""
