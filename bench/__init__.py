"""`./flow8core bench`: what flow8 costs on this machine, measured beside the same work without flow8.

It stands outside the stairs: it uses flow8 from outside like any client, starts bare programs beside it, and
reads MongoDB to count. Nothing imports it but the command.
"""
