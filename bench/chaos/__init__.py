"""Chaos: kill the processes of a flow8 under load by a seeded plan, and check from outside what it kept."""
