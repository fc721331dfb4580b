"""Watches over one program for `flow8.kit.child`, in processes of its own that import nothing of ours.

The first process (`main`) puts up walls where the kernel lets it and starts a second one. That one (`watch`)
starts the program in a session of its own, under limits, and tells on standard output how it ended. Standard
input is the lifeline: when whoever asked is gone it ends, and everything with it.

Nothing survives: the program's group is killed at once; what left the group comes back to the first process,
which kills it; and in a PID namespace the kernel kills all when the second process ends.

The package is imported under two names, as part of the kit and alone by a bare Python that has no
site-packages and starts within milliseconds. Hence the relative imports.
"""
