# The two commands that matter: `make train` and `make test`. Each sets up what it needs, once.
# On Windows, use the pip lines in README.md.

PYTHON ?= python3
VENV := .venv
# Tests run in as many processes as there are cores, at most four: each holds Keras and JAX.
PYTEST := -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal
PIP = $(1)/bin/python -m pip --disable-pip-version-check install --quiet --constraint $(or $(2),constraints.txt)

.DELETE_ON_ERROR:
.PHONY: train page kit docs test coverage mutants lint types test-backends test-judges weights judges clean
.PHONY: bench-fit bench-epoch bench-time bench-inference bench-images bench-reading bench-serving bench-batch bench-growth
.PHONY: bench-accuracy bench

train: $(VENV)/.train
	$(VENV)/bin/tendigits train

# A page to write digits on, in the browser.
page: $(VENV)/.serve
	$(VENV)/bin/tendigits serve --open

# A folder for a class without internet; for other computers than this: PLATFORM=win_amd64 PYTHON_VERSION=3.12.
kit: $(VENV)/.train
	$(VENV)/bin/python tools/kit.py --platform $(PLATFORM) --python $(PYTHON_VERSION)

# The book, docs/_build/html/index.html: its notebooks are run anew where they changed, and every link is followed.
docs: $(VENV)/.docs
	$(VENV)/bin/python -m sphinx --builder html --fail-on-warning --keep-going --quiet --jobs auto docs docs/_build/html \
	  || { rm -rf docs/_build; exit 1; } # what was built is not built again, and its warnings would not come again
	$(VENV)/bin/python tools/check_links.py docs/_build/html

test: $(VENV)/.dev
	$(VENV)/bin/python $(PYTEST) $(PYTEST_ARGS)

# Which lines no test runs: half as long again as `make test`.
coverage: $(VENV)/.dev
	$(VENV)/bin/python $(PYTEST) --cov --cov-report=term-missing:skip-covered $(PYTEST_ARGS)

# What no test would notice: each mutant of data, weights and inference is tested. An hour on two cores; broken off, it
# goes on where it was.
mutants: $(VENV)/.mutants
	$(VENV)/bin/python tools/mutants.py run $(MUTANTS)
	$(VENV)/bin/python tools/mutants.py results

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/.dev
	$(VENV)/bin/mypy

# TensorFlow has an environment of its own: half a gigabyte that nobody else needs.
test-backends: .venv-tensorflow/.dev
	KERAS_BACKEND=tensorflow .venv-tensorflow/bin/python $(PYTEST) -m backends $(PYTEST_ARGS)

# So has PyTorch, which the networks that cut lines are trained with.
test-judges: .venv-judges/.judges
	.venv-judges/bin/python -m pytest tests/segmentation/test_frames_training.py $(PYTEST_ARGS)

bench-fit: $(VENV)/.train .venv-bench/.bench
	$(VENV)/bin/python benchmarks/fit.py --peers .venv-bench/bin/python

bench-epoch: $(VENV)/.train
	$(VENV)/bin/python benchmarks/epoch.py

bench-time: $(VENV)/.train
	$(VENV)/bin/python benchmarks/time_to_accuracy.py

bench-inference: .venv-bench/.bench
	.venv-bench/bin/python benchmarks/inference.py

bench-images: $(VENV)/.dev
	$(VENV)/bin/python benchmarks/image_fuzz.py

bench-reading: $(VENV)/.dev
	$(VENV)/bin/python benchmarks/handwriting.py $(FOLDERS)

bench-serving: $(VENV)/.dev .venv-litserve/.bench .venv-bentoml/.bench
	$(VENV)/bin/python benchmarks/serving.py --litserve .venv-litserve/bin/python --bentoml .venv-bentoml/bin/python

bench-batch: $(VENV)/.dev .venv-judges/.judges
	$(VENV)/bin/python benchmarks/batch.py --torch .venv-judges/bin/python

bench-growth: $(VENV)/.train
	$(VENV)/bin/python benchmarks/growth.py

# 40 minutes on two cores.
bench-accuracy: $(VENV)/.train
	$(VENV)/bin/python benchmarks/accuracy.py

# All of these, one after the other, and benchmarks/RESULTS.md: hours. Broken off, it goes on at the next one.
bench: $(VENV)/.train
	$(VENV)/bin/python benchmarks/all.py $(BENCH_ARGS)

# The weights that ship and their model card: an hour on two cores.
weights: $(VENV)/.train
	$(VENV)/bin/python tools/weights.py

# The two networks that cut lines: an hour on two cores.
judges: .venv-judges/.judges
	cd tools && ../.venv-judges/bin/python -m segmentation.train

clean:
	rm -rf docs/_build mutants $(VENV) .venv-tensorflow .venv-bench .venv-judges .venv-litserve .venv-bentoml

# A stamp file stands for an installed set of extras: nothing is done again while pyproject.toml and constraints.txt
# stay as they are.
$(VENV)/.train: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing tendigits into $(VENV)"
	$(call PIP,$(VENV)) --editable '.[train,serve]'
	@touch $@ $(VENV)/.serve

$(VENV)/.serve: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing tendigits and what its server needs into $(VENV)"
	$(call PIP,$(VENV)) --editable '.[serve]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.train
	@echo "installing the tools for tests into $(VENV)"
	$(call PIP,$(VENV)) --editable '.[train,serve,dev]'
	@touch $@ $(VENV)/.train $(VENV)/.serve

# After .train, and not whenever it is newer: what tests need touches it, too.
$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/.train
	@echo "installing what the book is made with into $(VENV)"
	$(call PIP,$(VENV)) --editable '.[train,docs]'
	@touch $@

$(VENV)/.mutants: pyproject.toml constraints.txt | $(VENV)/.dev
	$(call PIP,$(VENV)) --editable '.[train,serve,dev,mutants]'
	@touch $@

.venv-tensorflow/.dev: pyproject.toml constraints.txt | .venv-tensorflow/bin/python
	@echo "installing tendigits with TensorFlow into .venv-tensorflow"
	$(call PIP,.venv-tensorflow) --editable '.[train,tensorflow,serve,dev]'
	@touch $@

.venv-judges/.judges: pyproject.toml constraints.txt | .venv-judges/bin/python
	@echo "installing PyTorch into .venv-judges"
	$(call PIP,.venv-judges) --editable '.[train]' torch pytest
	@touch $@

.venv-bench/.bench: pyproject.toml constraints.txt | .venv-bench/bin/python
	@echo "installing the peers to compare with into .venv-bench"
	$(call PIP,.venv-bench) --editable '.[train,tensorflow,bench]'
	@touch $@

.venv-litserve/.bench: pyproject.toml constraints.txt | .venv-litserve/bin/python
	@echo "installing LitServe, to compare with, into .venv-litserve"
	$(call PIP,.venv-litserve) --editable '.[bench-litserve]'
	@touch $@

# BentoML needs other versions of some packages than are tested together.
.venv-bentoml/.bench: pyproject.toml benchmarks/peers/bentoml-constraints.txt | .venv-bentoml/bin/python
	@echo "installing BentoML, to compare with, into .venv-bentoml"
	$(call PIP,.venv-bentoml,benchmarks/peers/bentoml-constraints.txt) --editable '.[bench-bentoml]'
	@touch $@

%/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tendigits needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $* || { rm -rf $*; exit 1; }
