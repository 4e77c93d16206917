"""Citizens' door: the national front page and one agency's branded pages."""
