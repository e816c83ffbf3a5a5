"""Measures the tls probe beside SSLyze, sslscan and testssl: time, connections, and what each of them finds.

Usage: ``python benchmarks/tls.py [--quick]``. It starts nginx (TLS 1.2 and 1.3, RSA-3072) and a weak ``openssl
s_server`` on loopback, and lets every tool look at them directly, through a relay that counts connections, and through
one that adds 30 ms of round trip to each connect and each answer. The peers run as programs; SSLyze is installed into
an environment of its own under the system's temporary folder. ``--quick`` leaves testssl out, which takes minutes.

Times are medians of three runs (testssl: one). "process" is the whole program with its start; "scan" is the scan alone,
by the tool's own clock, where it has one. "second target" is our scan of another endpoint in the same process, when the
public roots have been read; its connections are those of two scans.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CACHE = Path(tempfile.gettempdir()) / "vendor-audit-benchmarks"
ROUND_TRIP = 0.030
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Run:
    """One run of one tool."""

    process: float
    """Seconds."""
    scan: float | None
    found: str


class Relay:
    """Passes connections on to a port, counts them, and adds a round trip to each connect and each answer."""

    def __init__(self, target: int, round_trip: float) -> None:
        """Take where to and how slow; starts at once in a thread of its own."""
        self.connections = 0
        self.port = 0
        self._target = target
        self._delay = round_trip
        self._open: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(ready,), daemon=True).start()
        ready.wait()

    def _serve(self, ready: threading.Event) -> None:
        async def start() -> None:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=512)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        if task:  # the loop keeps no task alive by itself
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        await asyncio.sleep(self._delay)
        try:
            there, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, there_writer, 0), self._pass(there, writer, self._delay))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                self._loop.call_later(delay, writer.write, data)
        self._loop.call_later(delay, writer.close)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def servers() -> Iterator[dict[str, int]]:
    """Start nginx and the weak server; yield their ports by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for stem, options in {"strong": ["rsa:3072", "-sha256"], "weak": ["rsa:1024", "-sha1"]}.items():
            command = ["openssl", "req", "-x509", "-nodes", "-days", "90", "-subj", "/CN=localhost"]
            command += ["-keyout", f"{name}/{stem}.key", "-out", f"{name}/{stem}.pem", "-newkey", *options]
            subprocess.run(command, check=True, capture_output=True)
        ports = {"nginx": free_port(), "weak": free_port()}
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes auto; pid {name}/pid; events {{ worker_connections 512; }}\n"
            f"http {{ access_log off; client_body_temp_path {name}; proxy_temp_path {name}; fastcgi_temp_path {name};\n"
            f"uwsgi_temp_path {name}; scgi_temp_path {name}; server {{ listen 127.0.0.1:{ports['nginx']} ssl;\n"
            f"ssl_certificate {name}/strong.pem; ssl_certificate_key {name}/strong.key;\n"
            "ssl_protocols TLSv1.2 TLSv1.3; location / { return 200 ok; } } }\n",
            encoding="ascii",
        )
        nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or "nginx"
        weak = ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{ports['weak']}"]
        weak += ["-cert", f"{name}/weak.pem", "-key", f"{name}/weak.key", "-min_protocol", "TLSv1"]
        weak += ["-max_protocol", "TLSv1.2", "-cipher", "ALL:eNULL:aNULL:@SECLEVEL=0"]
        commands = [[nginx, "-p", name, "-c", f"{name}/nginx.conf", "-e", f"{name}/error.log"], weak]
        quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running = [subprocess.Popen(command, **quiet) for command in commands]  # type: ignore[call-overload] # three pipes
        try:
            for port in ports.values():
                wait_for(port)
            yield ports
        finally:
            for process in running:
                process.terminate()
                process.wait()


def wait_for(port: int) -> None:
    """Wait until a port takes connections."""
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


def timed(command: list[str]) -> tuple[float, str]:
    """Run a program; return its seconds and what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return time.perf_counter() - begin, done.stdout


def summary(by_version: Counter[str], groups: int) -> str:
    """Return what was found in one line."""
    return " ".join(f"{version}:{count}" for version, count in sorted(by_version.items())) + f" groups:{groups}"


def run_ours(port: int) -> Run:
    """Run the probe in a Python of its own."""
    return run_again(port, times=1)


def run_again(port: int, times: int = 2) -> Run:
    """Run the probe several times in one process, as an audit with several endpoints does; the last time counts."""
    process, printed = timed([sys.executable, __file__, "--ours", str(port), "--times", str(times)])
    told = json.loads(printed)
    return Run(process, told["seconds"], told["found"])


def observe(port: int, times: int) -> None:
    """Run the probe some times and print the seconds of the last time and the findings as JSON."""
    from vendor_audit.observation import Target  # noqa: PLC0415 # not measured in the parent
    from vendor_audit.probes.interface import ProbeContext  # noqa: PLC0415
    from vendor_audit.probes.network import Network, NetworkSettings  # noqa: PLC0415
    from vendor_audit.probes.tls.probe import TlsProbe  # noqa: PLC0415

    async def run() -> None:
        network = Network(NetworkSettings(resolve={"localhost": (ipaddress.ip_address("127.0.0.1"),)}))
        context = ProbeContext(network, lambda: dt.datetime.now(dt.UTC), 5.0)
        target = Target("endpoint", f"https://localhost:{port}", host="localhost", port=port)
        seconds = []
        for _ in range(times):
            begin = time.perf_counter()
            sight = await TlsProbe().observe(target, context)
            seconds.append(time.perf_counter() - begin)
        count = Counter(each["version"] for each in sight.facts["cipher_suites"]["accepted"])
        found = summary(count, len(sight.facts["groups"]["accepted"]))
        print(json.dumps({"seconds": seconds[-1], "found": found + ("" if not sight.unknown else f" {sight.unknown}")}))

    asyncio.run(run())


def sslyze_python() -> str:
    """Return the Python of an environment with SSLyze, made on first use."""
    folder = CACHE / "sslyze"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", "import sslyze"], check=False, capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "sslyze"], check=True)
    return str(python)


def run_sslyze(port: int) -> Run:
    """Run SSLyze for versions, suites and curves."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out.json"
        command = [sslyze_python(), "-m", "sslyze", "--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2"]
        process, _ = timed([*command, "--tlsv1_3", "--elliptic_curves", f"--json_out={out}", f"127.0.0.1:{port}"])
        told: dict[str, Any] = json.loads(out.read_text())
    begin, end = (dt.datetime.fromisoformat(told[f"date_scans_{each}"]) for each in ("started", "completed"))
    results = told["server_scan_results"][0]["scan_result"]
    count: Counter[str] = Counter()
    for name, attempt in results.items():
        if name.endswith("_cipher_suites") and attempt["result"] and attempt["result"]["accepted_cipher_suites"]:
            count[name.removesuffix("_cipher_suites")] = len(attempt["result"]["accepted_cipher_suites"])
    curves = (results["elliptic_curves"]["result"] or {}).get("supported_curves") or []
    return Run(process, (end - begin).total_seconds(), summary(count, len(curves)))


