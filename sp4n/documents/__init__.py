"""The register of an agency's signed documents: what it must have, what is there, what runs out."""
