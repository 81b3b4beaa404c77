# Everything lives in tasks.py, which also runs where there is no make (`python tasks.py maps`).
PYTHON ?= python3

.PHONY: maps atlas test check samples bench qgis docs layers lock audit-deps clean
maps atlas test check samples bench qgis docs layers lock audit-deps clean:
	@$(PYTHON) tasks.py $@
