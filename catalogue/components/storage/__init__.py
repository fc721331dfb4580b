"""Providers of the kind `storage`: the company's files."""
