"""Prepare and run Inbound Flywheel from a bare checkout, with nothing but Python.

``python3 -m bootstrap COMMAND`` is what the Makefile calls. Everything made here lives
in ``.run`` and ``.venv``; system packages alone are installed outside the checkout.
"""
