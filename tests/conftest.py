"""What all tests share."""

import os

import pytest
from hypothesis import settings

# The same examples in each run; `--hypothesis-profile default` looks for new ones.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")

# With one BLAS thread the same arguments give the same frames, to the bit. numpy reads these when imported.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="write golden files anew; look at the diff")


@pytest.fixture(autouse=True)
def home_of_tests(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep every test away from the journal of the person who runs it."""
    if "MLQUIZ_HOME" not in os.environ:
        monkeypatch.setenv("MLQUIZ_HOME", str(tmp_path_factory.getbasetemp() / "home"))


@pytest.fixture
def renew_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--renew-golden"))
