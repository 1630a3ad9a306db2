"""Right classes in odd clothes: whatever they are made of, they get full marks and leave their neighbour alone."""

from __future__ import annotations

from tests.redteam.attack import FULL, Attack, attack

BODY = """
    def forward(self, x):
        return self.w2 * (self.w1 * x)
    def loss(self, y_prediction, y_true):
        return float(np.mean((y_true - y_prediction) ** 2))
    def dloss_dw(self, x, y_true):
        residual = y_true - self.forward(x)
        return float(np.mean(-2 * residual * self.w2 * x)), float(np.mean(-2 * residual * self.w1 * x))
    def train(self, x, y_true, lr, n_ep):
        losses, path = np.empty(n_ep), np.empty((n_ep, 2))
        for k in range(n_ep):
            losses[k] = self.loss(self.forward(x), y_true)
            g1, g2 = self.dloss_dw(x, y_true)
            self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
            path[k] = self.w1, self.w2
        return losses, path
"""


def odd(name: str, head: str, before: str = "") -> Attack:
    """A right class with an odd beginning."""
    return attack(name, FULL, source=head.strip("\n") + BODY, before="import numpy as np\n" + before)


INIT = """
    def __init__(self, w):
        self.w1, self.w2 = float(w[0]), float(w[1])
"""
CLASSES = (
    odd("slots", "class ShallowNarrow:\n    __slots__ = ('w1', 'w2')" + INIT),
    odd(
        "dataclass",
        "@dataclasses.dataclass\nclass ShallowNarrow:\n    init: object\n    def __post_init__(self):\n        self.w1, self.w2 = map(float, self.init)",
        before="import dataclasses",
    ),
    odd(
        "a dataclass with defaults",
        "@dataclasses.dataclass(eq=True)\nclass ShallowNarrow:\n    init: object\n    w1: float = 0.0\n    w2: float = 0.0\n    def __post_init__(self):\n        self.w1, self.w2 = map(float, self.init)",
        before="import dataclasses",
    ),
    odd(
        "properties over a list",
        "class ShallowNarrow:\n    def __init__(self, w): self.w = [float(a) for a in w]\n    w1 = property(lambda s: s.w[0], lambda s, v: s.w.__setitem__(0, v))\n    w2 = property(lambda s: s.w[1], lambda s, v: s.w.__setitem__(1, v))",
    ),
    odd(
        "lazy properties",
        "class ShallowNarrow:\n    def __init__(self, w): self._i = w\n    def __getattr__(self, n):\n        if n in ('w1', 'w2'):\n            self.w1, self.w2 = map(float, self._i)\n            return self.__dict__[n]\n        raise AttributeError(n)",
    ),
    odd(
        "__setattr__ that converts",
        "class ShallowNarrow:" + INIT + "    def __setattr__(self, n, v): object.__setattr__(self, n, np.float64(v))",
    ),
    odd(
        "__getattribute__ that logs",
        "LOG = []\nclass ShallowNarrow:"
        + INIT
        + "    def __getattribute__(self, n):\n        LOG.append(n)\n        return object.__getattribute__(self, n)",
    ),
    odd(
        "weights as 0-d arrays",
        "class ShallowNarrow:\n    def __init__(self, w): self.w1, self.w2 = np.array(w[0], dtype=float), np.array(w[1], dtype=float)",
    ),
    odd(
        "weights as np.longdouble",
        "class ShallowNarrow:\n    def __init__(self, w): self.w1, self.w2 = np.longdouble(w[0]), np.longdouble(w[1])",
    ),
    odd("weights as given", "class ShallowNarrow:\n    def __init__(self, w): self.w1, self.w2 = w"),
    odd(
        "a metaclass that counts",
        "class M(type):\n    n = 0\n    def __call__(cls, *a, **k):\n        M.n += 1\n        return super().__call__(*a, **k)\nclass ShallowNarrow(metaclass=M):"
        + INIT,
    ),
    odd(
        "an abstract base",
        "import abc\nclass Base(abc.ABC):\n    @abc.abstractmethod\n    def forward(self, x): ...\nclass ShallowNarrow(Base):"
        + INIT,
    ),
    odd(
        "a base with typing.Generic",
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass ShallowNarrow(Generic[T]):" + INIT,
    ),
    odd(
        "a subclass of dict",
        "class ShallowNarrow(dict):\n    def __init__(self, w):\n        super().__init__(w1=float(w[0]), w2=float(w[1]))\n        self.__dict__ = self",
    ),
    odd(
        "a subclass of float",
        "class ShallowNarrow(float):\n    def __new__(cls, w): return float.__new__(cls, 0.0)" + INIT,
    ),
    odd(
        "a subclass of ndarray",
        "class ShallowNarrow(np.ndarray):\n    def __new__(cls, w): return np.zeros(2).view(cls)" + INIT,
    ),
    odd(
        "a subclass of tuple",
        "class ShallowNarrow(tuple):\n    def __new__(cls, w): return tuple.__new__(cls, ())" + INIT,
    ),
    odd("a subclass of Exception", "class ShallowNarrow(Exception):" + INIT),
    odd(
        "a subclass of threading.Thread",
        "import threading\nclass ShallowNarrow(threading.Thread):\n    def __init__(self, w):\n        super().__init__()\n        self.w1, self.w2 = map(float, w)",
    ),
    odd(
        "defined through type()",
        "def _init(self, w): self.w1, self.w2 = map(float, w)\nclass ShallowNarrow:\n    __init__ = _init",
    ),
    odd(
        "__init__ with defaults and keywords",
        "class ShallowNarrow:\n    def __init__(self, w=(1.4, -1.6), *, verbose=False): self.w1, self.w2 = map(float, w)",
    ),
    odd("a class decorator", "def log(cls):\n    cls.log = []\n    return cls\n@log\nclass ShallowNarrow:" + INIT),
    odd(
        "__eq__ and __hash__ odd",
        "class ShallowNarrow:"
        + INIT
        + "    def __eq__(self, other): return True\n    __hash__ = None\n    def __len__(self): return 0\n    def __bool__(self): return False",
    ),
    odd("__del__ that raises", "class ShallowNarrow:" + INIT + "    def __del__(self): raise ValueError('bye')"),
    odd(
        "instances kept in a class list",
        "class ShallowNarrow:\n    all = []" + INIT + "        ShallowNarrow.all.append(self)",
    ),
    odd(
        "an instance counter over questions",
        "class ShallowNarrow:\n    count = 0" + INIT + "        ShallowNarrow.count += 1",
    ),
    odd(
        "methods that trace themselves",
        "class ShallowNarrow:" + INIT,
        before="import sys\nsys.setprofile(lambda *a: None)\nsys.settrace(lambda *a: None)",
    ),
    odd(
        "gc off and odd thresholds",
        "class ShallowNarrow:" + INIT,
        before="import gc\ngc.disable()\ngc.set_threshold(1)\ngc.set_debug(0)",
    ),
    odd(
        "threads that work",
        "class ShallowNarrow:" + INIT,
        before="import threading, time\nfor _ in range(3): threading.Thread(target=lambda: [time.sleep(0.01) for _ in range(1000)], daemon=True).start()",
    ),
    odd(
        "fork and wait in the constructor",
        "import os\nclass ShallowNarrow:"
        + INIT
        + "        pid = os.fork()\n        if pid == 0: os._exit(0)\n        os.waitpid(pid, 0)",
    ),
    odd(
        "fork in a cell, the copy goes on",
        "class ShallowNarrow:" + INIT,
        before="import os\nif os.fork() == 0:\n    import time\n    time.sleep(0.2)",
    ),
    odd("a low limit of recursion", "class ShallowNarrow:" + INIT, before="import sys\nsys.setrecursionlimit(150)"),
    odd(
        "numpy raises on everything",
        "class ShallowNarrow:" + INIT,
        before="np.seterr(under='ignore', over='raise', divide='raise', invalid='raise')\nimport warnings\nwarnings.simplefilter('error')",
    ),
    odd(
        "NumPy reloaded",
        "class ShallowNarrow:" + INIT,
        before="import importlib\ntry:\n    importlib.reload(np)\nexcept Exception: pass",
    ),
    odd(
        "a tmpfs filled and left",
        "class ShallowNarrow:" + INIT,
        before="""
f = []
try:
    for k in range(100):
        f.append(open(f'/tmp/full{k}', 'wb')); f[-1].write(bytes(4 << 20)); f[-1].flush()
except OSError as e: pass
import os
for k in range(100):
    try: os.unlink(f'/tmp/full{k}')
    except OSError: pass
""",
    ),
    odd(
        "inodes used up",
        "class ShallowNarrow:" + INIT,
        before="""
try:
    for k in range(10 ** 6): open(f'/tmp/i{k}', 'w').close()
except OSError: pass
""",
    ),
    odd(
        "forks that eat memory and outlive the cell",
        "class ShallowNarrow:" + INIT,
        before="""
import os, time
for _ in range(6):
    if os.fork() == 0:
        x = []
        while True:
            try: x.append(bytearray(b'x') * (8 << 20))
            except MemoryError: time.sleep(100)
time.sleep(0.7)
""",
    ),
    odd(
        "kernel memory held",
        "class ShallowNarrow:" + INIT,
        before="""
import os, socket, fcntl, array
keep = []
try:
    for _ in range(20):
        a, b = socket.socketpair()
        a.setblocking(False)
        keep += [a, b]
        try:
            while True: a.send(bytes(1 << 16))
        except OSError: pass
        r, w = os.pipe()
        os.set_blocking(w, False)
        try: fcntl.fcntl(w, 1031, 1 << 20)
        except OSError: pass
        try:
            while True: os.write(w, bytes(1 << 16))
        except OSError: pass
except OSError: pass
""",
    ),
    odd(
        "descriptors in flight",
        "class ShallowNarrow:" + INIT,
        before="""
import socket, array, os
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.setblocking(False)
try:
    for _ in range(3000):
        r, w = os.pipe()
        a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [r, w]))])
        os.close(r); os.close(w)
except OSError: pass
""",
    ),
    odd(
        "a thousand warnings of megabytes",
        "class ShallowNarrow:" + INIT,
        before="import warnings\nfor k in range(300): warnings.warn(f'{k}' + 'x' * 1000000)",
    ),
    odd(
        "nice and idle",
        "class ShallowNarrow:" + INIT,
        before="import os\nos.nice(19)\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))",
    ),
)

