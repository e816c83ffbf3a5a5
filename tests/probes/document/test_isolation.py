"""Whatever the process that reads does, the audit goes on with one clear reason and no process is left behind."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.probes.document.isolation import Isolation, workers_at_once
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Play = Callable[..., Isolation]
    Read = Callable[..., Any]

ANSWER = """
import json, sys
def answer(**more):
    facts = {"pages": 0, "pages_without_text": 0, "words": 1, "cut": "", **more}
    print(json.dumps({"media_type": "text/plain", "facts": facts, "unknown": {}}))
"""
SAY_WHO = "import os, pathlib\npathlib.Path({path!r}).write_text(str(os.getpid()))\n"


async def failure_of(read: Read, isolation: Isolation, *more: Any) -> tuple[str, str]:
    with pytest.raises(ProbeError) as caught:
        await read(isolation, *more)
    return caught.value.failure.kind, caught.value.failure.message


def wait_for(file: Path) -> None:
    """Wait until the process has written its number there."""
    for _ in range(500):
        if file.exists() and file.read_text():
            return
        time.sleep(0.02)


def is_gone(file: Path) -> bool:
    """Return whether the process that wrote its number there ends within two seconds."""
    for _ in range(20):
        state = subprocess.run(["ps", "-o", "stat=", "-p", file.read_text()], capture_output=True, check=False).stdout
        # Dead, and not cleared away where the system's first process does not care for orphans.
        if not state.strip() or state.startswith(b"Z"):
            return True
        time.sleep(0.1)
    return False


async def test_a_document_is_read_by_a_process_of_its_own(read: Read) -> None:
    answer = await read(Isolation())
    assert (answer.kind, answer.message) == ("", "")
    assert answer.media_type == "text/markdown"
    assert answer.facts["words"] == 12
    assert answer.facts["title"] == "Data processing agreement"


async def test_one_that_never_ends_is_ended(read: Read, played: Play, tmp_path: Path) -> None:
    who = tmp_path / "who"
    isolation = played(SAY_WHO.format(path=str(who)) + "while True: pass\n", seconds=1.0)
    began = time.monotonic()
    kind, message = await failure_of(read, isolation)
    assert kind == "too_slow"
    assert message == "the document could not be read within 1 s: ask the vendor for a plain copy of it"
    assert time.monotonic() - began < 4
    assert is_gone(who)


async def test_one_that_is_never_done_with_listening_is_ended(read: Read, played: Play) -> None:
    kind, _ = await failure_of(read, played("import time\ntime.sleep(60)\n", seconds=0.5), b"x" * 5_000_000)
    assert kind == "too_slow"


async def test_what_it_started_ends_with_it(read: Read, played: Play, tmp_path: Path) -> None:
    who = tmp_path / "who"
    child = SAY_WHO.format(path=str(who)) + "import time\ntime.sleep(60)\n"
    isolation = played(f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n", seconds=1.0)
    kind, _ = await failure_of(read, isolation)
    assert kind == "too_slow"
    assert is_gone(who)


async def test_a_cancelled_audit_leaves_no_process(read: Read, played: Play, tmp_path: Path) -> None:
    who = tmp_path / "who"
    isolation = played(SAY_WHO.format(path=str(who)) + "import time\ntime.sleep(60)\n", seconds=30)
    task = asyncio.create_task(read(isolation))
    await asyncio.to_thread(wait_for, who)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(who)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
async def test_one_that_crashes_is_told_with_its_signal(read: Read, played: Play, name: str) -> None:
    code = f"import os, resource, signal\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\nos.kill(0, signal.{name})\n"
    kind, message = await failure_of(read, played(code))
    assert kind == "crashed"
    assert f"ended in signal {name}" in message


async def test_one_that_used_up_its_processor_time_was_too_slow(read: Read, played: Play) -> None:
    code = """
    import os, signal
    os.kill(os.getpid(), signal.SIGXCPU)
    """
    assert (await failure_of(read, played(code)))[0] == "too_slow"


async def test_one_that_fails_is_told_with_its_exit_code_and_its_traceback_is_not_shown(
    read: Read, played: Play, capfd: pytest.CaptureFixture[str]
) -> None:
    kind, message = await failure_of(read, played("raise RuntimeError('secret')\n"))
    assert kind == "crashed"
    assert "exit code 1" in message
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit the address space")
async def test_one_that_allocates_without_end_is_stopped_by_its_own_limit(read: Read, played: Play) -> None:
    code = """
    import sys
    from vendor_audit.documents.worker import limit
    limit(*map(int, sys.argv[1:3]))
    held = []
    while True:
        held.append(bytearray(10_000_000))
    """
    kind, message = await failure_of(read, played(code, memory=300_000_000))
    assert kind == "crashed"
    assert "exit code 1" in message


@pytest.mark.parametrize(
    "output",
    [
        "hello",
        "",
        "[]",
        "{}",
        '{"media_type": 5, "facts": {}, "unknown": {}}',
        '{"media_type": "x", "error": {"kind": "internal", "message": "ours"}}',
        "[" * 100_000,
        "\\xff\\xfe",
    ],
)
async def test_garbage_is_no_answer(read: Read, played: Play, output: str) -> None:
    code = f"import sys\nsys.stdout.buffer.write(b'{output}')\n"
    kind, message = await failure_of(read, played(code))
    assert kind == "crashed"
    assert "no valid answer" in message


async def test_an_answer_is_bounded(read: Read, played: Play) -> None:
    code = "import sys\nwhile True: sys.stdout.write('x' * 100_000)\n"
    kind, message = await failure_of(read, played(code, result_limit=1_000_000))
    assert kind == "crashed"
    assert "more than 1,000,000 bytes" in message


async def test_one_that_does_not_listen_may_still_answer(read: Read, played: Play) -> None:
    answer = await read(played(ANSWER + "sys.stdin.close()\nanswer()\n"), b"x" * 5_000_000)
    assert answer.facts["words"] == 1


async def test_it_gets_every_byte_and_a_header(read: Read, played: Play) -> None:
    code = ANSWER + (
        "import hashlib\n"
        "header = json.loads(sys.stdin.buffer.readline())\n"
        "answer(sha=hashlib.sha256(sys.stdin.buffer.read()).hexdigest(), kind=header['kind'], argv=sys.argv[1:])\n"
    )
    content = b"%PDF-1.7\n" + bytes(range(256)) * 10_000
    answer = await read(played(code, memory=1 << 29, seconds=5.5), content, "soc2")
    assert answer.facts["sha"] == hashlib.sha256(content).hexdigest()
    assert answer.facts["kind"] == "soc2"
    assert answer.facts["argv"] == ["536870912", "7", "pdf"]


async def test_it_gets_no_secret_and_no_folder_of_ours(
    read: Read, played: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_TURN_PASSWORD", "CANARY")
    code = ANSWER + "import os\nanswer(environment=dict(os.environ), folder=os.getcwd(), group=os.getpgrp())\n"
    answer = await read(played(code))
    assert "CANARY" not in str(answer)
    assert set(answer.facts["environment"]) <= {"PYTHONPATH", "PYTHONUTF8", "PYTHONHOME", "LC_CTYPE", "LD_LIBRARY_PATH"}
    assert answer.facts["folder"] == "/"
    assert answer.facts["group"] != os.getpgrp()


async def test_only_so_many_run_at_the_same_time(read: Read, played: Play) -> None:
    code = ANSWER + "import time\nbegin = time.time()\ntime.sleep(0.3)\nanswer(begin=begin, end=time.time())\n"
    isolation = played(code, slots=asyncio.Semaphore(2))
    answers = await asyncio.gather(*(read(isolation) for _ in range(5)))
    spans = [(each.facts["begin"], each.facts["end"]) for each in answers]
    assert max(sum(begin <= moment < end for begin, end in spans) for moment, _ in spans) == 2
    assert 1 <= workers_at_once() <= min(4, os.cpu_count() or 1)


def test_the_worker_imports_nothing_that_costs_or_reaches_out() -> None:
    code = (
        "import sys, vendor_audit.documents.worker\n"
        "costly = {'asyncio', 'socket', 'ssl', 'subprocess', 'httpx', 'dns', 'jsonschema', 'pypdfium2', 'lxml'}\n"
        "print(sorted(costly & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
