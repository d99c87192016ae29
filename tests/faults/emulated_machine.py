"""A machine of its own, emulated by QEMU: a kernel, the real programs and their libraries in memory, one disk. Its power can be cut.

Cutting the power is kill -9 of the emulator: what its kernel had not written to the disk is lost, in the order in which a real kernel loses it.
"""
import glob
import lzma
import os
import re
import select
import shutil
import subprocess
import time

MODULES = ("virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk",
           "crc16", "crc32c_generic", "crc32c-intel", "libcrc32c", "mbcache", "jbd2", "ext4")
KERNEL_ROOT = os.environ.get("SWITCHYARD_KERNEL", "/")  # where boot/vmlinuz-… and lib/modules/… lie: a kernel's package, unpacked
TOOLS = ("bash", "sleep", "cat")


def missing():
    """What this machine lacks for it; empty where it can be had."""
    for program in ("qemu-system-x86_64", "busybox", "cpio", "mke2fs"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return program
    if not kernels():
        return "a readable kernel in %s/boot (see SWITCHYARD_KERNEL)" % KERNEL_ROOT.rstrip("/")
    return ""


def kernels():
    return sorted(path for path in glob.glob(os.path.join(KERNEL_ROOT, "boot/vmlinuz-*")) if os.access(path, os.R_OK))


def libraries(path):
    said = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", said)


class Machine:
    """`script` is run by busybox's shell once the disk is mounted on /disk; what it writes comes as lines."""

    def __init__(self, folder, programs, script):
        self.folder = folder
        self.process = None
        self.buffer = b""
        self.said = []  # the newest lines, for the message when something is wrong
        self.kernel = kernels()[-1]
        self.disk = folder + "/disk.img"
        self.initial = folder + "/initramfs"
        subprocess.run(["mke2fs", "-q", "-t", "ext4", self.disk, "512m"], check=True, capture_output=True,
                       env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
        self._pack(programs, script)

    def _pack(self, programs, script):
        root = self.folder + "/root"
        for name in ("bin", "dev", "proc", "sys", "tmp", "run", "etc", "disk", "modules"):
            os.makedirs(root + "/" + name)
        os.symlink("bin", root + "/sbin")
        shutil.copy(shutil.which("busybox"), root + "/bin/busybox")
        plugins = subprocess.run(["qtpaths6", "--query", "QT_INSTALL_PLUGINS"], capture_output=True, text=True).stdout.strip()
        wanted = [*programs, *filter(None, map(shutil.which, TOOLS)), *glob.glob(plugins + "/sqldrivers/libqsqlite.so")]
        for path in [*wanted, *{library for path in wanted for library in libraries(path)}]:
            self._copy(path, root, "/bin/" + os.path.basename(path) if path in programs or os.path.basename(path) in TOOLS else path)
        for place in glob.glob("/usr/lib/locale/C.utf8/**", recursive=True):
            if os.path.isfile(place):
                self._copy(place, root, place)
        with open(root + "/etc/passwd", "w") as file:
            file.write("root:x:0:0:root:/disk:/bin/bash\n")
        loaded = list(self._modules(root))
        with open(root + "/init", "w") as file:
            file.write("#!/bin/busybox sh\n/bin/busybox --install /bin 2>/dev/null\nexport PATH=/bin HOME=/disk LC_ALL=C.UTF-8\n"
                       "mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp\n"
                       "mkdir -p /dev/shm; mount -t tmpfs shm /dev/shm; ip link set lo up 2>/dev/null\n"
                       + "".join("insmod /modules/%s.ko\n" % name for name in loaded)
                       + "mount -t ext4 /dev/vda /disk || echo 'NO DISK'\nexport QT_PLUGIN_PATH=%s\n" % plugins + script)
        os.chmod(root + "/init", 0o755)
        names = subprocess.run(["find", ".", "-print0"], cwd=root, check=True, capture_output=True).stdout
        with open(self.initial, "wb") as packed:
            subprocess.run(["cpio", "--null", "-o", "-H", "newc", "--quiet"], cwd=root, input=names, stdout=packed, check=True)
        shutil.rmtree(root)

    @staticmethod
    def _copy(path, root, place):
        os.makedirs(os.path.dirname(root + place), exist_ok=True)
        if not os.path.exists(root + place):
            shutil.copy(path, root + place)
            subprocess.run(["strip", root + place], stderr=subprocess.DEVNULL)  # less to load into its memory

    def _modules(self, root):
        """The drivers that the kernel does not hold itself, in the order in which they need each other."""
        version = os.path.basename(self.kernel).removeprefix("vmlinuz-")
        found = {}
        for folder, _, names in os.walk(os.path.join(KERNEL_ROOT, "lib/modules", version)):
            found.update({name.split(".ko")[0]: os.path.join(folder, name) for name in names if ".ko" in name})
        for name in MODULES:
            if name in found:
                with (lzma.open if found[name].endswith(".xz") else open)(found[name], "rb") as packed, open(root + "/modules/%s.ko" % name, "wb") as file:
                    shutil.copyfileobj(packed, file)
                yield name

    # ------------------------------------------------------------------ power
    def switch_on(self):
        self.buffer = b""
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-display", "none", "-nodefaults",
             "-no-reboot", "-serial", "stdio", "-kernel", self.kernel, "-initrd", self.initial, "-append", "console=ttyS0 loglevel=3 panic=-1",
             "-drive", "file=%s,format=raw,if=virtio,cache=writeback" % self.disk], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def cut_power(self):
        if self.process:
            self.process.kill()
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    def line(self, seconds=120):
        """The next whole line it writes; None at its end."""
        end = time.monotonic() + seconds
        while b"\n" not in self.buffer:
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError("the emulated machine said nothing for %d s after: %r" % (seconds, self.buffer[-500:]))
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        self.said = [*self.said[-30:], line.decode(errors="replace").strip()]
        return self.said[-1]
