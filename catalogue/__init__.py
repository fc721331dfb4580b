"""Everything flows are made of: one file for each module and each component; they see the kit only."""
