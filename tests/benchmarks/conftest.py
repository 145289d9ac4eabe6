"""The scripts of this folder are run, not collected."""

collect_ignore_glob = ["*.py"]
