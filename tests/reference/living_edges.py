"""The plain twin of a network whose edges are changed, removed and added between runs: a list, walked spike by spike."""

import copy
import math

import numpy as np

DT = 0.1


class LivingEdges:
    """Edges as dictionaries; what is on its way is found by walking all spikes at every step.

    Parameters
    ----------
    trains : dict of int to list of int
        Steps in which each source emits.
    targets : list of int
        Neurons whose inputs are wanted.
    """

    def __init__(self, trains, targets):
        self.trains, self.targets = trains, targets
        self.edges, self.under_way, self.sent, self.step = [], [], [], 0
        self.rows = []
        self.last = dict.fromkeys(trains)

    def connect(self, projection, sources, targets, *, weight, delay, since=None, **values):
        """Add edges; values are one an edge. They carry what is under way over others and was emitted from step `since` on."""
        since = self.step if since is None else since
        sent = sorted({(step, edge["source"]) for _, edge, _, step in self.under_way if step >= since})
        for number, (source, target) in enumerate(zip(sources, targets, strict=True)):
            edge = {"projection": projection, "number": number, "source": int(source), "target": int(target)}
            own = {name: float(value[number]) for name, value in values.items()}
            start = {name: own[name] for name in ("x", "u") if name in own}
            edge |= own | {"weight": float(weight[number]), "delay": int(delay[number]), "since": since, "start": start}
            self.edges.append(edge)
            last = None
            for step in [step for step, source in sent if source == edge["source"]]:
                if step + edge["delay"] >= self.step:
                    interval = math.inf if last is None else (step - last) * DT
                    self.under_way.append([step + edge["delay"], edge, interval, step])
                last = step

    def of(self, projection):
        """Edges of a projection that are left, by number."""
        return {edge["number"]: edge for edge in self.edges if edge["projection"] == projection}

    def set(self, projection, number, name, value, since):
        """Give one edge another value, for spikes that are emitted from step `since` on."""
        edge = self.of(projection)[number]
        self._send(edge, since)
        edge[name] = value
        for one in (one for one in self.under_way if one[1] is edge and name == "delay"):
            one[0] = one[3] + value
        if self.step == 0 and name in edge["start"]:
            edge["start"][name] = value

    def remove(self, projection, number, since):
        """Drop one edge, and what is on its way over it and was emitted from step `since` on."""
        edge = self.of(projection)[number]
        self._send(edge, since)
        self.edges.remove(edge)
        self.under_way = [one for one in self.under_way if one[1] is not edge]

    def _send(self, edge, before):
        """Have an edge transmit what was emitted before a step, though it arrives later."""
        for one in [one for one in self.under_way if one[1] is edge and one[3] < before]:
            self.under_way.remove(one)
            self.sent.append((one[0], int(edge["weight"] < 0), edge["target"], _sent(edge, one[2])))

    def after(self, before):
        """Edges as they will be when what was emitted before a step has been transmitted."""
        twin = copy.deepcopy(self)
        for edge in twin.edges:
            twin._send(edge, before)
        return twin

    def reset(self):
        """Go back to step zero with the edges that are left."""
        self.step, self.under_way, self.sent, self.rows = 0, [], [], []
        self.last = dict.fromkeys(self.trains)
        for edge in self.edges:
            edge |= edge["start"] | {"since": 0}

    def run(self, n_steps):
        """Advance; `rows` gets what arrives at each target in each step, excitatory and inhibitory."""
        for step in range(self.step, self.step + n_steps):
            arriving = np.zeros((2, len(self.targets)))
            for one in [one for one in self.under_way if one[0] == step]:
                self.under_way.remove(one)
                _, edge, interval, _ = one
                sent = _sent(edge, interval)
                arriving[int(edge["weight"] < 0), self.targets.index(edge["target"])] += sent
            for _, sign, target, value in [one for one in self.sent if one[0] == step]:
                arriving[sign, self.targets.index(target)] += value
            self.rows.append(arriving)
            for source, train in self.trains.items():
                if step in train:
                    self._emit(source, step)
        self.step += n_steps

    def _emit(self, source, step):
        last, self.last[source] = self.last[source], step
        for edge in (edge for edge in self.edges if edge["source"] == source):
            is_known = last is not None and last >= edge["since"]
            self.under_way.append([step + edge["delay"], edge, (step - last) * DT if is_known else math.inf, step])


def _sent(edge, interval):
    """What one spike brings; short-term plasticity as Maass & Markram 2002 have it."""
    if "x" not in edge:
        return edge["weight"]
    if interval < math.inf:
        x, u = edge["x"], edge["u"]
        edge["x"] = 1.0 + (x - x * u - 1.0) * math.exp(-interval / edge["tau_rec"])
        fac = edge["tau_fac"]
        edge["u"] = edge["U"] + u * (1.0 - edge["U"]) * math.exp(-interval / fac) if fac > 0 else edge["U"]
    return edge["x"] * edge["u"] * edge["weight"]
