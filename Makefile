# Every command is carried out by the Python package `bootstrap`.
PYTHON ?= python3

COMMANDS = env demo test lint format bench db stop clean
.PHONY: help $(COMMANDS)

help:
	@echo "make demo    everything, up to a server with data  [PORT=8070]"
	@echo "make test    all tests                             [K=expression] [ARGS=...]"
	@echo "make lint    style checks; make format rewrites the files"
	@echo "make bench   benchmarks"
	@echo "make env     Odoo, OCA addons and PostgreSQL for development"
	@echo "make db      a new database with our addons        DB=name"
	@echo "make stop    stop the server and PostgreSQL"
	@echo "make clean   stop, and remove all that was made"
	@echo
	@echo "ODOO_PATH=... and PGHOST=... use an Odoo 19 or a PostgreSQL that you have."

export PORT ODOO_PATH DB K ARGS
$(COMMANDS):
	@$(PYTHON) -m bootstrap $@
