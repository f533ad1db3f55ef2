"""Results: what they hold, how they are stored without pickle and read back, and how they become other people's objects."""

import contextlib
import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from simcore import Results, Simulation
from simcore.errors import NetspikeError, ParameterError, UnknownNameError
from simcore.results import Spikes, Traces


@pytest.fixture(scope="module")
def results():
    sim = Simulation(dt=0.1, seed=7, threads=1)
    neurons = sim.create("iaf_psc_exp", 5, {"I_e": np.linspace(300.0, 900.0, 5)}, ids=[12, 3, 40, 5, 8])
    fast = sim.create("izhikevich", 2, {"I_e": 15.0})
    sim.record(neurons + fast)
    sim.record(neurons[::-1], ["V_m", "I_syn_ex"], interval=0.5)
    sim.record(fast, ["V_m", "U_m"], interval=2.0)
    sim.run(10.0)
    return sim.run(40.0)


def assert_same(found, expected):
    np.testing.assert_array_equal(found.spikes.times, expected.spikes.times)
    np.testing.assert_array_equal(found.spikes.ids, expected.spikes.ids)
    assert found.meta == expected.meta
    assert len(found.traces) == len(expected.traces)
    for mine, theirs in zip(found.traces, expected.traces, strict=True):
        np.testing.assert_array_equal(mine.times, theirs.times)
        np.testing.assert_array_equal(mine.ids, theirs.ids)
        assert mine.units == theirs.units
        assert list(mine.values) == list(theirs.values)
        for name, values in theirs.values.items():
            np.testing.assert_array_equal(mine[name], values)


def test_saved_results_are_read_back_equal_to_the_bit(results, tmp_path):
    path = results.save(tmp_path / "run")
    assert path.name == "run.npz"
    assert_same(Results.load(path), results)
    assert_same(Results.load(str(path)), results)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.npz"]


def test_saving_over_an_older_file_replaces_it(results, tmp_path):
    Results(Spikes([1.0], [0]), [], {}).save(tmp_path / "run.npz")
    results.save(tmp_path / "run.npz")
    assert_same(Results.load(tmp_path / "run.npz"), results)


def test_a_saved_file_holds_plain_arrays_and_no_pickle(results, tmp_path):
    with zipfile.ZipFile(results.save(tmp_path / "run.npz")) as archive:
        for name in archive.namelist():
            array = np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
            assert array.dtype.kind in "iufU"


times = npst.arrays(np.float64, st.shared(st.integers(0, 20), key="n"), elements=st.floats(0.0, 1e6))
ids = npst.arrays(np.int64, st.shared(st.integers(0, 20), key="n"), elements=st.integers(0, 2**31 - 1))
names = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=8)
plain = st.dictionaries(
    st.text(max_size=5), st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text(), st.none())
)


@st.composite
def traces(draw):
    n_times, n_nodes = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    values = st.floats(allow_nan=False, width=64)
    return Traces(
        draw(npst.arrays(np.float64, n_times, elements=st.floats(0.0, 1e6))),
        draw(npst.arrays(np.int64, n_nodes, elements=st.integers(0, 2**31 - 1))),
        draw(st.dictionaries(names, npst.arrays(np.float64, (n_times, n_nodes), elements=values), max_size=3)),
        draw(st.dictionaries(names, st.text(max_size=4), max_size=2)),
    )


@settings(deadline=None, max_examples=60)
@given(times=times, ids=ids, traces=st.lists(traces(), max_size=12), meta=plain)
def test_any_results_survive_saving(tmp_path_factory, times, ids, traces, meta):
    expected = Results(Spikes(times, ids), traces, meta)
    assert_same(Results.load(expected.save(tmp_path_factory.mktemp("r") / "x")), expected)


def header(**changes):
    """The header of a file of results with some of its entries replaced, or left out if None."""
    entries = {"format": "netspike-results", "version": 1, "meta": {}, "traces": [{"V_m": "mV"}], **changes}
    return np.array(json.dumps({name: entry for name, entry in entries.items() if entry is not None}))


def archive(**changes):
    """A file of results with some of its arrays replaced, or left out if None."""
    arrays = {
        "spike_times": np.array([1.0]), "spike_ids": np.array([3]), "trace0_times": np.array([1.0, 2.0]),
        "trace0_ids": np.array([3]), "trace0_value_V_m": np.zeros((2, 1)), "header": header(),
    }  # fmt: skip
    given = {name: array for name, array in {**arrays, **changes}.items() if array is not None}
    file = io.BytesIO()
    np.savez(file, **given)
    return file.getvalue()


