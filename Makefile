# `make run` starts the app, `make test` passes the tests. Each makes its own virtual environment;
# all they need is Python 3.11 or later. PYTHON=/path/to/python chooses one.

CANDIDATES ?= python3.11 python3.12 python3.13 python3

# The first candidate that starts and is new enough; the oldest first, because tests are complete there.
FIND = for name in $(CANDIDATES); do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v "$$name"; break; }; done
PYTHON ?= $(shell $(FIND))

.PHONY: help run run-full test clean
.DELETE_ON_ERROR:

help:
	@echo "make run       start the app with everything it needs"
	@echo "make run-full  start PostgreSQL, Valkey, S3, RabbitMQ, Cassandra, and the app on them"
	@echo "make test      run all checks and tests"
	@echo "make clean     remove what these made (the app's data stays)"

run: .venv/ready
	.venv/bin/instagram serve

# The servers of the tests, with the programs that the machine has; nothing of it is kept.
run-full: .venv-full/ready
	.venv-full/bin/python -m tests.servers

test: .venv-test/ready
	.venv-test/bin/tox

clean:
	rm -rf .venv .venv-full .venv-test .tox .mypy_cache .ruff_cache .pytest_cache

# Editable, so that only a change of pyproject.toml needs another installation.
.venv/ready: pyproject.toml
	$(call make-environment,.venv)
	.venv/bin/python -m pip install --quiet --editable '.[embedded]'
	@touch $@

.venv-full/ready: pyproject.toml
	$(call make-environment,.venv-full)
	.venv-full/bin/python -m pip install --quiet --editable '.[test]'
	@touch $@

.venv-test/ready: pyproject.toml
	$(call make-environment,.venv-test)
	.venv-test/bin/python -m pip install --quiet 'tox>=4.30'
	@touch $@

define make-environment
@test -n "$(PYTHON)" || { \
	echo "Python 3.11 or later was not found; install it, or say where it is: make PYTHON=/path/to/python" >&2; \
	exit 1; }
@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) cannot make virtual environments; on Debian: sudo apt install python3-venv" >&2; \
	exit 1; }
"$(PYTHON)" -m venv $(1)
endef
