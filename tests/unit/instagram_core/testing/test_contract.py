"""The machinery of the kit: what is collected, run, skipped, expected to fail and refused."""

import pytest

pytest_plugins = ["pytester"]

PREAMBLE = """
import asyncio
from contextlib import asynccontextmanager
import pytest
from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable, NotSupported
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract

class BoxContract(Contract[list]):
    optional = {"trims": lambda self, box: box.trim()}
    async def test_is_empty(self, box):
        await asyncio.sleep(0)
        assert box == []
    @requires("trims")
    async def test_trims(self, box):
        assert False, "never reached without the capability"
    async def test_opens_itself(self):
        async with self.open() as box:
            assert box == []

class Opens:
    @asynccontextmanager
    async def open(self):
        yield Box()

class Box(list):
    async def trim(self):
        raise NotSupported
"""


def outcomes(pytester: pytest.Pytester, body: str) -> dict[str, int]:
    """Give how the tests of a module with the box contract end."""
    pytester.makepyfile(PREAMBLE + body)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    found = result.parseoutcomes()
    for noise in ("warnings", "warning"):
        found.pop(noise, None)
    return found


def test_a_subclass_is_collected_and_its_coroutines_run(pytester: pytest.Pytester) -> None:
    """Coroutine tests run without a plugin; undeclared capabilities skip; contracts do not run."""
    body = "class TestBox(Opens, BoxContract): pass"
    assert outcomes(pytester, body) == {"passed": 3, "skipped": 1}


def test_a_coroutine_test_that_is_false_fails(pytester: pytest.Pytester) -> None:
    """An `async def` wrapped in a plain function must run, or it would pass unseen."""
    body = """
class FullContract(BoxContract):
    async def test_is_full(self, box):
        await asyncio.sleep(0)
        assert box

class TestBox(Opens, FullContract):
    async def test_of_its_own(self):
        assert False
"""
    assert outcomes(pytester, body) == {"passed": 3, "skipped": 1, "failed": 2}


def test_a_decorated_coroutine_runs_too(pytester: pytest.Pytester) -> None:
    """A plain function that gives a coroutine is awaited, not believed."""
    body = """
def decorated(test):
    return lambda self, box: test(self, box)

class FullContract(BoxContract):
    @decorated
    async def test_is_full(self, box):
        assert box

class TestBox(Opens, FullContract): pass
"""
    assert outcomes(pytester, body)["failed"] == 1


def test_a_test_that_gives_something_back_fails(pytester: pytest.Pytester) -> None:
    """A result that is not None was meant to be asserted."""
    body = """
class FullContract(BoxContract):
    async def test_is_full(self, box):
        return bool(box)

class TestBox(Opens, FullContract): pass
"""
    assert outcomes(pytester, body)["failed"] == 1


def test_a_capability_that_is_declared_is_tested(pytester: pytest.Pytester) -> None:
    """Declared, the test runs; and there is nothing to refuse any more."""
    body = """
class TestBox(Opens, BoxContract):
    capabilities = frozenset({"trims"})
"""
    assert outcomes(pytester, body) == {"passed": 2, "failed": 1}


def test_an_undeclared_call_that_answers_fails(pytester: pytest.Pytester) -> None:
    """Without the capability the call has to raise NotSupported."""
    body = """
class Trimming(Box):
    async def trim(self):
        return None

class TestBox(BoxContract):
    @asynccontextmanager
    async def open(self):
        yield Trimming()
"""
    assert outcomes(pytester, body) == {"passed": 2, "skipped": 1, "failed": 1}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("assert box, 'known'", {"xfailed": 1}),
        ("pass", {"failed": 1}),
        ("raise AdapterUnavailable", {"failed": 1}),
        ("raise OSError", {"failed": 1}),
    ],
)
def test_known_failures_are_strict_and_about_assertions(
    pytester: pytest.Pytester, fault: str, expected: dict[str, int]
) -> None:
    """A fixed adapter is red, and a server that is down is no known failure."""
    body = f"""
class FaultContract(Contract[Box]):
    async def test_fault(self, box):
        {fault}

class TestBox(Opens, FaultContract):
    known_failures = {{"test_fault": "tracked in the tracker"}}
"""
    assert outcomes(pytester, body) == expected


