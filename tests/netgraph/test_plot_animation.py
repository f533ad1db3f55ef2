"""Films of activity: who shines when, how the film is cut, and that it can be written."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from netgraph import Graph, Network, NeuralPop, plot
from netgraph.plot._style import PALETTE
from netgraph.space import Shape
from simcore.errors import ParameterError, UnknownNameError
from simcore.results import Spikes

POSITIONS = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
TIMES, IDS = np.array([3.0, 1.0, 3.0, 7.0]), np.array([0, 0, 1, 0])


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def graph():
    return Graph.from_edges([0, 1, 2], [1, 2, 3], positions=POSITIONS)


def parts(film):
    """Axes, and the artists with a gid, of the first axes."""
    figure = film._fig
    above = figure.axes[0]
    return figure.axes, {a.get_gid(): a for a in (*above.collections, *above.lines) if a.get_gid()}


def film_of(graph, **kwargs):
    film = plot.animate_activity(graph, TIMES, IDS, window=(0.0, 10.0), **kwargs)
    film._draw_was_started = True  # looked at without being played
    return film


def light(colours, colour, silent):
    """How far from silent to its colour."""
    return ((colours[:, :3] - silent) / (np.array(to_rgb(colour)) - silent)).mean(axis=1)


def test_nodes_and_their_edges_shine_when_they_spike_and_fade(graph):
    film = film_of(graph, fade=2.0)
    _, artists = parts(film)
    for now, expected in ((0.5, [0, 0, 0, 0]), (1.0, [1, 0, 0, 0]), (3.0, [1, 1, 0, 0]), (5.0, [np.exp(-1), np.exp(-1), 0, 0])):
        film._func(now)
        np.testing.assert_allclose(light(artists["nodes"].get_facecolors(), PALETTE[0], 0.85), expected, atol=1e-9)
        np.testing.assert_allclose(light(artists["edges"].get_colors(), PALETTE[0], 0.75), expected[:3], atol=1e-9)
    film._func(9.0)
    np.testing.assert_allclose(light(artists["nodes"].get_facecolors(), PALETTE[0], 0.85)[:2], np.exp([-1.0, -3.0]))


def test_the_film_runs_from_start_to_stop_in_steps(graph):
    film = film_of(graph, step=3.0)
    assert list(film.new_frame_seq()) == [0.0, 3.0, 6.0, 9.0, 10.0]
    film = film_of(graph, step=2.5, fps=10.0)
    assert list(film.new_frame_seq()) == [0.0, 2.5, 5.0, 7.5, 10.0]
    assert film._interval == 100.0


def test_a_line_moves_over_a_raster_of_all_nodes_and_the_time_is_written(graph):
    net = Network.from_edges([0, 1], [1, 2], population=NeuralPop.exc_and_inhib(4, iratio=0.5), positions=POSITIONS)
    film = film_of(net)
    (above, below), _ = parts(film)
    film._func(4.0)
    (hand,) = [line for line in below.lines if line.get_gid() == "now"]
    assert hand.get_xdata() == [4.0, 4.0]
    assert above.get_title(loc="right") == "4 ms"
    assert (below.get_xlim(), below.get_ylim()) == ((0.0, 10.0), (-0.5, 3.5))
    drawn = np.concatenate([line.get_xydata() for line in below.lines if line is not hand])
    assert sorted(drawn.tolist()) == sorted([[t, i] for t, i in zip(TIMES, IDS, strict=True)])


def test_films_are_drawn_into_given_axes(graph):
    ax = Figure().subplots()
    film = film_of(graph, show_raster=False, ax=ax)
    assert film._fig is ax.figure
    pair = Figure().subplots(2, 1)
    film_of(graph, ax=pair)
    assert pair[1].get_xlabel() == "time [ms]"
    assert plt.get_fignums() == []


def test_edges_are_sampled_and_the_film_says_so(graph):
    film = film_of(graph, max_edges=1)
    (above, _), artists = parts(film)
    assert len(artists["edges"].get_segments()) == 1
    assert [t.get_text() for t in above.texts] == ["1 of 3 edges drawn"]


def test_edges_go_round_the_borders_of_a_periodic_shape_and_shine_on_both_sides():
    torus = Shape.rectangle(10.0, 10.0, periodic=True)
    graph = Graph.from_edges([0, 1], [1, 2], positions=[[-4.0, 0.0], [4.0, 1.0], [3.0, 0.0]], shape=torus)
    film = film_of(graph)
    _, artists = parts(film)
    expected = [[[-4, 0], [-6, 1]], [[4, 1], [3, 0]], [[6, 0], [4, 1]]]
    np.testing.assert_allclose(artists["edges"].get_segments(), expected)
    film._func(1.0)
    np.testing.assert_allclose(light(artists["edges"].get_colors(), PALETTE[0], 0.75), [1.0, 0.0, 1.0], atol=1e-9)


def test_spike_objects_and_silence_make_films(graph):
    for spikes in (Spikes([1.0, 2.0], [0, 3]), Spikes([], [])):
        film = plot.animate_activity(graph, spikes, window=(0.0, 3.0))
        film._draw_was_started = True
        assert len(list(film.new_frame_seq())) == 4
    film = plot.animate_activity(Graph(1), [], [], window=(0.0, 1.0), layout="circular")
    film._draw_was_started = True


def test_a_gif_has_a_picture_for_each_step_and_they_differ(graph, tmp_path):
    film = film_of(graph, step=2.0, show_raster=False)
    path = plot.save_animation(film, tmp_path / "spikes.gif", dpi=40.0, fps=10.0)
    with Image.open(path) as pictures:
        assert pictures.n_frames == 6
        assert pictures.info["duration"] == 100
        first = np.asarray(pictures.convert("RGB")).copy()
        pictures.seek(2)
        assert not np.array_equal(first, np.asarray(pictures.convert("RGB")))


REFUSED = {
    "node": ({"times": [1.0], "ids": [4]}, ParameterError, "ids: got 4"),
    "window": ({"window": None}, ParameterError, "window: got None"),
    "step": ({"step": 0.0}, ParameterError, "step: got 0.0, expected a finite number > 0 ms"),
    "pictures": ({"step": 1e-5}, ParameterError, "at most 20000 pictures"),
    "fade": ({"fade": -1.0}, ParameterError, "fade: got -1.0"),
    "fps": ({"fps": 0}, ParameterError, "fps: got 0"),
    "numbers": ({"node_colour": "in"}, ParameterError, "node_colour: got 'numbers'"),
    "colour": ({"node_colour": "gruop"}, UnknownNameError, "node_colour 'gruop'"),
    "space": ({"layout": np.zeros((4, 3))}, ParameterError, "three dimensions"),
    "axes": ({"ax": 3}, ParameterError, "a pair of axes"),
    "graph": ({"graph": 3}, ParameterError, "expected a netgraph.Graph"),
    "edges": ({"max_edges": -1}, ParameterError, "animate_activity: max_edges"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_filmed_is_refused_before_a_figure_is_made(graph, case):
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        plot.animate_activity(**{"graph": graph, "times": TIMES, "ids": IDS, "window": (0.0, 10.0)} | arguments)
    assert plt.get_fignums() == []


def test_files_that_cannot_be_written_are_refused(graph, tmp_path, monkeypatch):
    film = film_of(graph)
    with pytest.raises(ParameterError, match="ends in .gif"):
        plot.save_animation(film, tmp_path / "film.txt")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        plot.save_animation(film, tmp_path / "missing" / "film.gif")
    monkeypatch.setattr("matplotlib.animation.FFMpegWriter.isAvailable", classmethod(lambda cls: False))
    with pytest.raises(ParameterError, match="ffmpeg is not installed"):
        plot.save_animation(film, tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []
