# make run     the site, on http://127.0.0.1:8000 (SAMPLE=1 loads the sample first)
# make env     only the environment (.venv)
# make check   format, lint, types, migrations, layers
# make test    the tests, after building what they need (ARGS=tests/elfsite/jobs for a part)
# make lock    both requirement files anew from pyproject.toml

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BOOTSTRAP = $(or $(PYTHON),$(error Python 3.11 or newer is not installed)) elfsite/bootstrap.py
PY = .venv/bin/python
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: run env dev check test lock

run: env
	@exec $(PY) -m elfsite.serve $(if $(filter-out 0,$(SAMPLE)),--sample)

env:
	@$(BOOTSTRAP)

dev:
	@$(BOOTSTRAP) --dev

check: dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check
	.venv/bin/lint-imports

test: dev
	@$(PY) tests/run.py $(ARGS)

lock: dev
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.txt --constraints requirements.txt
	echo uv | $(COMPILE) - --output-file requirements-uv.txt
