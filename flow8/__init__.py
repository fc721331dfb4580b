"""flow8: a self-hosted workflow platform that never loses work."""
