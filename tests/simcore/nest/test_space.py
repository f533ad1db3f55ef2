"""Positions, ways between nodes, masks and the functions over them are NEST's; drawn scripts run on both."""

import numpy as np
import pytest

import simcore.nest as ours
from simcore.nest._layers import as_points
from simcore.nest._masks import inside_periodic

pytestmark = pytest.mark.usefixtures("fresh")


def plain(found):
    """Collections as ids, arrays and tuples as lists."""
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    if hasattr(found, "tolist"):
        return found.tolist()
    return [plain(one) for one in found] if isinstance(found, (list, tuple)) else found


def assert_same(script, theirs, seed):
    """Both give the same: numbers to 1e-12."""
    found = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        found.append(script(nest, np.random.default_rng(seed)))
    for (name, own), (_, expected) in zip(*found, strict=True):
        assert_equal(plain(own), plain(expected), name)


def assert_equal(own, expected, name):
    """Lists as long, numbers equal to 1e-12."""
    if isinstance(expected, list):
        assert len(own) == len(expected), name
        for one, other in zip(own, expected, strict=True):
            assert_equal(one, other, name)
    elif isinstance(expected, float):
        assert own == pytest.approx(expected, rel=0, abs=1e-12), name
    else:
        assert own == expected, name


def drawn_layer(nest, rng, d):
    """Nodes on a grid, or anywhere, in d dimensions, where space may repeat."""
    wraps = bool(rng.integers(2))
    kind = rng.integers(3)
    if kind == 0:
        shape = [int(k) for k in rng.integers(1, 6, d)]
        extent, center = rng.uniform(0.5, 3.0, d).tolist(), rng.uniform(-1.0, 1.0, d).tolist()
        return nest.Create("parrot_neuron", positions=nest.spatial.grid(shape, center, extent, wraps))
    places = rng.uniform(-1.3, 1.2, (int(rng.integers(2, 20)), d)).tolist()
    extent = None if kind == 1 else [3.0] * d
    return nest.Create("parrot_neuron", positions=nest.spatial.free(places, extent, wraps))


def ways(nest, rng):
    d = int(rng.integers(2, 4))
    nodes, others = drawn_layer(nest, rng, d), drawn_layer(nest, rng, d)
    places = rng.uniform(-2.0, 2.0, (5, d)).tolist()
    distance, pos = nest.spatial.distance, nest.spatial.pos
    yield from nodes.spatial.items()
    yield "GetPosition", nest.GetPosition(nodes)
    yield "Displacement from one", nest.Displacement(nodes[0], others)
    yield "Displacement onto one", nest.Displacement(others, nodes[0])
    yield "Displacement of pairs", nest.Displacement(others, others)
    yield "Displacement from a place", nest.Displacement(places[:1], others)
    yield "Distance", nest.Distance(nodes[0], others)
    yield "Distance from a place", nest.Distance(places[1:2], others)
    yield "distance", distance.apply(nodes[0], places)
    yield "distance.x", distance.x.apply(nodes[0], places)
    yield "distance.n", distance.n(2).apply(nodes[0], places)
    yield "pos.y", pos.y.apply(nodes)
    yield "pos.n", pos.n(0).apply(nodes)
    yield "ends", (nest.spatial.source_pos.y - 2.0 * nest.spatial.target_pos.x).apply(nodes[0], places)
    yield "FindNearestElement", nest.FindNearestElement(others, places)
    yield "FindNearestElement of one", nest.FindNearestElement(others, places[0])
    yield "FindNearestElement all", nest.FindNearestElement(others, places, find_all=True)


def selections(nest, rng):
    d = int(rng.integers(2, 4))
    nodes = drawn_layer(nest, rng, d)
    ball, box = ("circular", "rectangular") if d == 2 else ("spherical", "box")
    shape = rng.uniform(0.1, 0.24), rng.uniform(-0.5, 0.5, d).tolist()
    a = nest.CreateMask(ball, {"radius": float(shape[0])}, anchor=shape[1])
    b = nest.CreateMask(box, {"lower_left": [-0.2] * d, "upper_right": rng.uniform(-0.1, 0.05, d).tolist()})
    for name, mask in (("a", a), ("b", b), ("a | b", a | b), ("a & b", a & b), ("b - a", b - a)):
        for place in rng.uniform(-2.0, 2.0, (4, d)).tolist():
            yield name, nest.SelectNodesByMask(nodes, place, mask)


@pytest.mark.parametrize("script", [ways, selections])
@pytest.mark.parametrize("seed", range(25))
def test_space_is_that_of_nest(script, seed, theirs):
    assert_same(lambda nest, rng: list(script(nest, rng)), theirs, seed)