def test_marks_of_one_adapter_do_not_stick_to_another(pytester: pytest.Pytester) -> None:
    """Skips and known failures belong to the class that states them."""
    body = """
class TestFirst(Opens, BoxContract):
    known_failures = {"test_is_empty": "it is not"}

class TestSecond(Opens, BoxContract): pass
"""
    assert outcomes(pytester, body) == {"failed": 1, "passed": 5, "skipped": 2}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("async def test_is_empty(self, box): pass", "overrides test_is_empty"),
        ("test_is_empty = None", "overrides test_is_empty"),
        ("known_failures = {'test_typo': 'why'}", "known_failures names test_typo"),
        ("known_failures = {'test_is_empty': ' '}", "needs a reason"),
        ("capabilities = frozenset({'trimz'})", "capabilities names trimz"),
        ("capabilities = frozenset({'reopen'})", "define reopen"),
        ("reopen = Opens.open", "define reopen"),
    ],
)
def test_a_wrong_subclass_is_refused_when_it_is_made(body: str, complaint: str) -> None:
    """Overriding a contract test or a typo is a TypeError at class creation."""
    source = f"{PREAMBLE}\nclass TestBox(Opens, BoxContract):\n    {body}\n"
    with pytest.raises(TypeError, match=complaint):
        exec(source, {"__name__": "adapter"})  # noqa: S102 - the class statement is the subject


def test_a_subclass_without_open_is_refused() -> None:
    """Nothing can be tested without an adapter."""
    with pytest.raises(TypeError, match="needs open"):
        exec(f"{PREAMBLE}\nclass TestBox(BoxContract): pass", {"__name__": "adapter"})  # noqa: S102


def test_a_failure_keeps_its_type_whatever_open_does_around_it(pytester: pytest.Pytester) -> None:
    """An `open()` with a task group must not turn an AssertionError into a group."""
    body = """
class FullContract(Contract[Box]):
    async def test_is_full(self, box):
        assert box

class TestBox(FullContract):
    known_failures = {"test_is_full": "it is empty"}
    @asynccontextmanager
    async def open(self):
        async with asyncio.TaskGroup():
            yield Box()
"""
    assert outcomes(pytester, body) == {"xfailed": 1}


def test_tests_of_a_class_share_a_loop_and_no_context(pytester: pytest.Pytester) -> None:
    """One loop a class; a context variable that one test sets is gone in the next."""
    body = """
import contextvars
loops, leaked = set(), contextvars.ContextVar("leaked", default=False)

class TestBox(Opens, BoxContract):
    async def test_one(self):
        loops.add(id(asyncio.get_running_loop()))
        assert not leaked.get()
        leaked.set(True)
    async def test_two(self):
        loops.add(id(asyncio.get_running_loop()))
        assert not leaked.get()
        leaked.set(True)
    def test_sum(self):
        assert len(loops) == 1
"""
    assert outcomes(pytester, body) == {"passed": 6, "skipped": 1}


def test_a_test_that_hangs_is_given_up(pytester: pytest.Pytester) -> None:
    """A deadlock ends at the deadline, and is not taken for a known failure."""
    body = """
class HangContract(Contract[Box]):
    deadline = 0.05
    async def test_hangs(self, box):
        await asyncio.Event().wait()

class TestBox(Opens, HangContract):
    known_failures = {"test_hangs": "it hangs"}
"""
    assert outcomes(pytester, body) == {"failed": 1}


def test_contract_tests_take_parameters_and_fixtures(pytester: pytest.Pytester) -> None:
    """The first parameter is the subject; pytest fills the rest."""
    body = """
class SizeContract(Contract[Box]):
    @pytest.mark.parametrize("size", [1, 2])
    async def test_size(self, box, size, tmp_path):
        assert box == [] and size and tmp_path.exists()

class TestBox(Opens, SizeContract): pass
"""
    assert outcomes(pytester, body) == {"passed": 2}


@pytest.mark.parametrize(
    ("stumble", "expected"),
    [
        ("(first,) = box", {"xfailed": 1}),
        ("box[0]", {"xfailed": 1}),
        ("box.lose()", {"failed": 1}),
    ],
)
def test_stumbling_over_an_answer_is_a_failed_assertion(
    pytester: pytest.Pytester, stumble: str, expected: dict[str, int]
) -> None:
    """What the test could not unpack is wrong; what the adapter stumbled over is an error."""
    pytester.makepyfile(adapter="class Lossy(list):\n    def lose(self): return {}['lost']")
    body = f"""
from adapter import Lossy

class FullContract(Contract[Box]):
    async def test_is_full(self, box):
        {stumble}

class TestBox(FullContract):
    known_failures = {{"test_is_full": "it is empty"}}
    @asynccontextmanager
    async def open(self):
        yield Lossy()
"""
    assert outcomes(pytester, body) == expected
