"""Providers of the kind `request`: HTTP to the outside."""
