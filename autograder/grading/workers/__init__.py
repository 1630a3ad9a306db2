"""A class graded side by side.

Reading order: kit, parcel and packing (what travels to a worker and back), worker (what it does with it), executors and
dask_cluster (where it works), memory (which is given back), interrupts (how a run is stopped).
"""