SHAPES = {
    "rectangular": ("lower_left", "upper_right", "azimuth_angle"),
    "circular": ("radius",),
    "doughnut": ("inner_radius", "outer_radius"),
    "elliptical": ("major_axis", "minor_axis", "azimuth_angle"),
    "box": ("lower_left", "upper_right", "azimuth_angle", "polar_angle"),
    "spherical": ("radius",),
    "ellipsoidal": ("major_axis", "minor_axis", "polar_axis", "azimuth_angle", "polar_angle"),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_points_lie_inside_masks_as_in_nest(kind, theirs):
    rng = np.random.default_rng(len(kind))
    d = 3 if kind in ("box", "spherical", "ellipsoidal") else 2
    for _ in range(6):
        long, short, third = np.sort(rng.uniform(0.2, 3.0, 3))[::-1].tolist()
        low = rng.uniform(-2.0, 0.0, d)
        azimuth, polar = rng.uniform(-200.0, 200.0, 2).tolist()
        known = {
            "lower_left": low.tolist(), "upper_right": (low + rng.uniform(0.2, 3.0, d)).tolist(), "radius": long,
            "inner_radius": short, "outer_radius": long, "major_axis": long, "minor_axis": short, "polar_axis": third,
            "azimuth_angle": azimuth, "polar_angle": polar,
        }  # fmt: skip
        specs, anchor = {name: known[name] for name in SHAPES[kind]}, rng.uniform(-1.0, 1.0, d).tolist()
        mask, oracle = ours.CreateMask(kind, specs, anchor), theirs.CreateMask(kind, specs, anchor)
        points = rng.uniform(*np.add(mask.bounds(), [[-0.3], [0.3]]), (200, d))
        inside = mask.inside(points)
        assert inside.tolist() == [oracle.Inside(point.tolist()) for point in points]
        assert mask.Inside(points[0].tolist()) == inside[0]
        assert 0 < inside.sum() < 200


def test_a_mask_lies_between_its_bounds():
    rng = np.random.default_rng(3)
    turned = ours.CreateMask(
        "ellipsoidal", {"major_axis": 3.0, "minor_axis": 2.0, "polar_axis": 1.0, "azimuth_angle": 40.0, "polar_angle": 70.0}
    )
    box = ours.CreateMask(
        "box", {"lower_left": [0.0, -1.0, -2.0], "upper_right": [1.0, 2.0, 0.5], "azimuth_angle": 33.0, "polar_angle": 20.0}
    )
    for mask in (turned, box, turned | box, turned & box, box - turned):
        points = rng.uniform(-4.0, 4.0, (50_000, 3))
        own = points[mask.inside(points)]
        low, high = mask.bounds()
        assert len(own) > 50
        assert (own >= low).all()
        assert (own <= high).all()
    for mask in (turned, box):
        low, high = mask.bounds()
        own = (lambda p, m: p[m.inside(p)])(rng.uniform(low, high, (400_000, 3)), mask)
        np.testing.assert_allclose([own.min(axis=0), own.max(axis=0)], [low, high], atol=0.12)


def test_an_image_inside_the_mask_counts_where_space_repeats():
    mask = ours.CreateMask("rectangular", {"lower_left": [0.5, -0.5], "upper_right": [2.4, 0.5]})
    ways, period = np.array([[0.9, 0.0], [-0.9, 0.0], [0.45, 0.0], [0.0, 0.9], [0.0, 2.1]]), np.array([2.0, 2.0])
    assert inside_periodic(mask, ways, period).tolist() == [True, True, False, False, True]
    large = ours.CreateMask("circular", {"radius": 5.0})
    assert inside_periodic(large, ways, period).all()
    beside = ours.CreateMask("circular", {"radius": 1.2}, anchor=[7.0, 0.0])
    assert inside_periodic(beside, np.array([[-0.95, 0.0], [0.0, 0.9]]), period).tolist() == [True, False]


@pytest.mark.parametrize("anchor", [None, [0, 0], [1, 0], [0, 1], [-1, -1], [1, 1]])
@pytest.mark.parametrize("wraps", [False, True])
def test_grid_masks_select_columns_and_rows_as_in_nest(anchor, wraps, theirs):
    def script(nest, rng):
        nodes = nest.Create("parrot_neuron", positions=nest.spatial.grid([4, 3], extent=[4.0, 3.0], edge_wrap=wraps))
        mask = nest.CreateMask("grid", {"shape": [2, 1]}, anchor=anchor)
        return [("grid", nest.SelectNodesByMask(nodes, place, mask)) for place in ([-0.4, 0.4], [-0.6, 0.6], [1.7, -1.2])]

    assert_same(script, theirs, 0)


def partners(nest, rng):
    nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 2], edge_wrap=True))
    others = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 3], extent=[2.0, 2.0]))
    for a, b, model in (
        (0, 1, "static_synapse"),
        (0, 3, "static_synapse"),
        (2, 3, "static_synapse"),
        (0, 3, "tsodyks2_synapse"),
    ):
        nest.Connect(nodes[a], others[b], syn_spec={"synapse_model": model, "weight": 2.25, "delay": 1.5})
    for model in (None, "static_synapse", "tsodyks2_synapse"):
        yield "targets", nest.GetTargetNodes(nodes, others, model)
        yield "sources", nest.GetSourceNodes(nodes, others[2:5], model)
        yield "places of targets", nest.GetTargetPositions(nodes[:3], others, model)
        yield "places of sources", nest.GetSourcePositions(nodes, others[3], model)
    yield "none", nest.GetTargetNodes(nodes[5], others)


