import os
import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from mlquiz.player import catalogue
from mlquiz.player.catalogue import CHAPTERS, DemoError, demo_names, entries, load_demo
from tests.player.samples import walk


@pytest.fixture
def plugins(monkeypatch):
    """Entry points as an installed plug-in has them: one right, one broken, one that is no demo."""
    module = ModuleType("plugin_walk", "A walk from elsewhere.\n\nMore of it.")
    module.demo = walk
    monkeypatch.setitem(sys.modules, "plugin_walk", module)
    points = [
        EntryPoint("walk", "plugin_walk", catalogue.GROUP),
        EntryPoint("broken", "not_there_at_all", catalogue.GROUP),
        EntryPoint("empty", "json", catalogue.GROUP),
    ]
    monkeypatch.setattr(catalogue, "_plugins", lambda: {point.name: point for point in points})


def test_names_come_from_the_tree_without_an_import():
    names = demo_names()
    assert names["kmeans"] == "clustering"
    assert names["q-learning"] == "reinforcement"
    assert set(names.values()) <= set(CHAPTERS)
    order = [list(CHAPTERS).index(family) for family in names.values()]
    assert order == sorted(order)


def test_the_list_has_the_first_line_of_each_module(plugins):
    complaints = []
    found = {entry.name: entry for entry in entries(complaints.append)}
    assert found["kmeans"].chapter == "Clustering"
    assert found["kmeans"].summary.startswith("k-means: ")
    assert found["walk"].summary == "A walk from elsewhere."
    assert len(complaints) == 2
    assert all("\n" not in complaint for complaint in complaints)
    assert "broken" in complaints[0]


def test_a_demo_is_loaded_with_its_parameters():
    demo = load_demo("kmeans")
    assert demo.family == "clustering"
    assert demo.parameters["k"].default == 4
    assert demo.summary.startswith("k-means: ")


def test_a_demo_computes_with_one_thread_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    load_demo("kmeans")
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "3"


def test_a_name_may_be_written_with_underscores():
    assert load_demo("q_learning").name == "q-learning"


def test_a_wrong_name_gets_the_nearest_right_one():
    with pytest.raises(DemoError) as error:
        load_demo("kmaens")
    assert error.value.hint == "Did you mean kmeans?"
    with pytest.raises(DemoError) as error:
        load_demo("zzzzzz")
    assert "mlquiz demo" in error.value.hint


def test_a_plugin_is_found_by_name(plugins):
    demo = load_demo("walk")
    assert demo.chapter == "Plug-ins"
    assert "drift" in demo.parameters


def test_a_broken_plugin_is_an_error_in_one_line(plugins):
    for name in ("broken", "empty"):
        with pytest.raises(DemoError) as error:
            load_demo(name)
        assert name in error.value.message
        assert "\n" not in error.value.message
