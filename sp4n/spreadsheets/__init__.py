"""What people's spreadsheets say: read into plain tables, and written back with remarks. Knows
neither pages nor tables of the database."""