class Hostile:
    """What runs code when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a file of results ran code",))


def hostile():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name in ("spike_times", "spike_ids", "header"):
            stored = io.BytesIO()
            np.save(stored, np.array([Hostile()], dtype=object), allow_pickle=True)
            target.writestr(f"{name}.npy", stored.getvalue())
    return file.getvalue()


def one_array():
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


GOOD = archive()
BROKEN = {
    "empty": b"",
    "text": b"times,ids\n1.0,3\n",
    "pickle": pickle.dumps({"spikes": [1.0]}),
    "hostile pickle": pickle.dumps(Hostile()),
    "hostile array": hostile(),
    "one array": one_array(),
    "cut short": GOOD[: len(GOOD) // 2],
    "cut at the end": GOOD[:-10],
    "flipped": GOOD[:300] + bytes(b ^ 0x55 for b in GOOD[300:420]) + GOOD[420:],
    "no header": archive(header=None),
    "header is no JSON": archive(header=np.array("{")),
    "header is a list": archive(header=np.array("[1]")),
    "header is a number": archive(header=np.array(1.0)),
    "another format": archive(header=header(format="x")),
    "a later version": archive(header=header(version=99)),
    "no version": archive(header=header(version=None)),
    "no meta": archive(header=header(meta=None)),
    "meta is a list": archive(header=header(meta=[1])),
    "more traces than arrays": archive(header=header(traces=[{}, {}])),
    "no spikes": archive(spike_times=None),
    "spikes of two lengths": archive(spike_ids=np.array([1, 2])),
    "spikes in two dimensions": archive(spike_times=np.zeros((1, 1))),
    "ids that are text": archive(spike_ids=np.array(["a"])),
    "no times of a trace": archive(trace0_times=None),
    "values of another shape": archive(trace0_value_V_m=np.zeros((1, 2))),
    "values that are text": archive(trace0_value_V_m=np.array([["a"], ["b"]])),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_or_hostile_file_is_refused_with_its_name(kind, tmp_path):
    path = tmp_path / "broken.npz"
    path.write_bytes(BROKEN[kind])
    with pytest.raises(NetspikeError, match=r"broken\.npz: (not a file of netspike results|format)"):
        Results.load(path)


def test_the_file_that_the_broken_ones_are_made_from_is_fine(tmp_path):
    (tmp_path / "good.npz").write_bytes(GOOD)
    found = Results.load(tmp_path / "good.npz")
    assert found.spikes.ids.tolist() == [3]
    assert found["V_m"].shape == (2, 1)


@settings(deadline=None, max_examples=150)
@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_one_changed_byte_never_ends_in_another_error(tmp_path_factory, at, byte):
    path = tmp_path_factory.mktemp("r") / "x.npz"
    path.write_bytes(GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])
    with contextlib.suppress(NetspikeError):
        Results.load(path)


@pytest.mark.parametrize("byte", [1, 255])
def test_no_byte_of_the_file_can_be_one_or_full_and_end_in_another_error(tmp_path, byte):
    path = tmp_path / "x.npz"  # places outside the file, flags of encryption, ...
    for at in range(len(GOOD)):
        path.write_bytes(GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])
        with contextlib.suppress(NetspikeError):
            Results.load(path)


def test_a_foreign_file_is_refused_without_advice_to_unpickle_it(tmp_path):
    (tmp_path / "notes.txt").write_text("spikes")
    with pytest.raises(NetspikeError, match=r"not a file of netspike results \(neither an \.npz") as refusal:
        Results.load(tmp_path / "notes.txt")
    assert "pickle" not in str(refusal.value)


def test_a_file_that_is_not_there_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Results.load(tmp_path / "nothing.npz")


def test_provenance_says_where_results_come_from(results):
    import numba

    assert (results.meta["seed"], results.meta["dt"], results.meta["threads"]) == (7, 0.1, 1)
    assert (results.meta["start"], results.meta["stop"], results.meta["n_nodes"]) == (10.0, 50.0, 7)
    assert (results.meta["numpy"], results.meta["numba"]) == (np.__version__, numba.__version__)
    assert results.timing["total"] > 0.0
    assert results.timing["real_time_factor"] == pytest.approx(results.timing["total"] / 0.04)
    assert json.loads(json.dumps(results.meta)) == results.meta


def test_pandas_gets_one_row_a_spike_and_one_row_a_sample(results):
    pytest.importorskip("pandas")
    spikes = results.to_pandas()
    assert list(spikes.columns) == ["time", "id"]
    np.testing.assert_array_equal(spikes["time"], results.spikes.times)
    np.testing.assert_array_equal(spikes["id"], results.spikes.ids)
    trace = results.traces[0]
    table = trace.to_pandas()
    assert list(table.columns) == ["time", "id", "V_m", "I_syn_ex"]
    assert len(table) == trace.times.size * trace.ids.size
    wide = table.pivot_table(index="time", columns="id", values="V_m")[trace.ids]
    np.testing.assert_array_equal(wide.to_numpy(), trace["V_m"])
    np.testing.assert_array_equal(wide.index, trace.times)


def test_neo_gets_the_same_spikes_and_signals_with_units(results):
    pytest.importorskip("neo")
    block = results.to_neo()
    (segment,) = block.segments
    trains = {train.annotations["id"]: train for train in segment.spiketrains}
    assert sorted(trains) == np.unique(results.spikes.ids).tolist()
    for node, train in trains.items():
        np.testing.assert_array_equal(train.rescale("ms").magnitude, results.spikes.of([node]).times)
        assert (float(train.t_start.rescale("ms")), float(train.t_stop.rescale("ms"))) == (10.0, 50.0)
    signals = segment.irregularlysampledsignals
    assert [s.name for s in signals] == ["V_m", "I_syn_ex", "V_m", "U_m"]
    expected = [(t, name) for t in results.traces for name in t.values]
    for signal, (trace, name) in zip(signals, expected, strict=True):
        np.testing.assert_array_equal(signal.magnitude, trace[name])
        np.testing.assert_array_equal(signal.times.rescale("ms").magnitude, trace.times)
        assert signal.annotations["ids"].tolist() == trace.ids.tolist()
    assert [s.dimensionality.string for s in signals] == ["mV", "pA", "mV", "mV/ms"]
    assert json.loads(block.annotations["netspike"]) == results.meta


def test_empty_results_become_empty_objects(tmp_path):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    sim.record(sim.create("iaf_psc_exp"), "V_m")
    empty = sim.run(0.0)
    assert_same(Results.load(empty.save(tmp_path / "empty")), empty)
    assert len(empty.to_pandas()) == len(empty.traces[0].to_pandas()) == 0
    (segment,) = empty.to_neo().segments
    assert (len(segment.spiketrains), segment.irregularlysampledsignals[0].shape) == (0, (0, 1))


def test_every_recordable_of_every_model_has_a_unit_that_neo_knows():
    pq = pytest.importorskip("quantities")
    from simcore import models

    for name in models.REGISTRY.names():
        for unit in models.REGISTRY.get(name).recordable_units.values():
            assert pq.Quantity(1.0, unit or "dimensionless").size == 1


@pytest.mark.parametrize(("extra", "call"), [("pandas", "to_pandas"), ("neo", "to_neo")])
def test_a_missing_library_is_named_with_the_extra_that_brings_it(extra, call, results, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, extra, None)
    with pytest.raises(ImportError, match=rf'{extra} is not installed: pip install "netspike\[{extra}\]"'):
        getattr(results, call)()


def test_html_shows_spikes_traces_and_provenance(results):
    html = results._repr_html_()
    for text in (repr(results.spikes), repr(results.traces[0]), "seed", "wall time", "<table>"):
        assert text in html
    assert html.count("<table>") == html.count("</table>") == 1
    assert repr(results).startswith(f"Results({len(results.spikes)} spikes, Traces(V_m, I_syn_ex of 5 nodes at 80 times)")


def test_variables_are_found_by_name_and_ambiguous_ones_refused(results):
    assert results["U_m"].shape == (20, 2)
    assert results["I_syn_ex"].shape == (80, 5)
    with pytest.raises(UnknownNameError, match="unknown recorded variable 'U_n'; did you mean 'U_m'"):
        results["U_n"]
    with pytest.raises(ParameterError, match="2 recorders.*one; use results.traces"):
        results["V_m"]
    with pytest.raises(UnknownNameError, match="unknown recorded variable 'w'"):
        results.traces[0]["w"]
    with pytest.raises(ParameterError, match="Traces: node: got 99"):
        results.traces[0].of(99)
    np.testing.assert_array_equal(results.traces[0].of(40)["V_m"], results.traces[0]["V_m"][:, 2])


@settings(deadline=None)
@given(
    times=times,
    ids=ids,
    wanted=st.lists(st.integers(0, 2**31 - 1), max_size=4),
    start=st.floats(0.0, 1e6),
    stop=st.floats(0.0, 1e6),
)
def test_selections_of_spikes_are_those_of_plain_loops(times, ids, wanted, start, stop):
    wanted = wanted + ids[:2].tolist()
    spikes = Spikes(times, ids)
    pairs = list(zip(times.tolist(), ids.tolist(), strict=True))
    between, of = spikes.between(start, stop), spikes.of(wanted)
    assert list(zip(between.times, between.ids, strict=True)) == [(t, i) for t, i in pairs if start < t <= stop]
    assert list(zip(of.times, of.ids, strict=True)) == [(t, i) for t, i in pairs if i in wanted]
    assert [t.tolist() for t in spikes.by_node(wanted)] == [[t for t, i in pairs if i == node] for node in wanted]


def test_spikes_of_two_lengths_are_refused():
    with pytest.raises(ParameterError, match="Spikes: got .*expected two arrays of one length"):
        Spikes([1.0, 2.0], [3])


def test_results_do_not_change_when_the_simulation_goes_on():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    nodes = sim.create("iaf_psc_exp", 2, {"I_e": 900.0})
    sim.record(nodes)
    sim.record(nodes, "V_m")
    first = sim.run(10.0)
    kept = (first.spikes.times.copy(), first["V_m"].copy(), dict(first.meta))
    sim.run(10.0)
    sim.reset()
    sim.close()
    np.testing.assert_array_equal(first.spikes.times, kept[0])
    np.testing.assert_array_equal(first["V_m"], kept[1])
    assert first.meta == kept[2]
