"""Providers behind modules, by kind; each keeps its kind's protocol and passes its conformance tests."""
