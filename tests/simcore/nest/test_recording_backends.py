"""Files that recorders write are NEST's to the byte; a recorder goes on with its file in every run."""

import os

import pytest

import simcore.nest as nest
from tests.simcore.nest.sides import nest_itself


@pytest.fixture(autouse=True)
def folder(tmp_path):
    """An empty kernel that writes to an empty folder."""
    nest.ResetKernel()
    nest.set(data_path=tmp_path, data_prefix="")
    yield tmp_path
    nest.ResetKernel()
    nest.set(data_path="", data_prefix="")


def recorders(nest, *, stimulus=1000.0, **params):
    """Two neurons with a recorder of spikes and one of values."""
    neurons = nest.Create("iaf_psc_alpha", 2, {"I_e": [stimulus, 0.9 * stimulus]})
    spikes = nest.Create("spike_recorder", params=params)
    values = {"record_from": ["V_m", "I_syn_in", "I_syn_ex"], "interval": 0.5}
    meter = nest.Create("multimeter", params={**values, **params})
    nest.Connect(neurons, neurons, syn_spec={"weight": 123.0, "delay": 1.5})
    nest.Connect(neurons, spikes)
    nest.Connect(meter, neurons)
    return spikes, meter


def texts(folder):
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def rows(path):
    return [line.split("\t") for line in open(path).read().splitlines()[3:]]


CASES = {
    "plain": {},
    "precise": {"precision": 9},
    "whole numbers": {"precision": 0},
    "in steps": {"time_in_steps": True},
    "named": {"label": "trial", "file_extension": "gdf"},
    "window": {"start": 4.0, "stop": 9.0, "origin": 1.0},
}


@pytest.mark.parametrize("params", CASES.values(), ids=CASES)
def test_files_are_nests_to_the_byte(folder, params):
    theirs = nest_itself()
    for side, name in ((nest, "ours"), (theirs, "theirs")):
        (folder / name).mkdir()
        side.ResetKernel()
        side.set(data_path=str(folder / name), data_prefix="pre_", overwrite_files=False)
        spikes, meter = recorders(side, record_to="ascii", **params)
        side.Simulate(30.0)
        names = [*spikes.filenames, *meter.filenames]
        assert [os.path.dirname(one) for one in names] == [str(folder / name)] * 2
        assert sorted(os.path.basename(one) for one in names) == [*texts(folder / name)]
        assert spikes.n_events == len(rows(names[0])) > 0
        assert meter.n_events == len(rows(names[1])) > 0
    theirs.ResetKernel()
    theirs.data_prefix = ""
    ours = texts(folder / "ours")
    assert ours == texts(folder / "theirs")
    assert all(text.startswith("# NEST version") for text in ours.values())


def test_screen_shows_what_the_files_hold(folder, capfd):
    spikes, meter = recorders(nest, record_to="ascii", precision=2)
    nest.Simulate(20.0)
    expected = [line for name in (spikes, meter) for line in open(name.filenames[0]).read().splitlines()[3:]]
    nest.ResetKernel()
    spikes, meter = recorders(nest, record_to="screen", precision=2)
    capfd.readouterr()
    nest.Simulate(20.0)
    assert capfd.readouterr().out.splitlines() == expected
    assert spikes.n_events + meter.n_events == len(expected)
    assert "events" not in spikes.get()
    assert texts(folder).keys() == {"spike_recorder-3-0.dat", "multimeter-4-0.dat"}


def test_a_file_goes_on_in_every_run(folder):
    in_one = recorders(nest, record_to="ascii")
    nest.Simulate(60.0)
    expected = [rows(one.filenames[0]) for one in in_one]
    nest.ResetKernel()
    nest.overwrite_files = True
    in_pieces = recorders(nest, record_to="ascii")
    nest.Simulate(20.0)
    with nest.RunManager():
        nest.Run(10.0)
        nest.Run(10.0)
    nest.Simulate(20.0)
    assert [rows(one.filenames[0]) for one in in_pieces] == expected
    assert [one.n_events for one in in_pieces] == [len(table) for table in expected]


def test_what_is_written_is_not_kept(folder):
    recorders(nest, record_to="ascii")
    held = [feed for k in (3, 4) for one in nest._kernel.kernel.group_of(k).recorders for feed in one.feeds]
    for _ in range(3):
        nest.Simulate(50.0)
        assert sum(len(feed) if hasattr(feed, "spikes") else feed.traces.times.size for feed in held) <= 2


def test_events_that_a_memory_has_shown_stay_out_of_a_file_begun_later(folder):
    spikes, _ = recorders(nest)
    nest.Simulate(30.0)
    before = spikes.events["times"]
    spikes.set(record_to="ascii", precision=1)
    nest.Simulate(30.0)
    in_file = [float(row[1]) for row in rows(spikes.filenames[0])]
    assert min(in_file) > 30.0
    spikes.record_to = "memory"
    assert spikes.n_events == 0
    nest.Simulate(30.0)
    assert 60.0 < spikes.events["times"].min()
    nest.ResetKernel()
    spikes, _ = recorders(nest)
    nest.Simulate(90.0)
    times = spikes.events["times"]
    assert [*times[times <= 30.0]] == [*before]
    assert [*times[(times > 30.0) & (times <= 60.0)]] == in_file


