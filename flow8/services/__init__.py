"""What someone can ask of flow8: each function checks a right, acts for one company, and audits changes."""
