# The thin face: every target is one command over .venv, which is made on the first call.
# PYTHON= chooses the interpreter, PORT= moves the demo, ARGS= goes through to the command,
# CHAOS= the size of make chaos.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
CHAOS ?= nightly
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command "make lock" $(ARGS)
.DEFAULT_GOAL := help
# Of the chaos tests: what waits longest begins first, so that nothing is left to wait for.
LONGEST = $(addprefix tests/chaos/test_,redis.py failpoints.py celery.py outage.py together.py)
.PHONY: help demo dev test test-access test-year check chaos chaos-small bench-mail bench-api coverage mutation lock new-enough-python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: .venv/.installed-demo ## Start everything with demo data; PORT=8001 moves it
	@$(BIN)/python manage.py demo --port "$(PORT)" $(ARGS)

dev: .venv/.installed-test ## As demo, with DEBUG, reloading and the log on the screen
	@$(BIN)/python manage.py demo --port "$(PORT)" --dev $(ARGS)

test: .venv/.installed-test ## All tests, on SQLite and on PostgreSQL; ARGS="-k reminder"
	@$(BIN)/python -m scripts.test $(ARGS)

test-year: .venv/.installed-test ## A whole year of one network through the browser; a part of make test
	@$(BIN)/python -m scripts.test --once tests/year $(ARGS)

check: .venv/.installed-test ## Style, types, layers, migrations, production settings
	@$(BIN)/python -m scripts.check $(ARGS)

test-access: .venv/.installed-test ## Who reaches what, over every address; a part of make test
	@$(BIN)/python -m scripts.test -m access tests/access $(ARGS)

chaos-small: .venv/.installed-test ## Kill real senders, Redis and databases; a part of make test
	@$(BIN)/python -m scripts.test --once $(LONGEST) tests/chaos -n 4 --dist load --maxschedchunk 1 $(ARGS)

chaos: .venv/.installed-test ## The same for the night: 10,000 mails, 200 kills; CHAOS=middle for minutes
	@CHAOS=$(CHAOS) $(BIN)/python -m scripts.test --once tests/chaos $(ARGS)

bench-mail: .venv/.installed-test ## Measure the morning mail against raw SMTP; ARGS=--quick
	@$(BIN)/python -m benchmarks.mail $(ARGS)

bench-api: .venv/.installed-test ## Measure lists, writes and the status report against bare WSGI; ARGS=--quick
	@$(BIN)/python -m benchmarks.api $(ARGS)

coverage: .venv/.installed-test ## Every branch of the planner and the sender, by their own tests
	@$(BIN)/python -m scripts.coverage $(ARGS)

mutation: .venv/.installed-test .venv/.installed-mutation ## Make planner and sender wrong, line by line: tests must notice (hours; ARGS="--sample 150")
	@nice -n 19 $(BIN)/python -m scripts.mutation $(ARGS)

lock: .venv/.installed-test ## Write requirements/*.txt again; ARGS=--upgrade takes new versions
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/uv.txt
	$(COMPILE) pyproject.toml --extra demo --extra test --output-file requirements/test.txt
	$(COMPILE) pyproject.toml --extra demo --constraints requirements/test.txt --output-file requirements/demo.txt
	$(COMPILE) pyproject.toml --constraints requirements/test.txt --output-file requirements/production.txt
	$(COMPILE) pyproject.toml --extra test --extra mutation --constraints requirements/test.txt --output-file requirements/mutation.txt
	$(COMPILE) requirements/uv.in --output-file requirements/uv.txt

new-enough-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not that. Install one, or name it: make demo PYTHON=python3.12" >&2; \
		exit 1; }

.venv/.installed-%: requirements/%.txt | new-enough-python
	@echo "Installing requirements/$*.txt into .venv (once; under a minute as a rule)"
	@$(PYTHON) scripts/install.py $*
	@touch $@
