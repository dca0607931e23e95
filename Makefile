# Every target sets up what it needs: a virtual environment with the locked dependencies.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check calibrations bench lock clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.product: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.product requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/.product  ## Grade three candidates with the embedded judge; six scorecards from their author's verdicts
	$(BIN)/grader models fetch qwen2.5-coder-1.5b
	$(BIN)/grader grade examples/medical_office_manager --candidate c02 --candidate c07 --candidate c11 \
	  --ledger runs/demo/ledger.db --report runs/demo/report.html || test $$? -eq 3
	@echo "Whole assessments of six invented candidates. Their verdicts are the author's: no judge is asked."
	$(BIN)/grader grade examples/complete_assessment --judge scripted:examples/verdicts.csv \
	  --ledger runs/demo/assessments.db --quiet || test $$? -eq 3
	$(BIN)/grader scorecard --ledger runs/demo/assessments.db --out runs/demo/scorecards \
	  --csv runs/demo/candidates.csv --xlsx runs/demo/candidates.xlsx --explain runs/demo/explanations

calibrations: $(VENV)/.product  ## Calibrate the embedded judge on the shipped sets anew (about an hour)
	$(BIN)/grader models fetch qwen2.5-coder-1.5b
	for set in calibration_sets/*/; do \
	  $(BIN)/grader calibrate $$set --agreement 0.8 --confidence 0.9 --ship --ledger runs/calibrations.db || exit; \
	done

bench: $(VENV)/.dev  ## Run us and others side by side (needs an idle machine; ARGS=--quick to see that it runs)
	$(BIN)/python -m eval.bench $(ARGS)

test: $(VENV)/.dev  ## Run the tests
	$(BIN)/grader models fetch smollm2-135m
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.dev  ## Lint, types, import contracts, rubrics and prompts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/grader check

lock: $(VENV)/.dev  ## Resolve the dependencies anew and write both lock files
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock --upgrade --extra build
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements-dev.lock --upgrade --extra build --extra postgresql --extra ray --extra dev
	for peer in eval/bench/peers/requirements/*.in; do \
	  $(BIN)/uv pip compile $$peer --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	    --no-emit-find-links --upgrade --output-file $${peer%.in}.txt || exit; \
	done

clean:  ## Remove the environment and caches
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
