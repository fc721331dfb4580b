"""How records are shown as JSON: one file for each resource, moments left to the door's JSON."""
