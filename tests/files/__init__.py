"""The room of uploads, with real files made on the spot."""
