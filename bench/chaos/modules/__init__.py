"""Private modules of the chaos flow; MODULES_DIR names this folder."""
