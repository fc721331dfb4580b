"""The ports of channels: which are open, and how each kind speaks."""
