"""Modules that steer a play: wait, stop, fail, play another flow."""