def test_partners_are_found_as_in_nest(theirs):
    assert_same(lambda nest, rng: list(partners(nest, rng)), theirs, 0)


def test_files_of_nodes_and_connections_are_those_of_nest(theirs, tmp_path):
    texts = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 2, 2], extent=[1 / 3, 2.0, 1e7]))
        flat = nest.Create("iaf_psc_alpha", positions=nest.spatial.free([[0.1, 0.2], [1.0, 1 / 3]], edge_wrap=True))
        nest.Connect(nodes, nodes, "one_to_one", {"weight": 1 / 3, "delay": 1.5})
        nest.Connect(nodes[:4], nodes[4:8], "one_to_one")
        nest.Connect(flat, flat, {"rule": "all_to_all"}, {"synapse_model": "tsodyks2_synapse"})
        nest.DumpLayerNodes(nodes, str(tmp_path / "nodes.txt"))
        nest.DumpLayerNodes(flat, str(tmp_path / "flat.txt"))
        nest.DumpLayerConnections(nodes, nodes, "static_synapse", str(tmp_path / "edges.txt"))
        nest.DumpLayerConnections(flat, flat, "tsodyks2_synapse", str(tmp_path / "flat_edges.txt"))
        texts.append([(tmp_path / f"{name}.txt").read_text() for name in ("nodes", "flat", "edges", "flat_edges")])
    assert texts[0] == texts[1]
    assert all(texts[0])


def test_connections_to_nodes_without_positions_have_no_way(tmp_path):
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 1]))
    others = ours.Create("iaf_psc_alpha", 2)
    ours.Connect(nodes, others, "one_to_one")
    ours.DumpLayerConnections(nodes, others, "static_synapse", tmp_path / "edges.txt")
    assert (tmp_path / "edges.txt").read_text() == "1 3 1 1 nan nan\n2 4 1 1 nan nan\n"
    with pytest.raises(ours.NESTErrors.IOError, match=r"cannot write .*nowhere"):
        ours.DumpLayerNodes(nodes, tmp_path / "nowhere" / "nodes.txt")


def test_a_slice_of_nodes_keeps_its_positions_and_its_space():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([3, 3], edge_wrap=True))
    part = nodes[2:8:3]
    assert ours.GetPosition(part) == ours.GetPosition(nodes)[2:8:3]
    assert part.spatial["network_size"] == 2
    assert part.spatial["shape"].tolist() == [3, 3]
    ball = ours.CreateMask("circular", {"radius": 0.49})
    assert ours.SelectNodesByMask(part, [-0.4, -0.4], ball).tolist() == [3, 6]
    row = ours.CreateMask("grid", {"shape": [3, 1]})
    assert ours.SelectNodesByMask(part, [-0.3, -0.3], row).tolist() == [3, 6]


def test_positions_are_drawn_when_nodes_are_created():
    spatial, uniform = ours.spatial, ours.random.uniform
    one = ours.Create("iaf_psc_alpha", 4000, positions=spatial.free([uniform(-1.0, 1.0), ours.random.normal(5.0, 0.1)]))
    places = np.array(ours.GetPosition(one))
    assert places[:, 0].std() == pytest.approx(2 / np.sqrt(12), rel=0.05)
    assert places[:, 1].mean() == pytest.approx(5.0, abs=0.01)
    square = np.array(ours.GetPosition(ours.Create("iaf_psc_alpha", 1000, positions=spatial.free(uniform(), num_dimensions=3))))
    assert square.shape == (1000, 3)
    assert abs(np.corrcoef(square.T)[np.triu_indices(3, 1)]).max() < 0.12
    ours.ResetKernel()
    again = ours.Create("iaf_psc_alpha", 4000, positions=spatial.free([uniform(-1.0, 1.0), ours.random.normal(5.0, 0.1)]))
    assert np.array_equal(ours.GetPosition(again), places)


