# Everything is done by the Python package `bootstrap`; see README.rst.
PYTHON ?= python3
RUN = $(PYTHON) -m bootstrap

.PHONY: env
env:
	@$(RUN) $@
