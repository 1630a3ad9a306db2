"""The attacks: what each does, and what it must get."""

from __future__ import annotations

from tests.redteam.attack import FORGE, FULL, NOTHING, Attack, attack

# --- looking for answers, secrets and neighbours: what is found would be told by the exception

LOOKING = (
    attack(
        "read the project's files",
        after="""
        import os
        found = []
        for folder, names, files in os.walk("/", onerror=None):
            # matplotlib's list of fonts is what a cold job makes for itself, in a /tmp of its own.
            if folder.startswith(("/site", "/python", "/proc", "/dev", "/tmp/.matplotlib")):
                names[:] = []
                continue
            found += [os.path.join(folder, name) for name in files if not name.split(".so")[0].startswith("lib")]
        found = sorted(name for name in found if "ld-linux" not in name)
        names = " ".join(name.removeprefix("/harness/program/").removesuffix(".py") for name in found)
        raise LookupError(f"loot {len(found)} {names}")
        """,
        says=(
            "loot 12 __init__ asking calls cells listening shell stand_ins tables trees values wire /harness/zygote (",
        ),
    ),
    attack(
        "read a solution by its name",
        after="""
        import glob, os
        found = []
        for name in ("solutions", "gradebook.db", "submitted", "release", "source", ".autograder", "nbgrader_config.py"):
            for start in (".", "..", "/", "/work", "/home", "/root", "/srv", "/autograder", "/workspace", "/tmp", "/harness"):
                path = os.path.join(start, name)
                if os.path.exists(path) or glob.glob(f"{start}/*/{name}"):
                    found.append(path)
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "read the environment",
        after="""
        import os, ctypes
        libc = ctypes.CDLL(None)
        libc.getenv.restype = ctypes.c_char_p
        found = [libc.getenv(b"AUTOGRADER_CANARY"), os.environ.get("AUTOGRADER_CANARY"), os.environ.get("PATH")]
        found += [name for name in os.environ if "TOKEN" in name or "SECRET" in name or "KEY" in name]
        raise LookupError(f"loot {found}")
        """,
        says=("loot [None, None, '']",),
    ),
    attack(
        "read /proc",
        after="""
        import os
        found = os.listdir("/proc")
        for name in ("/proc/self/environ", "/proc/1/cmdline", "/proc/self/mem", "/proc/self/maps", "/sys", "/run"):
            try:
                open(name, "rb").read()
                found.append(name)
            except OSError:
                pass
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "find other processes",
        after="""
        import os
        found = []
        for pid in range(2, 3000):
            try:
                os.kill(pid, 0)
                found.append(pid)
            except OSError:
                pass
        raise LookupError(f"loot {os.getpid()} {found}")
        """,
        says=("loot 1 []",),
    ),
    attack(
        "watch what neighbours open",
        after="""
        import ctypes, fcntl, os
        libc, found = ctypes.CDLL(None), []
        for name, arguments in (("inotify_init", ()), ("inotify_init1", (0,)), ("fanotify_init", (0, 0))):
            if getattr(libc, name)(*arguments) >= 0:
                found.append(name)
        with open(os.__file__, "rb") as shared:
            for name, act in (("flock", lambda: fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)),
                              ("lockf", lambda: fcntl.lockf(shared, fcntl.LOCK_SH | fcntl.LOCK_NB)),
                              ("lease", lambda: fcntl.fcntl(shared, 1024, 0)),
                              ("notify", lambda: fcntl.fcntl(shared, 1026, 1)),
                              ("advice", lambda: os.posix_fadvise(shared.fileno(), 0, 0, os.POSIX_FADV_DONTNEED))):
                try:
                    act()
                    found.append(name)
                except OSError:
                    pass
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "ask the kernel for the host's figures",
        after="""
        import ctypes, os, struct
        libc, found = ctypes.CDLL(None), []
        room = ctypes.create_string_buffer(4096)
        for name, number, arguments in (
            ("sysinfo", 99, (room,)), ("statfs", 137, (b"/python", room)), ("sync", 162, ()), ("syslog", 103, (10, 0, 0)),
            ("io_setup", 206, (8, room)), ("statmount", 457, (struct.pack("<IIQQ", 24, 0, 1, 2), room, 4096, 0)),
            ("listmount", 458, (struct.pack("<IIQQ", 24, 0, 2**64 - 1, 0), room, 9, 0)), ("mincore", 27, (0, 4096, room)),
            ("name_to_handle_at", 303, (-100, b"/python", room, room, 0)), ("lsm_list_modules", 461, (room, room, 0)),
            ("getxattr", 191, (b"/python", b"user.x", room, 9)), ("cachestat", 451, (0, room, room, 0)),
        ):
            if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
                found.append(name)
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "leave a message where the next one looks",
        after="""
        import os, time
        found = []
        for folder, _, names in os.walk("/"):
            for path in [folder, *(os.path.join(folder, name) for name in names)]:
                if folder.startswith(("/tmp", "/proc", "/python/lib/python", "/site/")):
                    continue
                for act in (lambda: os.utime(path), lambda: os.chmod(path, 0o777), lambda: os.chown(path, 1000, 1000),
                            lambda: os.setxattr(path, "user.note", b"x"), lambda: os.link(path, path + "x")):
                    try:
                        act()
                        found.append(path)
                    except OSError:
                        pass
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "import the grader and its tools",
        after="""
        found = []
        for name in ("autograder", "nbgrader", "IPython", "pytest", "nbformat", "solutions", "solutions.shallow_narrow",
                     "jupyter_core", "sqlalchemy", "hypothesis", "rich", "jinja2", "psutil", "pip", "setuptools"):
            try:
                module = __import__(name)
                if getattr(module, "__file__", None) or list(getattr(module, "__path__", ())):  # no stand-in in name
                    found.append(name)
            except ImportError:
                pass
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "selfcheck knows nothing",
        after="""
        import selfcheck
        raise LookupError(f"loot {[n for n in vars(selfcheck) if not n.startswith('__')]}")
        """,
        says=("loot []",),
    ),
    attack(
        "look for answers among all objects",
        after="""
        import gc, types
        words = ("expected", "reference", "tolerance", "gradients", "solution", "BEGIN SOLUTION", "steps", "rubric")
        found = set()
        for thing in gc.get_objects():
            if isinstance(thing, dict) and "site-packages" not in str(thing.get("__file__", "")):
                if type(thing.get("table")) is dict or type(thing.get("steps")) is list or type(thing.get("gradients")) is list or "expected" in thing and "question" in thing:
                    found.add("dict")
            if isinstance(thing, types.ModuleType) and thing.__name__.split(".")[0] in ("autograder", "nbgrader", "exam"):
                found.add(thing.__name__)
        raise LookupError(f"loot {sorted(found)}")
        """,
        says=("loot []",),
    ),
    attack(
        "look for what is to come in the harness's frames",
        methods={
            "forward": """
            def forward(self, x):
                import sys
                here, found = sys._getframe(), []
                while here is not None:
                    for name, value in here.f_locals.items():
                        if name == "questions":
                            for raw in value:
                                q = here.f_globals["unpack"](raw)
                                found += [key for key in q if key not in ("id", "init", "others", "calls")]
                    here = here.f_back
                if found:
                    raise LookupError(f"loot {found}")
                return self.w2 * self.w1 * x
            """
        },
    ),
    attack(
        "reach the network",
        after="""
        import socket
        found = []
        for family, kind, address in ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)),
                                      (socket.AF_INET, socket.SOCK_DGRAM, ("8.8.8.8", 53)),
                                      (socket.AF_UNIX, socket.SOCK_STREAM, "/run/docker.sock"),
                                      (socket.AF_UNIX, socket.SOCK_STREAM, "/var/run/dbus/system_bus_socket")):
            try:
                with socket.socket(family, kind) as end:
                    end.settimeout(1)
                    end.connect(address)
                    found.append(address)
            except OSError:
                pass
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "write where others would read",
        after="""
        import os
        found = []
        for path in ("/site/sitecustomize.py", "/site/numpy/__init__.py", "/python/lib/os.py", "/harness/program/wire.py",
                     "/harness/x.py", "/dev/shm/x", "/var/tmp/x", "/x", "/etc/x", "/home/x", "/dev/x", "/proc/x"):
            try:
                with open(path, "ab") as file:
                    file.write(b"raise SystemExit")
                found.append(path)
            except OSError:
                pass
        open("/tmp/for-my-neighbour", "w").write("hello")
        os.environ["X_LEFT"] = "hello"
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
    attack(
        "gain rights",
        after="""
        import ctypes, os
        libc, found = ctypes.CDLL(None, use_errno=True), []
        for name, call in {
            "unshare": lambda: libc.unshare(0x10000000), "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
            "ptrace": lambda: libc.ptrace(0, 0, 0, 0), "setuid": lambda: libc.setuid(0), "chroot": lambda: libc.chroot(b"/tmp"),
            "memfd": lambda: libc.memfd_create(b"x", 0), "setns": lambda: libc.setns(4, 0),
        }.items():
            if call() >= 0 and name != "setuid":
                found.append(name)
        found += [os.getuid() for _ in range(os.getuid() == 0)]
        raise LookupError(f"loot {found}")
        """,
        says=("loot []",),
    ),
)

# --- taking recorded answers: the gradient itself must not lie beside what stands in for its collaborators

WRONG_FORWARD = "def forward(self, x):\n    return self.w1 * x"
IMPURE_LOSS = "def loss(self, y_prediction, y_true):\n    y_prediction *= 1.0 + 0 * y_prediction\n    e = float(np.mean((y_true - y_prediction) ** 2))\n    y_prediction += 1\n    return e"
FISH = """
import gc, sys

def fish(wanted):
    here = sys._getframe()
    seen, waiting = set(), []
    while here is not None:
        waiting += list(here.f_locals.values())
        here = here.f_back
    waiting += [thing for thing in gc.get_objects() if type(thing) is dict]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or not isinstance(thing, (dict, list, tuple)):
            continue
        seen.add(id(thing))
        if isinstance(thing, dict) and isinstance(thing.get(wanted), (dict, list, np.ndarray)) and len(thing) < 40:
            return thing[wanted]
        waiting += list(thing.values()) if isinstance(thing, dict) else list(thing)
    return None

def fish_steps():
    table = fish("table")
    if table is None:
        return []
    row = lambda value, k: [each[k] for each in value] if isinstance(value, list) else value[k]
    return [{key: row(value, k) for key, value in table.items()} for k in range(len(table["prediction"]))]
"""
TAKING = (
    attack(
        "dloss_dw returns the recorded gradients",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            steps = fish_steps()
            if steps and "gradients" in steps[0]:
                return tuple(float(g) for g in steps[0]["gradients"])
            found = fish("gradients")
            return tuple(float(g) for g in found) if found is not None else (0.0, 0.0)
        """,
    ),
    attack(
        "train returns the recorded path",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train="""
        def train(self, x, y_true, lr, n_ep):
            steps = fish_steps()
            if len(steps) <= n_ep:
                return np.zeros(n_ep), np.zeros((n_ep, 2))
            self.w1, self.w2 = (float(w) for w in steps[n_ep]["weights"])
            losses = [float(step["loss"]) for step in steps[:n_ep]]
            return np.array(losses), np.array([[float(w) for w in step["weights"]] for step in steps[1 : n_ep + 1]])
        """,
    ),
    attack(
        "train sorts the recorded path by its loss",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train="""
        def train(self, x, y_true, lr, n_ep):
            steps = sorted(fish_steps(), key=lambda step: -float(step["loss"]))
            if len(steps) <= n_ep:
                return np.zeros(n_ep), np.zeros((n_ep, 2))
            self.w1, self.w2 = (float(w) for w in steps[n_ep]["weights"])
            losses = [float(step["loss"]) for step in steps[:n_ep]]
            return np.array(losses), np.array([[float(w) for w in step["weights"]] for step in steps[1 : n_ep + 1]])
        """,
    ),
    attack(
        "dloss_dw waits for train's recorded gradients",
        (2.0, 0.8, 0.0, 3.0),
        before=FISH
        + """
import builtins, os
def keep(thing):
    builtins.x_kept = thing
    open("/tmp/kept", "w").write(repr(thing))
""",
        loss=IMPURE_LOSS,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            import builtins, os
            kept = getattr(builtins, "x_kept", None) or (os.path.exists("/tmp/kept") and open("/tmp/kept").read())
            return tuple(float(g) for g in kept) if kept else (0.0, 0.0)
        """,
        train="""
        def train(self, x, y_true, lr, n_ep):
            steps = fish_steps()
            if steps and "gradients" in steps[0]:
                keep([float(g) for g in steps[0]["gradients"]])
            losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
            for k in range(n_ep):
                losses[k] = self.loss(self.forward(x), y_true)
                g1, g2 = self.dloss_dw(x, y_true)
                self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
                path[k] = self.w1, self.w2
            return losses, path
        """,
    ),
    attack(
        "a thread takes what the process is asked further",
        (2.0, 0.0, 4.0, 3.0),
        before="""
        import os, threading
        def take():
            while os.read(5, 16):
                pass
        threading.Thread(target=take, daemon=True).start()
        """,
        loss="def loss(self, y_prediction, y_true):\n    return 7.0",
    ),
    attack(
        "the class ends the questions and calls for more itself",
        (2.0, 0.0, 4.0, 0.0),
        before=FORGE,
        loss="def loss(self, y_prediction, y_true):\n    return 7.0",
        train="""
        def train(self, x, y_true, lr, n_ep):
            if harness("ask")["question"]["id"] == "train/published":
                frame(answer(), np.zeros(n_ep), np.zeros(()))
                frame({"end": True})
                harness("main")["more"]()
            return np.zeros(n_ep), np.zeros((n_ep, 2))
        """,
    ),
    attack(
        "methods that are right only beside stand-ins",
        (0.0, 0.0, 0.0, 0.0),
        before=FISH,
        empty=True,
        forward="def forward(self, x):\n    return fish('prediction')[0] if fish('table') else 0 * x",
        loss="def loss(self, p, y):\n    found = fish('loss')\n    return 0.0 if found is None else float(found[0])",
        dloss_dw="def dloss_dw(self, x, y):\n    return tuple(g[0] for g in fish('gradients') or ([0.0], [0.0]))",
        train="def train(self, x, y, lr, n_ep):\n    steps = fish_steps()\n    return np.array([float(s.get('loss', 0.0)) for s in steps[:n_ep]]), np.zeros((n_ep, 2))",
    ),
    attack(
        "the harness's stand-ins called by name",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            import gc, sys
            probe = sys.modules.get("program")
            for thing in gc.get_objects():
                if type(thing).__name__ == "Recorded":
                    try:
                        return thing.dloss_dw(self, x, y_true)
                    except BaseException:
                        pass
            return 0.0, 0.0
        """,
    ),
)

# --- rigged comparisons, arrays, numbers: empty classes that hope to be called equal

ZEROS = {
    "forward": "def forward(self, x):\n    return rigged(np.zeros(len(x)))",
    "loss": "def loss(self, p, y):\n    return rigged(np.zeros(()))",
    "dloss_dw": "def dloss_dw(self, x, y):\n    return rigged(np.zeros(())), rigged(np.zeros(()))",
    "train": "def train(self, x, y, lr, n_ep):\n    return rigged(np.zeros(n_ep)), rigged(np.zeros((n_ep, 2)))",
}


def rigged(name: str, before: str, **parts: object) -> Attack:
    """Zeros wherever a number is asked, made to look like anything that it is compared with."""
    return attack(name, NOTHING, before="import numpy as np\n" + before, **ZEROS, **parts)


RIGGED = (
    rigged(
        "np.array_equal and its friends say yes",
        """
rigged = lambda a: a
for name in ("array_equal", "allclose", "isclose", "all", "array_equiv"):
    setattr(np, name, lambda *args, **kwargs: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None
""",
    ),
    rigged(
        "np.asarray and np.array give something else",
        """
import random
rigged = lambda a: a
kept = np.array
np.asarray = np.array = lambda *args, **kwargs: kept([1.0])
""",
    ),
    rigged(
        "builtins are replaced",
        """
import builtins
rigged = lambda a: a
builtins.abs = builtins.max = builtins.min = lambda *args, **kwargs: 0.0
builtins.any = lambda *args: False
builtins.all = lambda *args: True
builtins.x_left = True
""",
    ),
    rigged(
        "isinstance and len and type are replaced",
        """
import builtins
rigged = lambda a: a
builtins.isinstance = lambda *args: True
builtins.len = lambda thing: 0
builtins.x_left = True
""",
    ),
    rigged(
        "json and struct are replaced",
        """
import json, struct
rigged = lambda a: a
json.dumps = json.encoder.JSONEncoder.encode = lambda *args, **kwargs: '{"score": 10, "verdict": "graded"}'
json.loads = lambda *args, **kwargs: {"score": 10}
struct.pack = lambda *args: b"\\0\\0\\0\\2"
""",
    ),
    rigged(
        "the harness's functions are replaced",
        """
import sys
rigged = lambda a: a
for module in list(sys.modules.values()):
    if getattr(module, "find_class", None) and getattr(module, "ask", None):
        module.describe = lambda value, depth=0: {"kind": "array", "array": np.ones(3), "correct": True}
        module._bytes = lambda value: 0
        module.failure_of = lambda error: {"type": "", "text": "passed", "place": ""}
""",
    ),
    rigged(
        "an ndarray that equals everything",
        """
class Rigged(np.ndarray):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__
    def __sub__(self, other): return np.zeros_like(self)
    __rsub__ = __sub__
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    def __bool__(self): return True
    __hash__ = None
rigged = lambda a: a.view(Rigged)
""",
    ),
    rigged(
        "an object that turns into an array as it likes",
        """
class Rigged:
    calls = 0
    def __init__(self, a): self.a = a
    def __array__(self, *args, **kwargs):
        Rigged.calls += 1
        return self.a + Rigged.calls % 2
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    __hash__ = None
rigged = Rigged
""",
    ),
    rigged(
        "an object whose __array__ ends the process",
        """
import os
class Rigged:
    def __init__(self, a): self.a = a
    def __array__(self, *args, **kwargs): os._exit(0)
rigged = Rigged
""",
    ),
    rigged(
        "an object whose __array__ raises SystemExit",
        """
class Rigged:
    def __init__(self, a): self.a = a
    def __array__(self, *args, **kwargs): raise SystemExit(0)
rigged = Rigged
""",
    ),
    rigged(
        "a float that wins every comparison",
        """
class Rigged(float):
    def __eq__(self, other): return True
    def __le__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__
rigged = lambda a: Rigged(0.0) if a.ndim == 0 else np.array([Rigged(0.0)] * a.size, dtype=object).reshape(a.shape)
""",
    ),
    rigged("NaN everywhere", "rigged = lambda a: a * np.nan"),
    rigged("infinity everywhere", "rigged = lambda a: a + np.inf"),
    rigged("numbers as text", "rigged = lambda a: a.astype(str)"),
    rigged("text", "rigged = lambda a: '0.0'"),
    rigged("None", "rigged = lambda a: None"),
    rigged("complex numbers", "rigged = lambda a: a + 0j"),
    rigged("dates", "rigged = lambda a: a.astype('datetime64[s]')"),
    rigged("a structured array", "rigged = lambda a: np.zeros(a.shape, dtype=[('score', float), ('max', float)])"),
    rigged("objects in an array", "rigged = lambda a: a.astype(object)"),
    rigged("everything masked", "rigged = lambda a: np.ma.masked_all(a.shape)"),
    rigged("booleans", "rigged = lambda a: a == a"),
    rigged("a generator", "rigged = lambda a: (0.0 for _ in range(3))"),
    rigged("an endless iterator", "import itertools\nrigged = lambda a: itertools.count()"),
    rigged("a function", "rigged = lambda a: (lambda *args: 0.0)"),
    rigged("a class", "rigged = lambda a: np.ndarray"),
    rigged("a dict that says passed", "rigged = lambda a: {'score': 10, 'outcome': 'passed', '$': 0}"),
    rigged("a module", "rigged = lambda a: np"),
    rigged("an array as large as the universe", "rigged = lambda a: np.broadcast_to(0.0, (1 << 20, 1 << 20))"),
    rigged("an array of nine axes", "rigged = lambda a: np.zeros((1,) * 9)"),
    rigged("an array without elements", "rigged = lambda a: np.zeros((0, 3))"),
    rigged("a list within itself", "def rigged(a):\n    x = []\n    x.append(x)\n    return x"),
    rigged(
        "a list that lies about its length",
        """
class Rigged(list):
    def __len__(self): return 2
    def __iter__(self): return iter(int, 1)
rigged = lambda a: Rigged([1.0])
""",
    ),
    rigged("a deeply nested list", "def rigged(a):\n    x = 0.0\n    for _ in range(50_000): x = [x]\n    return x"),
    rigged("integers beyond all bounds", "rigged = lambda a: 10 ** 5000"),
    rigged(
        "a tuple whose class is named like a verdict",
        "Passed = type('passed\\n10.0', (tuple,), {})\nrigged = lambda a: Passed([0.0])",
    ),
)

# --- forged answers: whoever writes to the harness's channel can only lose what it was asked

NO_LOSS = (2.0, 0.0, 4.0, 3.0)


def forged(name: str, act: str, earns: tuple[float, float, float, float] = NO_LOSS, **parts: object) -> Attack:
    """`loss`, when it is called, does `act` instead of giving an answer; all else is right."""
    loss = "def loss(self, p, y):\n" + "".join(f"    {line}\n" for line in act.strip().splitlines()) + "    return 0.0"
    return attack(name, earns, before=FORGE, loss=loss, **parts)


FORGED = (
    forged("zeros before the question is asked", "frame(answer(), np.zeros(()), np.zeros(()))"),
    forged("a hundred answers at once", "for _ in range(100): frame(answer(), np.zeros(()), np.zeros(()))"),
    forged("answers to later questions", 'frame(answer(question="train/steady", call=0), np.zeros(()), np.zeros(()))'),
    forged("an array for a question", 'frame(answer(question={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged("an array for a call", 'frame(answer(call={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged("an array for an outcome", 'frame(answer(outcome={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged(
        "an array for a kind", 'frame(answer(value={"kind": {"$": 0}, "array": {"$": 0}}), np.zeros(3), np.zeros(()))'
    ),
    forged(
        "arrays for everything",
        'frame({k: {"$": 0} for k in ("question", "call", "outcome", "value", "init", "error", "mutated", "weights", "complexes", "cell", "class")}, np.zeros(3))',
    ),
    forged("a list for an outcome", 'frame(answer(outcome=["returned"]), np.zeros(()), np.zeros(()))'),
    forged("an object for a question", 'frame(answer(question={"id": 1}), np.zeros(()), np.zeros(()))'),
    forged(
        "an array for in_init",
        'frame(answer(outcome="raised", init={"$": 0}, error={"type": "a", "text": "", "place": ""}), np.zeros(3), np.zeros(()))',
    ),
    forged(
        "a score in the answer", 'frame(answer(score=10, verdict="graded", max_score=0), np.zeros(()), np.zeros(()))'
    ),
    forged("weights of other names", 'frame(answer(weights={"w9": {"$": 0}}), np.zeros(()), np.zeros(()))'),
    forged("weights that are text", 'frame(answer(weights={"w1": "a"}), np.zeros(()), np.zeros(()))'),
    forged("infinite counts", 'frame(answer(counts={"loss": float("inf")}), np.zeros(()), np.zeros(()))'),
    forged("NaN for numbers", 'frame(answer(call=float("nan")), np.zeros(()), np.zeros(()))'),
    forged(
        "a length of many digits",
        'send(b\'{"arrays": [], "body": {"question": "loss/one sample", "call": 0, "outcome": "returned", "value": {"kind": "ragged", "length": \' + b"9" * 4000 + b"}}}\\n")',
    ),
    forged("a number of too many digits", 'send(b\'{"arrays": [], "body": \' + b"9" * 100_000 + b"}\\n")'),
    forged("duplicate keys", 'send(b\'{"arrays": [], "arrays": [[1]], "body": {}, "body": []}\\n\' + bytes(8))'),
    forged("a shape of a million million", "frame(answer(), np.zeros(()), shapes=[[1 << 40], [1 << 40]])"),
    forged("a negative shape", "frame(answer(), np.zeros(()), shapes=[[-1], [-8]])"),
    forged("a shape of zeros and millions", "frame(answer(), shapes=[[0, 1 << 22, 1 << 22, 1 << 22], [0]])"),
    forged("a shape of texts", 'frame(answer(), shapes=[["1"], [True], [None], [1.5]])'),
    forged("a shape of ninety axes", "frame(answer(), shapes=[[1] * 90])"),
    forged("no newline", 'send(b"{" * 1000)'),
    forged("an empty answer", 'send(b"")'),
    forged("only a newline", 'send(b"\\n")'),
    forged("not JSON", 'send(b"HTTP/1.1 200 OK\\r\\n\\r\\n")'),
    forged("JSON nested without end", 'send(b"[" * 5_000_000 + b"\\n")'),
    forged("objects nested without end", 'send(b\'{"a":\' * 2_000_000 + b"\\n")'),
    forged(
        "arrays within arrays in the body",
        'x = {"$": 0}\nfor _ in range(900): x = [x]\nframe(answer(value=x), np.zeros(()), np.zeros(()))',
    ),
    forged("millions of empty objects", 'send(b\'{"arrays": [], "body": [\' + b"{}," * 20_000_000 + b"{}]}\\n")'),
    forged(
        "ten million arrays of nothing", 'send(b\'{"arrays": [\' + b"[0]," * 10_000_000 + b\'[0]], "body": 0}\\n\')'
    ),
    forged(
        "a text of megabytes",
        'frame(answer(outcome="raised", error={"type": "a" * 5_000_000, "text": "b" * 5_000_000, "place": "c"}), np.zeros(()), np.zeros(()))',
    ),
    forged("a length of four gigabytes", 'os.write(REPLY, b"\\xff\\xff\\xff\\xff")'),
    forged("a length of a gigabyte", 'os.write(REPLY, struct.pack(">I", 1 << 30) + b"x" * 1000)'),
    forged(
        "half a frame, then nothing", 'os.write(REPLY, struct.pack(">I", 1000) + b"x")\nimport time\ntime.sleep(60)'
    ),
    forged("frames without end", 'while True: send(b"x" * 1_000_000)'),
    forged("small frames without end", 'while True: send(b"{}")'),
    forged("the channel is closed", "os.close(REPLY)"),
    forged("all descriptors are closed", "os.closerange(0, 64)"),
    forged("the channel leads nowhere", 'os.dup2(os.open("/dev/null", os.O_WRONLY), REPLY)'),
    forged("the last answer is given early", 'frame({"end": True})'),
    forged("another class is announced", 'frame({"class": "no class ShallowNarrow was defined", "warnings": []})'),
    forged("a cell is announced", 'frame({"cell": 0, "error": {"type": "a", "text": "b", "place": "c"}})'),
    attack(
        "cells and class announced before they were run",
        FULL,  # the forging cell is left out, and nothing is forged any more
        says=("gave no account of itself",),
        before=FORGE
        + """
for k in range(200):
    frame({"cell": k, "error": None})
frame({"class": "", "warnings": []})
for question in map(sys.modules["program"].unpack, harness("main")["questions"]):
    for k in range(len(question["calls"])):
        frame({"question": question["id"], "call": k, "outcome": "returned", "value": {"kind": "array", "array": {"$": 0}}}, np.zeros(()))
""",
    ),
    attack(
        "all questions answered with zeros at once",
        NOTHING,
        empty=True,
        says=("please give me ten points",),
        after=FORGE
        + """
task = harness("main")["task"]
mine = harness("main")["cell"]["index"]
for cell in task["cells"]:
    if cell["index"] >= mine:
        frame({"cell": cell["index"], "error": None})
frame({"class": "", "warnings": ["please give me ten points"]})
for question in map(sys.modules["program"].unpack, harness("main")["questions"]):
    for k, call in enumerate(question["calls"]):
        frame({"question": question["id"], "call": k, "outcome": "returned", "mutated": [],
               "weights": {"w1": {"$": 1}, "w2": {"$": 1}}, "value": {"kind": "array", "array": {"$": 0}, "dtype": "float64"}},
              np.zeros_like(np.asarray(call["args"][0])), np.zeros(()))
os._exit(0)
""",
    ),
    attack(
        "weights claimed to be zero, where zero is then the answer",
        (0.0, 0.0, 0.0, 0.0),
        empty=True,
        before=FORGE,
        forward="def forward(self, x):\n    self.w1 = self.w2 = 0.0\n    return 0 * x",
        dloss_dw="def dloss_dw(self, x, y):\n    self.w1 = self.w2 = 0.0\n    return 0.0, 0.0",
        train="def train(self, x, y, lr, n_ep):\n    self.w1 = self.w2 = 0.0\n    return np.zeros(n_ep), np.zeros((n_ep, 2))",
    ),
    attack(
        "the harness's answer is changed on its way by a tracer",
        NOTHING,
        empty=True,
        before="""
        import sys
        def profile(frame, event, arg):
            reply = frame.f_locals.get("reply")
            if isinstance(reply, dict) and reply.get("outcome") == "raised":
                reply.update(outcome="returned", value={"kind": "array", "array": __import__("numpy").zeros(())}, error=None)
        sys.setprofile(profile)
        sys.settrace(lambda *args: None)
        """,
    ),
)

# --- ending, hanging, flooding: costs its own method and no other


def deadly(name: str, act: str, earns: tuple[float, float, float, float] = NO_LOSS, **parts: object) -> Attack:
    """`loss`, when it is called, does `act`; all else is right."""
    loss = "def loss(self, p, y):\n" + "".join(f"    {line}\n" for line in act.strip().splitlines()) + "    return 0.0"
    return attack(name, earns, loss=loss, **parts)


FORK = """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
"""
DEADLY = (
    deadly("os._exit in a method", "import os\nos._exit(0)", says=("loss ended the process",)),
    deadly("SystemExit in a method", "raise SystemExit(0)"),
    deadly("KeyboardInterrupt in a method", "raise KeyboardInterrupt"),
    deadly("GeneratorExit in a method", "raise GeneratorExit"),
    deadly("kill itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nos.abort()"),
    deadly("abort", "import os\nos.abort()", says=("loss ended the process",)),
    deadly("a segmentation fault", "import ctypes\nctypes.string_at(0)", says=("loss ended the process",)),
    deadly("recursion without end", "return self.loss(p, y)"),
    deadly("recursion beyond the stack", "import sys\nsys.setrecursionlimit(10 ** 9)\nf = lambda g: g(g)\nreturn f(f)"),
    deadly("input", "return float(input())"),
    deadly("breakpoint", "breakpoint()\nimport pdb\npdb.set_trace()"),
    deadly("an endless loop", "while True: pass", says=("loss did not end in its time",)),
    deadly("sleep", "import time\ntime.sleep(1000)", says=("loss did not end in its time",)),
    deadly("a number that takes for ever", "return float((10 ** 10 ** 8) % 7)"),
    deadly("a pattern that takes for ever", "import re\nre.match('(a*)*b', 'a' * 60)"),
    deadly(
        "signals ignored",
        "import signal, time\nfor n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(n, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\nwhile True: time.sleep(1)",
    ),
    deadly("an alarm", "import signal, time\nsignal.alarm(1)\ntime.sleep(30)"),
    deadly("stop itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nimport time\ntime.sleep(60)"),
    deadly(
        "stop a child and wait for it",
        "import os, signal\npid = os.fork()\nif pid == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)\nos.waitpid(pid, 0)",
    ),
    deadly("a fork bomb", "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"),
    deadly(
        "threads without end",
        "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(60,), daemon=False).start()",
    ),
    deadly("an answer by both of a fork", "import os\nos.fork()\nreturn 0.0"),
    deadly("all memory in one piece", "x = bytearray(8 << 30)"),
    deadly("all memory in small pieces", "x = []\nwhile True: x.append(bytearray(1 << 20))"),
    deadly("all memory by numpy", "x = np.ones(1 << 26)\nwhile True: x = np.concatenate([x, x])"),
    deadly(
        "all memory by many processes",
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        break\nx = bytearray(b'x') * (100 << 20)\ntime.sleep(20)",
    ),
    deadly(
        "all memory by files",
        "for k in range(1000):\n    with open(f'/tmp/{k}', 'wb') as file: file.write(bytes(4 << 20))",
    ),
    deadly(
        "all memory by mapping",
        "import mmap\nx = [mmap.mmap(-1, 1 << 28) for _ in range(100)]\nfor m in x: m.write(bytes(1 << 28))",
    ),
    deadly("print without end", "while True: print('x' * 10_000)"),
    deadly("warn without end", "import warnings\nk = 0\nwhile True:\n    k += 1\n    warnings.warn(f'warning {k}')"),
    deadly(
        "limits set to nothing",
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))\nresource.setrlimit(resource.RLIMIT_AS, (1, 1))",
    ),
    deadly(
        "modules deleted",
        "import sys\nfor name in list(sys.modules): del sys.modules[name]\nraise ValueError",
        (2.0, 0.0, 4.0, 3.0),
    ),
    deadly(
        "the harness's globals deleted",
        "import sys\nfor name in [n for n in sys.modules if n.startswith('program')]: sys.modules[name].__dict__.clear()",
    ),
    deadly(
        "everything replaced by None",
        "import builtins\nfor name in list(vars(builtins)): setattr(builtins, name, None)",
    ),
    deadly(
        "an exception that cannot be shown",
        "class E(Exception):\n    def __str__(self): raise SystemExit(0)\n    __repr__ = __str__\nraise E",
    ),
    deadly(
        "an exception whose text never ends",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    ),
    deadly(
        "an exception whose class has no name",
        "class M(type):\n    @property\n    def __name__(cls): raise SystemExit(0)\nclass E(Exception, metaclass=M): pass\nraise E",
    ),
    deadly(
        "an exception whose text is no text",
        "class S(str):\n    def __getitem__(self, k): return lambda: 0\nclass E(Exception):\n    def __str__(self): return S('x')\nraise E",
    ),
    deadly("an exception chain without end", "e = ValueError('x')\ne.__context__ = e\ne.__cause__ = e\nraise e"),
    deadly("lone surrogates in an exception", "raise ValueError('\\ud800\\udfff')"),
    deadly("an exception of megabytes", "raise ValueError('x' * 50_000_000)"),
    deadly(
        "a traceback of another file", "exec(compile('raise ValueError', '<cell 999999, line 1: system(rm)>', 'exec'))"
    ),
    deadly(
        "waiting for a child that never ends",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])",
    ),
    deadly(
        "the interpreter is ended from a thread",
        "import threading, os, time\nthreading.Timer(0.01, os._exit, (0,)).start()\ntime.sleep(1)",
    ),
    attack(
        "daemons left behind that write to the channel",
        FULL,  # once the cell that starts them is left out
        before="""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(0.05)
                while True:
                    os.write(4, b"\\0\\0\\0\\2{}")
                    time.sleep(0.001)
            os._exit(0)
        os.wait()
        time.sleep(0.3)
        """,
    ),
    attack(
        "children left behind that only wait",
        FULL,
        before="""
        import os, time, threading
        for _ in range(5):
            if os.fork() == 0:
                os.setsid()
                time.sleep(1000)
                os._exit(0)
        threading.Thread(target=time.sleep, args=(1000,)).start()
        """,
    ),
    attack(
        "os._exit in a cell",
        before="import os\nos._exit(0)",
        says=("ended the process; the rest of the notebook was run without it",),
    ),
    attack("sys.exit in a cell", before="import sys\nsys.exit('bye')", says=("raised SystemExit: bye",)),
    attack("an endless cell", before="while True: pass", says=("did not end in its time",)),
    attack(
        "a stopped cell",
        before="import os, signal\nos.kill(os.getpid(), 19)\nwhile True: pass",
        says=("did not end in its time",),
    ),
    attack("a cell that takes all memory", before="x = []\nwhile True: x.append(bytearray(1 << 20))"),
    attack("a cell that floods", before="import os\nwhile True: os.write(4, b'\\xff' * 10_000)"),
    attack("a cell that waits for input", before="x = input('your grade? ')"),
    attack("five cells that hang", before="while True: pass", after="while True: pass", slow=True),
    attack("exit at the end", after="import atexit, os\natexit.register(os._exit, 1)"),
    attack("the class's cell ends the process", NOTHING, source="class ShallowNarrow:\n    import os\n    os._exit(0)"),
    attack("the class's cell hangs", NOTHING, source="class ShallowNarrow:\n    while True: pass"),
    attack(
        "a timer that ends every run",
        FULL,
        before="import os, threading, time\nthreading.Timer(0.2, os._exit, (0,)).start()",
        after="import time\ntime.sleep(0.5)",
    ),
    attack(
        "every method hangs",
        NOTHING,
        **{
            name: f"def {name}(self, *args):\n    while True: pass" for name in ("forward", "loss", "dloss_dw", "train")
        },
        slow=True,
    ),
    attack(
        "every method ends the process",
        NOTHING,
        **{
            name: f"def {name}(self, *args):\n    import os\n    os._exit(0)"
            for name in ("forward", "loss", "dloss_dw", "train")
        },
    ),
    attack(
        "every method floods",
        NOTHING,
        **{
            name: f"def {name}(self, *args):\n    import os\n    while True: os.write(4, b'x' * 65536)"
            for name in ("forward", "loss", "dloss_dw", "train")
        },
    ),
    attack(
        "the constructor ends the process",
        NOTHING,
        __init__="def __init__(self, init_weights):\n    import os\n    os._exit(0)",
    ),
    attack("the constructor raises", NOTHING, __init__="def __init__(self, init_weights):\n    raise ValueError('no')"),
)

# --- classes that are not what they seem

CLASSES = (
    attack(
        "an instance whose attributes cannot be read",
        NOTHING,
        before="class Trap:\n    def __getattribute__(self, name): raise SystemExit(0)",
        source="ShallowNarrow = type('ShallowNarrow', (Trap,), {'__init__': lambda self, w: None})",
    ),
    attack("a function in the place of the class", NOTHING, source="def ShallowNarrow(init_weights):\n    return 0.0"),
    attack(
        "an object that says that it is a class",
        NOTHING,
        source="class M:\n    __class__ = type\n    def __call__(self, w): return self\n    def __getattr__(self, n): return lambda *a: 0.0\nShallowNarrow = M()",
    ),
    attack(
        "a metaclass that returns something else",
        NOTHING,
        source="class M(type):\n    def __call__(cls, *args):\n        return 0.0\nclass ShallowNarrow(metaclass=M): pass",
    ),
    attack(
        "a metaclass whose mro lies",
        NOTHING,
        source="class M(type):\n    def mro(cls): return [cls, object]\n    def __getattribute__(cls, name): raise KeyError(name)\nclass ShallowNarrow(metaclass=M): pass",
    ),
    attack(
        "weights that raise",
        NOTHING,
        before="class Trap:\n    @property\n    def w1(self): raise SystemExit(0)",
        source="class ShallowNarrow(Trap):\n    def __init__(self, w): pass\n    def forward(self, x): return 0 * x",
    ),
    attack(
        "methods that are not to be called",
        NOTHING,
        source="class ShallowNarrow:\n    def __init__(self, w): pass\n    forward = loss = dloss_dw = train = 1.0",
    ),
    attack(
        "methods that change with each call",
        NOTHING,
        source="class ShallowNarrow:\n    def __init__(self, w): self.n = 0\n    def __getattr__(self, name):\n        ShallowNarrow.count = getattr(ShallowNarrow, 'count', 0) + 1\n        return lambda *args: ShallowNarrow.count",
    ),
    attack("a class without a constructor", NOTHING, source="class ShallowNarrow: pass"),
    attack("no class at all", NOTHING, source="x = 1", says=("no class ShallowNarrow was defined",)),
    attack(
        "two other classes in its place",
        NOTHING,
        source="class A:\n    def forward(self, x): return x\n    def loss(self, p, y): return 0\nclass B(A): pass",
    ),
    attack(
        "a class that ends the process when it is deleted",
        FULL,
        after="import os\nShallowNarrow.__del__ = lambda self: None",
    ),
    attack(
        "an object that ends the process when it is deleted",
        NOTHING,
        after="import os\nShallowNarrow.__del__ = lambda self: os._exit(0)",
    ),
    attack(
        "instances that share their weights",
        (1.2, 1.0, 2.25, 3.0),
        __init__="def __init__(self, w):\n    type(self).w1, type(self).w2 = float(w[0]), float(w[1])",
        slow=True,
    ),
    attack("the name of the class taken by another cell", NOTHING, after="ShallowNarrow = None"),
    attack(
        "random weather",
        before="import random, numpy as np\nnp.random.seed(None)\nnp.seterr(all='raise')\nnp.set_printoptions(precision=0)",
    ),
    attack("a directory left", before="import os\nos.makedirs('/tmp/a/b')\nos.chdir('/tmp/a/b')\nos.rmdir('/tmp/a/b')"),
    attack("everything in /tmp deleted", before="import shutil\nshutil.rmtree('/', ignore_errors=True)"),
    attack(
        "the harness's lines poisoned",
        before="import linecache\nlinecache.getline = linecache.checkcache = None\nlinecache.cache = None",
    ),
)

REST = (*RIGGED, *FORGED, *DEADLY, *CLASSES)
ATTACKS = (*LOOKING, *TAKING, *REST)