REFUSED_POSITIONS = {
    "a single position": (lambda s: s.free([[0.0, 0.0]]), {}, "KernelException", "single position needs one"),
    "outside": (lambda s: s.free([[0.0, 0.0], [0.3, 7.2]], extent=[1.0, 2.0]), {}, "BadProperty", "lie outside"),
    "flat where it repeats": (lambda s: s.free([[0.0, 0.0], [0.0, 1.0]], edge_wrap=True), {}, "BadProperty", "edge_wrap needs"),
    "count": (lambda s: s.free([[0.0, 0.0], [1.0, 1.0]]), {"n": 3}, "ValueError", "got n = 3 and 2 positions"),
    "count of a grid": (lambda s: s.grid([2, 2]), {"n": 4}, "ValueError", "which says itself"),
    "no places": (lambda s: [[0.0, 0.0]], {}, "TypeError", r"expected nest\.spatial\.grid"),
}


@pytest.mark.parametrize("case", REFUSED_POSITIONS)
def test_wrong_positions_are_refused_and_nothing_is_created(case):
    make, options, error, message = REFUSED_POSITIONS[case]
    kind = getattr(ours.NESTErrors, error, None) or {"ValueError": ValueError, "TypeError": TypeError}[error]
    with pytest.raises(kind, match=message):
        ours.Create("iaf_psc_alpha", positions=make(ours.spatial), **options)
    assert ours.network_size == 0


REFUSED = {
    "dimensions": (lambda n: n.spatial.grid([2]), "BadProperty", "2 or 3 whole numbers"),
    "shape of floats": (lambda n: n.spatial.grid([2.0, 2]), "TypeMismatch", "whole numbers"),
    "no columns": (lambda n: n.spatial.grid([0, 2]), "BadProperty", "above 0"),
    "center": (lambda n: n.spatial.grid([2, 2], center=[0.0]), "BadProperty", "expected 2"),
    "negative extent": (lambda n: n.spatial.grid([2, 2], extent=[-1.0, 1.0]), "BadProperty", "no negative length"),
    "wrap": (lambda n: n.spatial.grid([2, 2], edge_wrap=1.0), "TypeMismatch", "True or False"),
    "unequal": (lambda n: n.spatial.free([[0.0, 0.0], [1.0, 1.0, 2.0]]), "BadProperty", "2 and 3 coordinates"),
    "one coordinate": (lambda n: n.spatial.free([[0.0], [1.0]]), "BadProperty", "1 coordinates"),
    "NaN": (lambda n: n.spatial.free([[0.0, np.nan], [1.0, 1.0]]), "BadProperty", "finite"),
    "words": (lambda n: n.spatial.free([["a", "b"], ["c", "d"]]), "TypeMismatch", "numbers"),
    "unknown mask": (lambda n: n.CreateMask("circle", {"radius": 1.0}), "UndefinedName", "did you mean 'circular'"),
    "unknown key": (lambda n: n.CreateMask("circular", {"radus": 1.0}), "UnaccessedDictionaryEntry", "did you mean 'radius'"),
    "missing key": (lambda n: n.CreateMask("doughnut", {"inner_radius": 1.0}), "BadProperty", "outer_radius"),
    "radius": (lambda n: n.CreateMask("circular", {"radius": 0.0}), "BadProperty", "> 0"),
    "radius of NaN": (lambda n: n.CreateMask("circular", {"radius": np.nan}), "BadProperty", "number"),
    "corners": (
        lambda n: n.CreateMask("rectangular", {"lower_left": [1.0, 0.0], "upper_right": [1.0, 1.0]}), "BadProperty", "larger",
    ),
    "hole": (lambda n: n.CreateMask("doughnut", {"inner_radius": 2.0, "outer_radius": 1.0}), "BadProperty", "outer_radius"),
    "axes": (lambda n: n.CreateMask("elliptical", {"major_axis": 1.0, "minor_axis": 2.0}), "BadProperty", "minor_axis"),
    "polar in the plane": (
        lambda n: n.CreateMask("rectangular", {"lower_left": [0.0, 0.0], "upper_right": [1.0, 1.0], "polar_angle": 1.0}),
        "UnaccessedDictionaryEntry", "polar_angle",
    ),
    "anchor": (lambda n: n.CreateMask("circular", {"radius": 1.0}, anchor=[1.0]), "BadProperty", "expected 2"),
    "anchor of a grid": (lambda n: n.CreateMask("grid", {"shape": [2, 2]}, anchor=[1.0, 1.0]), "TypeMismatch", "whole numbers"),
    "sum of masks": (
        lambda n: _ball(n) | n.CreateMask("spherical", {"radius": 1.0}), "BadProperty", "2 and 3",
    ),
    "sum with a grid": (
        lambda n: _ball(n) & n.CreateMask("grid", {"shape": [2, 2]}), "KernelException", "combined",
    ),
    "sum with a number": (lambda n: _ball(n) - 5, "NotImplemented", "a mask"),
    "point in a grid mask": (lambda n: n.CreateMask("grid", {"shape": [2, 2]}).Inside([0.0, 0.0]), "KernelException", "grid"),
}  # fmt: skip


