# What one can do here. `make` alone lists it; a target's help is the text after its `##`.
# A fresh machine needs python3 (3.11 or newer) with venv, make and the network: everything else is fetched into .uv/ and .venv/.

.DEFAULT_GOAL := help
.PHONY: help demo run test test-long check coverage format bench screenshots kafka-up kafka-down up down seed clean

unexport VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT := .venv

python := .venv/bin/python
synced := .venv/synced
peers := .venv/synced-peers
agency ?= so-noi-vu
# Two at a time, a file in one process: most of the time tests wait for brokers, databases and containers.
PARALLEL ?= -n 2 --dist loadfile --no-loadscope-reorder

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(synced) ## watch the year 2014 happen on this machine (DEMO_EXIT=1 ends it at once, PLAN=folder plays another plan)
	@$(python) -m tools.demo

run: $(synced) ## run the three services in one process; KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL, SMTP_URL replace embedded parts
	@$(python) -m services

test: $(synced) ## run every test that this machine can (TIENDO_REQUIRE=kafka,containers forbids those skips)
	$(python) -m pytest -m "not long" $(PARALLEL) $(ARGS)

test-long: $(synced) ## run the slow campaigns: the same promises with larger numbers
	$(python) -m pytest -m long $(ARGS)

check: $(synced) ## lint, format, types, import contracts, generated documents
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-cache
	$(python) -m tools.docs check

coverage: $(synced) ## run the unit tests and name every line and branch of a rule that none of them takes
	$(python) -m tools.rules_covered

format: $(synced) ## format the code and mend what ruff can mend
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

bench: $(peers) ## run the benchmarks, each beside what it compares to (ARGS="--only scoring" runs one)
	$(python) -m bench $(ARGS)

screenshots: $(synced) ## make the pictures of README.md from a real run
	$(python) -m tools.screenshots

kafka-up: ## start a real Apache Kafka without Docker (KAFKA_PORT, default 9092)
	@tools/kafka/kafka start

kafka-down: ## stop it
	@tools/kafka/kafka stop

up: ## build and start everything in containers, ready when it returns
	@docker compose up --detach --build --wait || { echo "make up: see the line above; HTTP_PORT and MAIL_PORT name other ports" >&2; exit 1; }
	@docker compose port proxy 8080 | sed 's|.*|the API is at http://&/docs, submissions go to http://&/v1/submissions|'
	@docker compose port maildev 1080 | sed 's|.*|mails are at http://&|'

seed: ## give the running containers the plan and contacts of 2014 and a key (agency=so-noi-vu)
	@deploy/seed $(agency)

down: ## stop the containers; their volumes stay (docker compose down --volumes removes them)
	docker compose down

clean: ## remove var/ with everything that runs from it
	@python3 -m tools.clean

# The stamp says that .venv holds what uv.lock asks for, so that a warm start costs nothing.
$(synced): uv.lock pyproject.toml
	@uv=$$(tools/bootstrap) && echo "fetching the packages that uv.lock names into .venv/, once" && "$$uv" sync --frozen && touch $@

# What benchmarks compare us to is large, and nothing else needs it.
$(peers): $(synced)
	@uv=$$(tools/bootstrap) && "$$uv" sync --frozen --inexact --group bench && touch $@
