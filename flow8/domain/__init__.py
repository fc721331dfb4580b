"""What is true about flows and plays: no I/O, no clock, no database."""
