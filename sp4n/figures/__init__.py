"""Rolled-up counts and histograms, written in the transaction that changes a case."""
