"""Plain decisions of the flywheel: no environment, no database, tests of their own."""
