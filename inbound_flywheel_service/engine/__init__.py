# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Decisions as plain functions: no database, no environment, no state.

The models fetch in bulk, call these, and write in bulk.
"""
