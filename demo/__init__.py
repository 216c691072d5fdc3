"""Loads the demo bank into a running Odoo, through its public doors only."""
