"""The register of agencies: who they are, where they are, how they look, how they are found."""
