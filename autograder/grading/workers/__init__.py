"""A class graded side by side.

Reading order: kit and parcel (what travels to a worker and back), worker (what it does with it), executors and
dask_cluster (where it works), preload and memory (what all workers share), interrupts (how a run is stopped).
"""
