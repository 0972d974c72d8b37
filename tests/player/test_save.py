import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from mlquiz.player import Bars, Heat, Line, Scatter
from mlquiz.player import save as save_module
from mlquiz.player.page import html_page
from mlquiz.player.save import check_target, save_film
from mlquiz.player.svg import svg_page
from mlquiz.terminal.exits import UserError
from tests.player.samples import demo_of, gallery, walk

SVG = "{http://www.w3.org/2000/svg}"


def frames(n=3):
    return walk(n=n)


@pytest.mark.parametrize("name", gallery())
def test_every_frame_is_valid_svg_inside_its_page(name):
    root = ET.fromstring(svg_page([gallery()[name]]))
    width, height = float(root.get("width")), float(root.get("height"))
    texts = list(root.iter(f"{SVG}text"))
    assert texts
    for text in texts:
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_svg_puts_points_where_they_belong():
    root = ET.fromstring(svg_page([Scatter("s", [[0, 0], [10, 10]], labels=[0, 1])]))
    places = [
        tuple(map(float, path.get("transform")[10:-1].split()))
        for path in root.iter(f"{SVG}path")
        if (path.get("transform") or "").startswith("translate")
    ][-2:]
    (x0, y0), (x1, y1) = places
    assert x0 < x1
    assert y0 > y1


def test_svg_tells_curves_apart_without_colour():
    root = ET.fromstring(svg_page([Line("f", {"a": [1, 2], "b": [2, 1]})]))
    curves = [path for path in root.iter(f"{SVG}path") if path.get("stroke-linecap")]
    assert [path.get("stroke-dasharray") is None for path in curves] == [True, False]
    assert curves[0].get("stroke") != curves[1].get("stroke")


def test_svg_keeps_a_long_legend_inside_the_page():
    labels = [f"a label of some length {i}" for i in range(8)]
    root = ET.fromstring(svg_page([Line("f", {label: [1, 2] for label in labels})]))
    (legend,) = (group for group in root.iter(f"{SVG}g") if "scale" in (group.get("transform") or ""))
    scale = float(legend.get("transform").split("scale(")[1].rstrip(")"))
    last = list(legend.iter(f"{SVG}text"))[-1]
    letters = 8.4 * len(labels[-1])
    assert 20 + scale * (float(last.get("x")) + letters) <= float(root.get("width"))


def test_svg_has_a_cell_for_each_value_and_no_infinite_number():
    page = svg_page([Heat("h", [[1.0, float("nan")], [float("inf"), 4.0]])])
    assert page.count("<rect") == 1 + 4
    assert "nan" not in page.lower()


def test_names_are_escaped():
    page = svg_page([Line("<script>&", [1, 2])])
    assert "<script>" not in page
    ET.fromstring(page)
    assert "<script>" not in html_page("<script>", "<b>", [Line("<script>", [1])])


def test_html_is_well_formed():
    page = html_page("walk", "A walk.", list(gallery().values()))
    body = page[page.index("<body>") : page.index("</body>") + 7]
    root = ET.fromstring(body)
    assert len(list(root.iter(f"{SVG}svg"))) == 13
    assert root.find("table/caption").text == "table"
    assert "Which one diverges?" in "".join(root.itertext())


@pytest.mark.parametrize("kind", ["svg", "html", "png", "gif"])
def test_saving_writes_a_file_of_its_kind(tmp_path, kind):
    path = tmp_path / f"walk.{kind}"
    done = []
    assert save_film(demo_of(walk), frames(), path, lambda *counts: done.append(counts)) == 0
    content = path.read_bytes()
    if kind in {"png", "gif"}:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert image.width >= 400
            assert image.width * 4 > image.height
            # equal images follow each other as one
            assert (getattr(image, "n_frames", 1) > 4) == (kind == "gif")
    else:
        assert "walk" in content.decode()
    assert bool(done) == (kind == "gif")
    assert list(tmp_path.iterdir()) == [path]


def test_matplotlib_draws_every_kind_of_frame(tmp_path):
    def all_of_them():
        yield from gallery().values()

    path = tmp_path / "all.png"
    assert save_film(demo_of(all_of_them), all_of_them(), path) == 1
    with Image.open(path) as image:
        assert len(image.convert("L").getcolors()) > 20


def darkest(image, x):
    """The darkest grey in column ``x``."""
    return min(image.getpixel((x, y)) for y in range(image.height))


@pytest.mark.parametrize("others", [(), (Line("f", [1, 2]),)])
def test_png_shows_long_labels_of_bars_and_rows_whole(tmp_path, others):
    frames = [
        *others,
        Bars("a title " * 9, {"a label that needs much room": 1e-7, "b": 5.0}),
        Heat("h", [[1.0], [2.0]], row_labels=("a label that needs much room", "b")),
    ]
    path = tmp_path / "bars.png"
    save_film(demo_of(walk), iter(frames), path)
    with Image.open(path) as image:
        grey = image.convert("L")
        for x in (0, 8, grey.width - 8, grey.width - 1, grey.width // 2 - 8, grey.width // 2 + 8):
            assert darkest(grey, x) > 250, x


def test_a_wrong_kind_gets_the_nearest_right_one(tmp_path):
    with pytest.raises(UserError) as error:
        check_target(tmp_path / "walk.sgv")
    assert ".svg, .html, .png, .gif" in error.value.message
    assert error.value.hint == "Did you mean svg?"
    with pytest.raises(UserError, match="no such folder"):
        check_target(tmp_path / "nowhere" / "walk.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(UserError, match="that is a folder"):
        check_target(tmp_path / "folder.svg")


def test_without_the_extra_one_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for kind in ("png", "gif"):
        with pytest.raises(UserError) as error:
            check_target(tmp_path / f"walk.{kind}")
        assert "matplotlib and pillow" in error.value.message
        assert "pip install 'mlquiz[plot]'" in error.value.hint
    assert check_target(tmp_path / "walk.svg") == "svg"


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "walk.svg"
    path.write_text("old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(save_module.tempfile, "NamedTemporaryFile", full)
    with pytest.raises(UserError, match="No space left"):
        save_film(demo_of(walk), frames(), path)
    assert path.read_text() == "old"
