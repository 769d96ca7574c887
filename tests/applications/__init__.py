"""What an application promises, tried on a real host: deployed, reached, used, backed up, destroyed, restored.

These tests take minutes and packages that `countynet mirror make` has fetched: `make test-apps` runs them, `make test`
does not.
"""
