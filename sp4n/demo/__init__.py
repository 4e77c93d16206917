"""Invented data for trying the house out: agencies, people, cases. Refused in production."""
