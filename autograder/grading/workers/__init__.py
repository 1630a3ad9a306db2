"""A class graded side by side.

Reading order: chunks (what travels to a worker and back), executors and dask_cluster (where it is graded), preload and
memory (what all workers share), interrupts (how a run is stopped).
"""
