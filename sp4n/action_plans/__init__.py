"""Action plans: what an agency will do for its complaints, made of the national road map."""
