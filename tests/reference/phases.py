"""Phases of activity as their definition reads: one gap between spikes after the other, in plain Python."""


def naive_phases(spikes, window, n_nodes, *, dense, quiet, shortest, burst_share, local_share):
    """List of [kind, start, stop] from a list of (time, node) inside the window."""
    spikes = sorted(spikes)
    start, stop = window
    mean = (stop - start) / max(len(spikes), 1)
    borders = [start, *(t for t, _ in spikes), stop]
    runs = []
    for k in range(len(borders) - 1):
        length = borders[k + 1] - borders[k]
        between = 0 < k < len(borders) - 2
        if between and length < max(dense * mean, shortest):
            kind = "dense"
        elif not spikes or length > quiet * mean:
            kind = "quiescent"
        else:
            kind = "mixed"
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(k)
        else:
            runs.append([kind, [k]])
    named = []
    for kind, gaps in runs:
        if kind == "dense":
            nodes = {spikes[k][1] for k in range(gaps[0] - 1, gaps[-1] + 1)}
            share = len(nodes) / n_nodes
            kind = "mixed" if share < local_share else "localised" if share < burst_share else "bursting"
        if named and named[-1][0] == kind:
            named[-1][1] += gaps
        else:
            named.append([kind, list(gaps)])
    found = [[kind, borders[gaps[0]], borders[gaps[-1] + 1], gaps] for kind, gaps in named]
    if found[-1][1] == stop:
        found.pop()
    return found
