"""What staff keep at hand to get through many cases: reply templates."""
