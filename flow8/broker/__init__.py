"""The bell between doors and workers: MongoDB holds every play, the broker only says that one is due.

Senders open a `Bell` with `open_bell`, workers a Dramatiq broker with `open_broker`. Messages carry a
play's id and nothing else; a lost one is rung again by the sweep.
"""
