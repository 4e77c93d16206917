"""What staff keep at hand to get through many cases: reply templates, saved views, and acts on many
cases at once."""