# The right numbers in odd clothes.
DRESSES = tuple(
    attack(
        "forward returns " + name,
        FULL,
        before="import numpy as np\n" + before,
        forward="def forward(self, x):\n    return dress(self.w2 * (self.w1 * x))",
    )
    for name, before in (
        ("big-endian", "dress = lambda a: a.astype('>f8')"),
        ("longdouble", "dress = lambda a: a.astype(np.longdouble)"),
        (
            "memmap",
            "import tempfile\ndef dress(a):\n    m = np.memmap(tempfile.TemporaryFile(), shape=a.shape, dtype=float, mode='w+')\n    m[:] = a\n    return m",
        ),
        ("read-only", "def dress(a):\n    a.flags.writeable = False\n    return a"),
        ("strided", "def dress(a):\n    return np.repeat(a, 3)[::3]"),
        ("reversed view", "dress = lambda a: a[::-1].copy()[::-1]"),
        ("list", "dress = lambda a: a.tolist()"),
        ("tuple", "dress = lambda a: tuple(a)"),
        ("subclass", "class D(np.ndarray): pass\ndress = lambda a: a.view(D)"),
        ("masked, nothing masked", "dress = lambda a: np.ma.array(a)"),
        (
            "__array__",
            "class D:\n    def __init__(self, a): self.a = a\n    def __array__(self, dtype=None, copy=None): return self.a\ndress = D",
        ),
        ("float subclass", "class F(float): pass\ndress = lambda a: [F(v) for v in a]"),
        ("memoryview", "dress = lambda a: memoryview(np.ascontiguousarray(a))"),
        (
            "unaligned",
            "def dress(a):\n    b = np.zeros(a.nbytes + 1, dtype=np.uint8)[1:].view(float)\n    b[:] = a\n    return b",
        ),
    )
)

ODDITIES = (*CLASSES, *DRESSES)
