"""The settings of flow8: the ground that everything stands on."""