def _ball(nest):
    return nest.CreateMask("circular", {"radius": 1.0})


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_places_and_masks_are_refused(case):
    make, error, message = REFUSED[case]
    with pytest.raises(getattr(ours.NESTErrors, error), match=message):
        make(ours)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (TypeError, lambda s: s.free(ours.random.uniform())),
        (TypeError, lambda s: s.free(ours.random.uniform(), extent=[1.0, 1.0], num_dimensions=2)),
        (TypeError, lambda s: s.free([[0.0, 0.0]], num_dimensions=2)),
        (ValueError, lambda s: s.free(ours.random.uniform(), num_dimensions=4)),
        (ValueError, lambda s: s.free([ours.random.uniform(), 0.5])),
        (TypeError, lambda s: s.free(3.0)),
    ],
)
def test_positions_to_draw_need_one_number_of_dimensions(error, call):
    with pytest.raises(error, match=r"nest\.spatial\.free"):
        call(ours.spatial)


def test_functions_refuse_nodes_without_positions():
    plain_nodes = ours.Create("iaf_psc_alpha", 3)
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2]))
    solid = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2, 2]))
    ball = ours.CreateMask("circular", {"radius": 0.4})
    for call in (
        lambda: ours.GetPosition(plain_nodes),
        lambda: ours.Distance(plain_nodes[0], nodes),
        lambda: ours.Displacement(nodes, plain_nodes[0]),
        lambda: ours.FindCenterElement(plain_nodes),
        lambda: ours.FindNearestElement(plain_nodes, [0.0, 0.0]),
        lambda: ours.SelectNodesByMask(plain_nodes, [0.0, 0.0], ball),
        lambda: ours.GetTargetPositions(nodes, plain_nodes),
        lambda: ours.PlotLayer(plain_nodes),
        lambda: ours.DumpLayerNodes(plain_nodes, "nodes.txt"),
    ):
        with pytest.raises(ours.NESTErrors.LayerExpected, match="without positions"):
            call()
    with pytest.raises(TypeError, match="expected a NodeCollection"):
        ours.GetPosition([1, 2])
    with pytest.raises(ValueError, match="got 3 and 2 places"):
        ours.Distance(nodes[:3], nodes[:2])
    with pytest.raises(ours.NESTErrors.BadProperty, match="2 and 3 dimensions|3 and 2 dimensions"):
        ours.Displacement(nodes[0], solid[0])
    with pytest.raises(ours.NESTErrors.BadProperty, match="a mask of 2 dimensions"):
        ours.SelectNodesByMask(solid, [0.0, 0.0, 0.0], ball)
    with pytest.raises(ours.NESTErrors.BadProperty, match="only nodes on a grid"):
        ours.SelectNodesByMask(
            ours.Create("iaf_psc_alpha", positions=ours.spatial.free([[0.0, 0.0], [1.0, 1.0]])), [0.0, 0.0],
            ours.CreateMask("grid", {"shape": [1, 1]}),
        )  # fmt: skip
    with pytest.raises(ours.NESTErrors.BadProperty, match="allow_oversized_mask"):
        ours.SelectNodesByMask(
            ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2], edge_wrap=True)), [0.0, 0.0],
            ours.CreateMask("circular", {"radius": 0.6}),
        )  # fmt: skip
    with pytest.raises(TypeError, match="a place or a list of places"):
        ours.FindNearestElement(nodes, [])
    with pytest.raises(TypeError, match="positions"):
        as_points([0.0, 1.0], 2, "positions")
    with pytest.raises(ValueError, match="got 2 nodes, expected one"):
        ours.PlotTargets(nodes[:2], nodes)
