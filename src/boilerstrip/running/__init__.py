"""How a run is carried out: work in processes, progress that survives a kill; not what is decided about a text."""
