"""Steps that speak HTTP."""