def test_another_label_prefix_or_folder_begins_another_file(folder):
    spikes, _ = recorders(nest, record_to="ascii")
    seen = []
    (folder / "sub").mkdir()
    for change in (lambda: None, lambda: nest.set(data_prefix="b_"), lambda: spikes.set(label="lab", file_extension="txt"),
                   lambda: nest.set(data_path=folder / "sub"), lambda: nest.set(data_path=folder)):  # fmt: skip
        change()
        nest.Simulate(20.0)
        seen.append(os.path.relpath(spikes.filenames[0], folder))
    assert seen == ["spike_recorder-3-0.dat", "b_spike_recorder-3-0.dat", "b_lab-3-0.txt", "sub/b_lab-3-0.txt", "b_lab-3-0.txt"]
    found = [float(row[1]) for name in dict.fromkeys(seen) for row in rows(folder / name)]
    assert len(found) == spikes.n_events
    times = [float(row[1]) for row in rows(folder / "b_lab-3-0.txt")]
    assert times[0] < 60.0 < 80.0 < times[-1]


def test_a_folder_by_relative_name_is_where_it_was_at_the_first_run(folder, monkeypatch):
    (folder / "data").mkdir()
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder)
    nest.data_path = "data"
    spikes, _ = recorders(nest, record_to="ascii")
    nest.Simulate(20.0)
    monkeypatch.chdir(folder / "elsewhere")
    nest.Simulate(20.0)
    assert len(rows(folder / "data" / "spike_recorder-3-0.dat")) == spikes.n_events
    assert not list((folder / "elsewhere").iterdir())


def test_an_existing_file_is_refused_before_anything_runs(folder):
    taken = folder / "multimeter-4-0.dat"
    taken.write_text("precious")
    spikes, meter = recorders(nest, record_to="ascii")
    with pytest.raises(nest.NESTErrors.IOError, match=r"multimeter 4: file .*exists; set nest.overwrite_files = True"):
        nest.Simulate(10.0)
    assert texts(folder) == {"multimeter-4-0.dat": "precious"}
    assert nest.biological_time == 0.0
    nest.overwrite_files = True
    nest.Simulate(10.0)
    assert spikes.n_events == len(rows(folder / "spike_recorder-3-0.dat")) > 0
    assert meter.n_events == len(rows(taken)) > 0


def test_a_folder_that_is_gone_is_refused_before_anything_runs(folder):
    (folder / "gone").mkdir()
    nest.data_path = folder / "gone"
    spikes, _ = recorders(nest, record_to="ascii")
    (folder / "gone").rmdir()
    with pytest.raises(nest.NESTErrors.IOError, match="cannot write"):
        nest.Simulate(10.0)
    assert nest.biological_time == 0.0
    (folder / "gone").mkdir()
    nest.Simulate(30.0)
    assert spikes.n_events > 0


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"record_to": "asci"}, "BadProperty", "expected one of: memory, ascii, screen"),
        ({"record_to": "ascii", "precision": -1}, "BadProperty", "precision: got -1"),
        ({"record_to": "ascii", "precision": 1.5}, "BadProperty", "precision: got 1.5"),
        ({"record_to": "ascii", "file_extension": "a/b"}, "TypeMismatch", "file_extension: got 'a/b'"),
        ({"record_to": "ascii", "label": "a/b"}, "TypeMismatch", "label: got 'a/b'"),
        ({"label": 5}, "TypeMismatch", "label: got 5"),
        ({"precision": 5}, "UnaccessedDictionaryEntry", "precision: means nothing with record_to 'memory'"),
        ({"record_to": "screen", "file_extension": "x"}, "UnaccessedDictionaryEntry", "only with 'ascii'"),
    ],
)
def test_what_a_backend_cannot_do_is_refused(params, error, message):
    with pytest.raises(getattr(nest.NESTErrors, error), match=message):
        nest.Create("spike_recorder", params=params)
    assert nest.network_size == 0


def test_counts_of_written_events_can_be_set_to_zero(folder):
    spikes, _ = recorders(nest, record_to="ascii")
    nest.Simulate(30.0)
    before = spikes.n_events
    spikes.n_events = 0
    assert spikes.n_events == 0
    nest.Simulate(30.0)
    assert before + spikes.n_events == len(rows(spikes.filenames[0]))


def test_copies_of_recorders_write_under_their_own_name(folder):
    nest.CopyModel("spike_recorder", "to_file", {"record_to": "ascii", "precision": 1})
    recorder = nest.Create("to_file")
    assert recorder.filenames == [str(folder / "to_file-1-0.dat")]
