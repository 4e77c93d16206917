"""National reference data: rule sets with citation and date, categories."""
