"""Decrees that appoint who handles complaints: their wording, their members, the print."""
