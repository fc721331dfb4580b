"""Performs plays: accepts them, leases them, runs their flowlets, rescues what was left behind."""
