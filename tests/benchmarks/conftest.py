"""The scripts of this folder are run, not collected."""

collect_ignore_glob = ["bench*.py", "measuring.py", "pandas_draws.py", "rows_*.py"]