def run_sslscan(port: int) -> Run:
    """Run sslscan with its defaults."""
    process, printed = timed(["sslscan", "--xml=-", "--sni-name=localhost", f"127.0.0.1:{port}"])
    root = ET.fromstring(printed)  # noqa: S314 # a program of our own choice on a server of our own
    count = Counter(each.attrib["sslversion"] for each in root.iter("cipher"))
    return Run(process, None, summary(count, len({each.attrib["name"] for each in root.iter("group")})))


def run_testssl(port: int) -> Run:
    """Run testssl for versions, suites by version and forward secrecy."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out.json"
        program = shutil.which("testssl") or shutil.which("testssl.sh") or "testssl"
        options = ["--quiet", "--color", "0", "--warnings", "off", "-p", "-E", "-f", "--jsonfile", str(out)]
        process, _ = timed([program, *options, f"127.0.0.1:{port}"])
        told: list[dict[str, str]] = json.loads(out.read_text())
    ids = [each["id"] for each in told]
    count = Counter(each.split("-")[1].rsplit("_", 1)[0] for each in ids if each.startswith("cipher-tls"))
    lists = [each["finding"] for each in told if each["id"] in {"FS_ECDHE_curves", "PFS_ECDHE_curves", "DH_groups"}]
    words = {word.lower() for each in lists for word in each.split()}
    groups = [word for word in words if word.startswith(("ffdhe", "x", "secp", "sect", "prime", "brainpool"))]
    return Run(process, None, summary(count, len(groups)))


def measure(tool: Callable[[int], Run], port: int, runs: int) -> Run:
    """Return the medians of some runs."""
    done = [tool(port) for _ in range(runs)]
    scans = [each.scan for each in done if each.scan is not None]
    return Run(
        statistics.median(each.process for each in done), statistics.median(scans) if scans else None, done[-1].found
    )


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave testssl out")
    parser.add_argument("--ours", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=1, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ours:
        observe(chosen.ours, chosen.times)
        return
    tools: dict[str, tuple[Callable[[int], Run], int]] = {
        "vendor-audit": (run_ours, 3),
        "second target": (run_again, 3),
        "SSLyze": (run_sslyze, 3),
    }
    if shutil.which("sslscan"):
        tools["sslscan"] = (run_sslscan, 3)
    if not chosen.quick and (shutil.which("testssl") or shutil.which("testssl.sh")):
        tools["testssl"] = (run_testssl, 1)
    sslyze_python()
    with servers() as ports:
        for server, port in ports.items():
            for round_trip in (0.0, ROUND_TRIP) if server == "nginx" else (0.0,):
                print(f"\n{server}, {'loopback' if not round_trip else 'through a relay of 30 ms'}")
                print(f"{'tool':14}{'process s':>10}{'ratio':>7}{'scan s':>9}{'ratio':>7}{'connections':>13}  found")
                table(tools, port, round_trip)


def table(tools: dict[str, tuple[Callable[[int], Run], int]], port: int, round_trip: float) -> None:
    """Measure all tools at one server and print a line each; ratios are to the first, whole process or scan alone."""
    first: Run | None = None
    for name, (tool, runs) in tools.items():
        relay = Relay(port, round_trip)
        if round_trip:
            run = measure(tool, relay.port, runs)
            connections = relay.connections / runs
        else:
            tool(relay.port)
            connections = relay.connections
            run = measure(tool, port, runs)
        first = first or run
        scan = f"{run.scan:9.3f}" if run.scan is not None else f"{'-':>9}"
        ours = first.scan or first.process
        ratio = f"{(run.scan if run.scan is not None else run.process) / ours:7.1f}"
        print(
            f"{name:14}{run.process:10.3f}{run.process / first.process:7.1f}{scan}{ratio}{connections:13.0f}"
            f"  {run.found}",
            flush=True,
        )


if __name__ == "__main__":
    main()
