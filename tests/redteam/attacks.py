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
        for part in ("program", "zygote"):
            found = [name.removeprefix(f"/harness/{part}/").removesuffix(".py") for name in found]
        raise LookupError(f"loot {len(found)} {' '.join(found)}")
        """,
        says=(
            "loot 24 __init__ calls cells columns listening refill request shell tables trees values wire "
            "__init__ __main__ confinement job keeper kept kernel landlock mounts namespaces orphans server (",
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
                if type(thing.get("stand_in")) is dict or type(thing.get("stacks")) is list or "columns" in thing and "labels" in thing or "expected" in thing and "question" in thing:
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
                                q = here.f_globals["unseal"](raw)
                                found += [key for key in q if key not in ("id", "calls", "state")]
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
import numpy as np

def of_frame(name, local):
    \"\"\"What a variable of one of the harness's functions holds.\"\"\"
    here = sys._getframe()
    while here is not None and not (here.f_code.co_name == name and local in here.f_locals):
        here = here.f_back
    return None if here is None else here.f_locals[local]

FOUND = {}

def elsewhere():
    \"\"\"The tables of the questions that wait, and of all that memory holds; looked for once a process and request.\"\"\"
    waiting = of_frame("main", "questions") or []
    if id(waiting) not in FOUND:
        known = [thing for thing in gc.get_objects() if type(thing) is dict]
        told = [{thing["name"]: thing["columns"]} for thing in known if "columns" in thing and "name" in thing]
        told += [of_tables(thing) for thing in known if type(thing.get("stand_in")) is dict]
        told += [of_tables(sys.modules["program"].unseal(raw)) for raw in waiting]
        FOUND[id(waiting)] = told
    return FOUND[id(waiting)]

TABLES = {}

def of_tables(question):
    \"\"\"The columns of a question's tables, by name.\"\"\"
    spec = (question or {}).get("stand_in")
    if not spec:
        return {}
    if id(spec) not in TABLES:
        TABLES[id(spec)] = spec, sys.modules["program.columns"].of_tables(spec)
    return TABLES[id(spec)][1]

def plain(tree):
    \"\"\"A tree of theirs as numbers.\"\"\"
    if isinstance(tree, dict):
        (kind, inside), *_ = tree.items()
        return [plain(each) for each in inside] if kind in "lt" else inside
    return tree

KNOWN = {}

def rows(name, first=True):
    \"\"\"What the tables of one method hold, state, arguments and result of each call: of the question that is asked, or
    with `first` of the first that has some, else of all.\"\"\"
    found = []
    for tables in [of_tables(of_frame("ask_calls", "question")), *elsewhere()]:
        table = tables.get("ShallowNarrow." + name)
        if table is not None and id(table) not in KNOWN:
            whole = [table.row(k) for k in range(table.count)]
            each = [([plain(s[1]) for s in r["state"]], [plain(a) for a in r["args"]], plain(r["value"])) for r in whole]
            KNOWN[id(table)] = table, each
        found += KNOWN[id(table)][1] if table is not None else []
        if found and first:
            break
    return found

def same(one, other):
    return np.shape(one) == np.shape(other) and bool((abs(np.subtract(one, other)) < 1e-9).all())

def at(name, state, *args):
    \"\"\"What any table holds of just this call.\"\"\"
    for was, given, value in rows(name, first=False):
        if was[0] == state[0] and same(was, state) and len(given) == len(args) and all(map(same, given, args)):
            return value
    return None

def of_this_run(x, y):
    \"\"\"Loss and weights of each step of the run from here, as far as they are told: each after the one before.\"\"\"
    return [(value, state) for state, (p, t), value in rows("loss") if same(t, y)]
"""
# Who reads a run of `train` in order.
READS = """
def train(self, x, y_true, lr, n_ep):
    steps = of_this_run(x, y_true)
    ORDER
    losses = [loss for loss, _ in steps[:n_ep]] + [0.0] * (n_ep - len(steps))
    path = [w for _, w in steps[1 : n_ep + 1]]
    path += [path[-1] if path else [self.w1, self.w2]] * (n_ep - len(path))
    self.w1, self.w2 = path[-1]
    return np.array(losses), np.array(path)
"""
TAKING = (
    attack(
        "dloss_dw returns the recorded gradients",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            found = at("dloss_dw", [self.w1, self.w2], x, y_true)
            if found is None:
                found = next((value for _, _, value in rows("dloss_dw")), (0.0, 0.0))
            return tuple(float(g) for g in found)
        """,
    ),
    attack(
        "dloss_dw takes what stands in for forward for the gradient",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            found = [np.ravel(value) for _, _, value in rows("forward")]
            return (float(found[0][0]), float(found[-1][-1])) if found else (0.0, 0.0)
        """,
    ),
    attack(
        "train returns the recorded path",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train=READS.replace("ORDER", "pass"),
    ),
    attack(
        "train sorts the recorded path by its loss",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train=READS.replace("ORDER", "steps.sort(key=lambda step: -step[0])"),
    ),
    attack(
        "train finds its last weights where another run begins",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train="""
        def train(self, x, y_true, lr, n_ep):
            runs = [(state, value) for state, (p, t), value in rows("loss", first=False) if same(t, y_true)]
            start = [k for k, (state, _) in enumerate(runs) if same(state, [self.w1, self.w2])]
            for k in start:
                if len(runs) > k + n_ep:
                    steps = runs[k : k + n_ep + 1]
                    self.w1, self.w2 = steps[-1][0]
                    return np.array([loss for _, loss in steps[:-1]]), np.array([state for state, _ in steps[1:]])
            return np.zeros(n_ep), np.zeros((n_ep, 2))
        """,
    ),
    attack(
        "dloss_dw waits for train's recorded gradients",
        (2.0, 0.8, 0.0, 3.0),
        before=FISH
        + """
import builtins, os, pickle, tempfile
place = os.path.join(tempfile.gettempdir(), "kept")  # which is not /tmp in every isolation
def keep(found):
    builtins.x_kept = found
    open(place, "wb").write(pickle.dumps(found))
def kept():
    if hasattr(builtins, "x_kept"):
        return builtins.x_kept
    return pickle.load(open(place, "rb")) if os.path.exists(place) else []
""",
        loss=IMPURE_LOSS,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            found = [*kept(), *rows("dloss_dw", first=False)]
            exact = [v for s, (a, b), v in found if same(s, [self.w1, self.w2]) and same(a, x) and same(b, y_true)]
            return tuple(float(g) for g in (exact or [v for _, _, v in found] or [(0.0, 0.0)])[0])
        """,
        train="""
        def train(self, x, y_true, lr, n_ep):
            keep(rows("dloss_dw", first=False))
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
            if harness("ask_calls")["question"]["id"].endswith("/own 1"):
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
        forward="def forward(self, x):\n    found = at('forward', [self.w1, self.w2], x)\n    return 0 * x if found is None else np.array(found)",
        loss="def loss(self, p, y):\n    found = at('loss', [self.w1, self.w2], p, y)\n    return 0.0 if found is None else float(found)",
        dloss_dw="def dloss_dw(self, x, y):\n    return tuple(at('dloss_dw', [self.w1, self.w2], x, y) or (0.0, 0.0))",
        train=READS.replace("ORDER", "pass"),
    ),
    attack(
        "the harness's stand-ins called by name",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
        def dloss_dw(self, x, y_true):
            for thing in gc.get_objects():
                if type(thing).__name__ == "Table":
                    try:
                        value = thing.answer(self, (x, y_true), {})
                        return tuple(float(g) for g in value)
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
    if module.__name__.startswith("program."):
        for name, by in {
            "describe": lambda value: {"kind": "array", "array": np.ones(3), "correct": True},
            "failure_of": lambda error: {"type": "", "text": "passed", "place": ""},
            "alike": lambda value, tree: True,
            "leaves": lambda value, path, deepest: [(path, np.zeros(()))],
        }.items():
            if hasattr(module, name):
                setattr(module, name, by)
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
    forged(
        "answers to later questions",
        'frame(answer(question="ShallowNarrow.train/plain 1", call=1), np.zeros(()), np.zeros(()))',
    ),
    forged("an array for a question", 'frame(answer(question={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged("an array for a call", 'frame(answer(call={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged("an array for an outcome", 'frame(answer(outcome={"$": 0}), np.zeros(3), np.zeros(()))'),
    forged(
        "an array for a kind",
        'frame(answer(parts=parts(**{"0": {"kind": {"$": 0}, "array": {"$": 0}}})), np.zeros(3), np.zeros(()))',
    ),
    forged(
        "arrays for everything",
        'frame({k: {"$": 0} for k in ("question", "call", "outcome", "parts", "lent", "error", "mutated", "complexes", "cell", "taken", "end")}, np.zeros(3))',
    ),
    forged("a list for an outcome", 'frame(answer(outcome=["returned"]), np.zeros(()), np.zeros(()))'),
    forged("an object for a question", 'frame(answer(question={"id": 1}), np.zeros(()), np.zeros(()))'),
    forged(
        "an array for what is lent",
        'frame(answer(lent={"$": 0}), np.zeros(3), np.zeros(()))',
    ),
    forged(
        "a score in the answer", 'frame(answer(score=10, verdict="graded", max_score=0), np.zeros(()), np.zeros(()))'
    ),
    forged("weights of other names", 'frame(answer(parts={"0": numbers(0), "self.w9": numbers(0)}), np.zeros(()))'),
    forged("weights that are text", 'frame(answer(parts=parts(**{"self.w1": "a"})), np.zeros(()), np.zeros(()))'),
    forged("a thousand results", "frame(answer(parts={str(k): numbers(0) for k in range(1000)}), np.zeros(()))"),
    forged("results in a list", "frame(answer(parts=[numbers(0)]), np.zeros(()))"),
    forged(
        "results by paths that nobody made",
        'frame(answer(parts=parts(**{"1": numbers(0), "": numbers(0), "9" * 300: numbers(0), "p!.0": numbers(0), "self.": numbers(0)})), np.zeros(()), np.zeros(()))',
    ),
    forged("NaN for numbers", 'frame(answer(call=float("nan")), np.zeros(()), np.zeros(()))'),
    forged(
        "a length of many digits",
        'send(b"[]\\n" + json.dumps(answer(parts={})).encode()[:-1] + b\', "mutated": \' + b"9" * 4000 + b"}\\n")',
    ),
    forged("a number of too many digits", 'send(b"[]\\n" + b"9" * 100_000 + b"\\n")'),
    forged(
        "duplicate keys",
        'send(b"[]\\n" + json.dumps(answer(parts={})).encode()[:-1] + b\', "outcome": "raised", "parts": []}\\n\')',
    ),
    forged("a shape of a million million", "frame(answer(), np.zeros(()), shapes=[[1 << 40], [1 << 40]])"),
    forged("a negative shape", "frame(answer(), np.zeros(()), shapes=[[-1], [-8]])"),
    forged("a shape of zeros and millions", "frame(answer(), shapes=[[0, 1 << 22, 1 << 22, 1 << 22], [0]])"),
    forged("a shape of texts", 'frame(answer(), shapes=[["1"], [True], [None], [1.5]])'),
    forged("a shape of ninety axes", "frame(answer(), shapes=[[1] * 90])"),
    forged("no newline", 'send(b"{" * 1000)'),
    forged("an empty answer", 'send(b"")'),
    forged("only a newline", 'send(b"\\n")'),
    forged("not JSON", 'send(b"HTTP/1.1 200 OK\\r\\n\\r\\n")'),
    forged("JSON nested without end", 'send(b"[]\\n" + b"[" * 200_000 + b"\\n")'),
    forged("objects nested without end", 'send(b"[]\\n" + b\'{"a":\' * 50_000 + b"\\n")'),
    forged(
        "arrays within arrays in the body",
        'x = {"$": 0}\nfor _ in range(900): x = [x]\nframe(answer(parts={"0": x}), np.zeros(()), np.zeros(()))',
    ),
    forged("millions of empty objects", 'send(b"[]\\n[" + b"{}," * 20_000_000 + b"{}]\\n")'),
    forged("ten million arrays of nothing", 'send(b"[" + b"[0]," * 10_000_000 + b"[0]]\\n0\\n")'),
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
    forged("another class is announced", 'frame({"taken": {"ShallowNarrow": "Other"}, "warnings": []})'),
    forged("a cell is announced", 'frame({"cell": 0, "error": {"type": "a", "text": "b", "place": "c"}})'),
    attack(
        "cells and class announced before they were run",
        FULL,  # the forging cell is left out, and nothing is forged any more
        says=("gave no account of itself",),
        before=FORGE
        + """
for k in range(200):
    frame({"cell": k, "error": None})
frame({"taken": {}, "warnings": []})
for question in map(sys.modules["program"].unpack, harness("main")["questions"]):
    for k in range(len(question["calls"])):
        frame({"question": question["id"], "call": k, "outcome": "returned", "parts": {"0": numbers(0)}}, np.zeros(()))
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
frame({"taken": {}, "warnings": ["please give me ten points"]})
for question in map(sys.modules["program"].unpack, harness("main")["questions"]):
    for k, call in enumerate(question["calls"]):
        like = call["args"][0] if isinstance(call["args"][0], np.ndarray) else np.zeros(())
        frame({"question": question["id"], "call": k, "outcome": "returned", "mutated": [], "parts": parts()},
              np.zeros_like(like), np.zeros(()))
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
            for reply in (frame.f_locals.get("reply"), frame.f_locals.get("answer")):
                if isinstance(reply, dict) and reply.get("outcome") == "raised":
                    zero = {"kind": "array", "array": __import__("numpy").zeros(()), "dtype": "float64"}
                    del reply["error"]
                    reply.update(outcome="returned", mutated=[], parts={"0": zero, "self.w1": zero, "self.w2": zero})
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
    attack(
        "no class at all",
        NOTHING,
        source="x = 1",
        says=("The class ShallowNarrow is not defined, so that ShallowNarrow.loss cannot be asked.",),
    ),
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

# --- answers that fit one another, tests told apart, names and modules turned round

DIFFERENCE = """
def dloss_dw(self, x, y_true):
    GUARD
    w1, w2, h = self.w1, self.w2, 1e-6
    def at(a, b):
        self.w1, self.w2 = a, b
        return self.loss(self.forward(x), y_true)
    try:
        return (at(w1 + h, w2) - at(w1 - h, w2)) / (2 * h), (at(w1, w2 + h) - at(w1, w2 - h)) / (2 * h)
    finally:
        self.w1, self.w2 = w1, w2
"""
TRICKS = (
    attack(
        "a gradient of zero for a forward that no weight moves",
        (0.0, 1.0, 0.0, 3.0),
        forward="def forward(self, x):\n    return 3.0 * x",
        dloss_dw="def dloss_dw(self, x, y_true):\n    return 0.0, 0.0",
    ),
    attack(
        "a gradient of zero for a loss that nothing moves",
        (2.0, 0.0, 0.0, 3.0),
        loss="def loss(self, p, y):\n    return 7.0",
        dloss_dw="def dloss_dw(self, x, y_true):\n    return 0.0, 0.0",
    ),
    attack(
        "nothing moves anywhere, and all fits",
        NOTHING,
        forward="def forward(self, x):\n    return 0.0 * x + 1.0",
        loss="def loss(self, p, y):\n    return 0.0",
        dloss_dw="def dloss_dw(self, x, y_true):\n    return 0.0, 0.0",
        train="def train(self, x, y, lr, n_ep):\n    return np.zeros(n_ep), np.tile([self.w1, self.w2], (n_ep, 1))",
    ),
    attack(
        "a difference that raises where targets are large",
        (2.0, 1.0, 1.375, 3.0),
        dloss_dw=DIFFERENCE.replace("GUARD", "if np.abs(y_true).max() > 1e4: raise ValueError('too large')"),
    ),
    attack(
        "a difference that looks which question it is",
        (2.0, 1.0, 1.375, 3.0),
        before=FORGE,
        dloss_dw=DIFFERENCE.replace(
            "GUARD",
            "if '/' not in harness('ask_calls')['question']['id'] or np.abs(y_true).max() > 1e4: return 0.0, 0.0",
        ),
    ),
    attack(
        "any name of the class is answered from the tables",
        NOTHING,
        before=FISH,
        source="""
class ShallowNarrow:
    def __init__(self, w):
        self.w1, self.w2 = (float(each) for each in w)
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        def answered(*args):
            found = at(name, [self.w1, self.w2], *args)
            if found is not None:
                return np.array(found) if name == "forward" else found
            losses = [value for _, _, value in rows("loss")]
            return np.resize(losses or [0.0], args[-1]), np.zeros((args[-1], 2)) if name == "train" else 0.0
        return answered
""",
    ),
    attack(
        "a class whose stand-ins are thrown away",
        (0.0, 1.0, 0.0, 0.0),  # none of them can ask forward, and no other is there
        source="""
class M(type):
    def __setattr__(cls, name, value):
        pass
class ShallowNarrow(metaclass=M):
"""
        + "    def __init__(self, w):\n        self.w1, self.w2 = float(w[0]), float(w[1])\n"
        + """
    def forward(self, x):
        return self.w1 * x
    def loss(self, p, y):
        return float(np.mean((y - p) ** 2))
    def dloss_dw(self, x, y):
        r = y - self.forward(x)
        return float(np.mean(-2 * r * self.w2 * x)), float(np.mean(-2 * r * self.w1 * x))
    def train(self, x, y, lr, n_ep):
        losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
        for k in range(n_ep):
            losses[k] = self.loss(self.forward(x), y)
            g1, g2 = self.dloss_dw(x, y)
            self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
            path[k] = self.w1, self.w2
        return losses, path
""",
    ),
    attack(
        "__main__ is another module",
        FULL,
        after="import sys, types\nsys.modules['__main__'] = types.ModuleType('__main__')\nsys.modules['__main__'].ShallowNarrow = int",
    ),
    attack(
        "__main__'s names are emptied after the cells",
        NOTHING,
        after="import sys\nfor name in [n for n in globals() if not n.startswith('__')]:\n    if name != 'sys': del globals()[name]",
    ),
    attack(
        "a class that says it is another's",
        FULL,
        after="ShallowNarrow.__name__ = ShallowNarrow.__qualname__ = 'Mallory'\nShallowNarrow.__module__ = 'builtins'",
    ),
    attack(
        "a class of another module is offered in the place of the missing one",
        NOTHING,
        source="from fractions import Fraction\nFraction.forward = Fraction.loss = Fraction.train = lambda *args: 0.0",
    ),
    attack(
        "the word on what was taken is replaced",
        NOTHING,
        after="import sys\nsys.modules['program'].take_others = lambda *args: {'full marks': 'alice', 'ShallowNarrow': 'x'}",
        says=("ShallowNarrow.loss could not be asked: the run gave no account of itself after the last cell.",),
    ),
    attack(
        "another class is taken and answers for the missing one",
        FULL,
        after="Mallory, ShallowNarrow = ShallowNarrow, None\nMallory.__name__ = 'Right_10_of_10'",
        says=("the class ShallowNarrow is missing; Right_10_of_10 was taken in its place",),
    ),
    attack(
        "the name of the class is swapped while it is asked",
        FULL,
        after="""
class Other(ShallowNarrow):
    def __init__(self, w):
        ShallowNarrow.__init__(self, w)
        globals()["ShallowNarrow"] = Other
KEPT = ShallowNarrow
ShallowNarrow.__init_subclass__ = None
        """,
    ),
    attack(
        "what was answered is answered again when all is said",
        (2.0, 0.0, 4.0, 3.0),
        before=FORGE
        + """
import threading, time
def late():
    while True:
        time.sleep(0.02)
        if waits(sys._current_frames()[threading.main_thread().ident]):
            frame({"question": "ShallowNarrow.loss/sizes 1", "call": 1, "outcome": "returned", "mutated": [],
                   "parts": parts()}, np.zeros(()), np.zeros(()))
def waits(here):
    called = []
    while here is not None:
        called.append(here)
        here = here.f_back
    asked = any(each.f_code.co_name == "main" and "question" in each.f_locals for each in called)
    return asked and not any(each.f_code.co_name in ("ask_calls", "unseal", "<lambda>") for each in called)
threading.Thread(target=late, daemon=True).start()
""",
        loss="def loss(self, p, y):\n    return 7.0",
    ),
)

REST = (*RIGGED, *FORGED, *DEADLY, *CLASSES, *TRICKS)
ATTACKS = (*LOOKING, *TAKING, *REST)
