"""Modules that write to people."""
