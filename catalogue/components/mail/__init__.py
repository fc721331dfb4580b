"""Providers of the kind `mail`."""
