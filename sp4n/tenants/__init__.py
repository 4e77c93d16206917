"""The wall: agencies, the scope of a request, and the only way past it."""
