"""Tests mirror the tree; house/ holds the rules, journeys/ real processes."""
