"""What the flywheel costs, each time as a ratio to core Odoo or to bare SQL."""
