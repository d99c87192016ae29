"""A private desktop for one test: X server, window manager, session bus and accessibility, all started and ended here.

Everything is found and pressed by object name through the accessibility bus, as an assistive tool would; keys go through
the X server, as a keyboard's do. Waits are for conditions, each with a limit. Needs the packages that `./dev setup` installs.
"""
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi  # noqa: F401  (python3-gi)
from gi.repository import Gio, GLib

import services
from access import Widget

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""

ITEMS = {"list item", "tree item", "table cell", "page tab", "menu item"}


class Timeout(AssertionError):
    pass


def is_gone(error):
    """Whether a widget, or its program, went away while it was being read."""
    return (Gio.DBusError.get_remote_error(error) or "").endswith((".UnknownObject", ".UnknownMethod", ".ServiceUnknown"))


def until(condition, what, seconds=60):
    """The first true value of condition(), looked at every 50 ms; a widget that goes away under it is looked for again.
    Timeout names `what`."""
    end = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except GLib.Error as error:
            if not is_gone(error):
                raise
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise Timeout("waited %g s for %s" % (seconds, what() if callable(what) else what))
        select.select([], [], [], 0.05)


class Desktop:
    def __init__(self, size="1280x800", scale=1):
        self.folder = tempfile.mkdtemp(prefix="swy-desk-", dir="/tmp")
        self._processes, self._services, self._known = [], [], {}
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("DISPLAY", "WAYLAND", "XAUTH", "DBUS_", "XDG_", "AT_SPI", "QT_", "KDE", "GNOME", "GTK_", "SESSION"))}
        for name in ("home", "run"):
            os.mkdir(os.path.join(self.folder, name), 0o700)
        self.environment.update(HOME=self.folder + "/home", XDG_RUNTIME_DIR=self.folder + "/run", SWITCHYARD_ROOT=self.folder + "/sw",
                                LANG="C.UTF-8", LC_ALL="C.UTF-8", GIT_CONFIG_GLOBAL="/dev/null", QT_QPA_PLATFORM="xcb",
                                QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", XDG_CURRENT_DESKTOP="test")
        try:
            self._start_display(size, scale)
            self._start_buses()
        except BaseException:
            self.close()
            raise

    # ------------------------------------------------------------------ processes
    def start(self, *command, log=None, **environment):
        with open(os.path.join(self.folder, (log or os.path.basename(command[0])) + ".log"), "ab") as out:
            process = subprocess.Popen(command, env=self.environment | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                       cwd=self.folder, start_new_session=True)
        self._processes.append(process)
        return process

    def run(self, *command, input=None, timeout=180, check=True):
        done = subprocess.run(command, env=self.environment, input=input, capture_output=True, text=True, timeout=timeout, cwd=self.folder)
        if check and done.returncode != 0:
            raise AssertionError("%s ended with %d: %s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
        return done

    def _start_display(self, size, scale):
        width, height = (int(side) * scale for side in size.split("x"))
        self.environment["DISPLAY"] = ":%d" % self._start_x("%dx%dx24" % (width, height), str(96 * scale))
        self.run("xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", "Xft.dpi:\t%d\n" % (96 * scale))
        self.start("openbox", "--sm-disable")
        until(lambda: "#" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False).stdout, "the window manager")

    def _start_x(self, screen, dpi):
        """The first display number nobody has, sockets of other mount namespaces included."""
        for number in range(90, 200):
            with open("/proc/net/unix") as sockets:
                if os.path.exists("/tmp/.X%d-lock" % number) or re.search(r"/tmp/\.X11-unix/X%d$" % number, sockets.read(), re.M):
                    continue
            read, write = os.pipe()
            with open(self.folder + "/xvfb.log", "wb") as log:
                x = subprocess.Popen(["Xvfb", ":%d" % number, "-displayfd", str(write), "-screen", "0", screen, "-dpi", dpi, "-nolisten", "tcp",
                                      "-noreset"], pass_fds=[write], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                     start_new_session=True)
            os.close(write)
            said = b""
            while not said.endswith(b"\n") and select.select([read], [], [], 20)[0]:
                piece = os.read(read, 20)  # the number and the line end come apart: closing between them would kill it
                if not piece:
                    break
                said += piece
            os.close(read)
            ready = said.strip() == b"%d" % number
            if ready:
                self._processes.append(x)
                return number
            self._end(x)
        with open(self.folder + "/xvfb.log") as log:
            raise Timeout("Xvfb did not come up: " + log.read()[-500:])

    def _start_buses(self):
        address = self.address = "unix:path=%s/bus" % self.folder
        with open(self.folder + "/bus.conf", "w") as config:
            config.write(BUS_CONFIG % (self.folder + "/bus"))
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.start("dbus-daemon", "--config-file=" + self.folder + "/bus.conf", "--nofork", "--nopidfile")
        until(lambda: os.path.exists(self.folder + "/bus"), "the session bus")
        self.bus = until(lambda: self._connect(address), "the session bus to answer")
        self.start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1", "--screen-reader=0")
        until(lambda: self._owned("org.a11y.Bus"), "the accessibility bus")
        where = self.bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, 20000, None).unpack()[0]
        self._a11y = Gio.DBusConnection.new_for_address_sync(where, services.FLAGS, None, None)

    @staticmethod
    def _connect(address):
        try:
            return Gio.DBusConnection.new_for_address_sync(address, services.FLAGS, None, None)
        except GLib.Error:
            return None

    def _owned(self, name):
        return self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                  GLib.Variant("(s)", (name,)), None, 0, 20000, None).unpack()[0]

    def serve(self, service):
        """Starts one of services.py; it ends with the desktop."""
        self._services.append(service(self.address))
        return self._services[-1]

    def close(self):
        """Ends everything that was started here, the last first; then whatever still lives in this desktop's folder."""
        for service in self._services:
            service.close()
        for process in reversed(self._processes):
            self._end(process)
        for pid in self._leftovers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if os.environ.get("SWITCHYARD_KEEP"):
            print("kept:", self.folder, file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _end(process):
        if process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)

    def _leftovers(self):
        """Engines and runners that were started on demand: they carry this desktop's root in their environment."""
        mark = ("SWITCHYARD_ROOT=" + self.environment["SWITCHYARD_ROOT"]).encode()
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                try:
                    with open("/proc/%s/environ" % entry, "rb") as environ:
                        if mark in environ.read().split(b"\0"):
                            yield int(entry)
                except OSError:
                    pass

    # ------------------------------------------------------------------ what a person does
    def key(self, *keys):
        for key in keys:
            self.run("xdotool", "key", "--clearmodifiers", key)

    def type(self, text):
        self.run("xdotool", "type", "--delay", "15", text)

    def close_message(self):
        """The news below the command field, if there is any: it has been read."""
        close = self.find("messageBarClose")
        if close:
            self._safely(close.press)
            self.wait_gone("messageBarClose")

    def shot(self, path):
        """A picture of the windows, without the empty desktop around them."""
        boxes = [self._box(window) for window in self.window_ids()]
        crop = ()
        if boxes:
            left, top = max(0, min(box[0] for box in boxes)), max(0, min(box[1] for box in boxes))
            right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
            crop = ("-crop", "%dx%d+%d+%d" % (right - left, bottom - top, left, top), "+repage")
        self.run("import", "-silent", "-window", "root", *crop, path)

    def _box(self, window):
        """left, top, right, bottom on the screen."""
        said = self.run("xwininfo", "-id", window).stdout
        left, top, width, height = (int(re.search(name + r":\s+(-?\d+)$", said, re.M)[1])
                                    for name in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height"))
        return left, top, left + width, top + height

    # ------------------------------------------------------------------ windows, as the window manager sees them
    def _property(self, window, name):
        said = self.run("xprop", *(("-root",) if window is None else ("-id", window)), name, check=False).stdout
        return said.split("=", 1)[-1].split("#", 1)[-1].strip()

    def window_ids(self):
        return [number.strip() for number in self._property(None, "_NET_CLIENT_LIST").split(",") if number.strip().startswith("0x")]

    def window_id(self, title):
        """Of the first window whose title holds these words, or None."""
        return next((window for window in self.window_ids() if title in self._property(window, "_NET_WM_NAME")), None)

    def active_window(self):
        return self._property(None, "_NET_ACTIVE_WINDOW")

    def wants_attention(self, window):
        hints = self.run("xprop", "-id", window, "WM_HINTS", check=False).stdout
        return "DEMANDS_ATTENTION" in self._property(window, "_NET_WM_STATE") or "urgency hint bit is set" in hints

    def other_window(self):
        """Another program's window, with the keyboard; its id."""
        self.start("xmessage", "-title", "Another program", "hello")
        window = until(lambda: self.window_id("Another program") or self._by_name("Another program"), "another program's window")
        self.run("xdotool", "windowactivate", window)
        return until(lambda: self.active_window() == window and window, "another program to have the keyboard")

    def _by_name(self, name):
        return next((window for window in self.window_ids() if name in self._property(window, "WM_NAME")), None)

    # ------------------------------------------------------------------ what an assistive tool sees
    def applications(self):
        root = Widget(self._a11y, ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"))
        try:
            return [Widget(self._a11y, ref) for ref in root._call("Accessible", "GetChildren")]
        except GLib.Error:
            return []

    def widgets(self, hidden=False):
        for application in self.applications():
            try:
                yield from (widget for widget, _ in application.walk(hidden=hidden))
            except GLib.Error:
                continue

    def find(self, object_name):
        """What shows under this object name, or None. Where it was the last time is looked at first."""
        known = self._known.get(object_name)
        try:
            if known and known.object_name == object_name and known.showing():
                return known
        except GLib.Error:
            pass
        for widget in self.widgets():
            try:
                name = widget.object_name
                self._known[name] = widget
                if name == object_name and widget.showing():
                    return widget
            except GLib.Error:
                continue
        return None

    def wait(self, object_name, seconds=60):
        return until(lambda: self.find(object_name), lambda: "“%s” to show; there are: %s" % (object_name, self.names()), seconds)

    def wait_gone(self, object_name, seconds=60):
        until(lambda: not self.find(object_name), "“%s” to go" % object_name, seconds)

    def wait_text(self, object_name, part, seconds=60):
        def has_it():
            widget = self.find(object_name)
            try:
                return widget and part in widget.text() and widget
            except GLib.Error:
                return None
        return until(has_it, lambda: "“%s” to say “%s”; it says: %s" % (object_name, part, self.read(object_name)), seconds)

    def read(self, object_name):
        def look():
            widget = self.find(object_name)
            return [widget.text() if widget else None]
        return until(look, "“%s” to be read" % object_name)[0]

    def press(self, object_name, seconds=60):
        def pressed():
            self.wait(object_name, seconds).press()
            return True
        until(pressed, "“%s” to be pressed" % object_name, seconds)

    def focused(self):
        """The widget that has the keyboard, or None. Items say so of the current one in every list, so they do not count."""
        for application in self.applications():
            for window in application.children():
                if self._safely(lambda: "active" in window.states()):
                    found = [widget for widget, _ in window.walk(hidden=False) if self._safely(widget.focused)]
                    found = [widget for widget in found if widget.role not in ITEMS]
                    if found:
                        return found[-1]
        return None

    def wait_inactive(self):
        """Until the program itself has noticed that another one has the keyboard: it takes Qt up to 400 ms to believe it."""
        until(lambda: not any(self._safely(lambda: "active" in window.states())
                              for application in self.applications() for window in application.children()), "the window to be inactive")

    def wait_focus(self, object_name, seconds=60):
        def has_it():
            widget = self.find(object_name)
            return widget and self._safely(widget.focused) and widget
        return until(has_it, "“%s” to have the keyboard" % object_name, seconds)

    @staticmethod
    def _safely(read):
        try:
            return read()
        except GLib.Error:
            return None

    def names(self):
        names = []
        for widget in self.widgets():
            try:
                if widget.object_name and widget.showing():
                    names.append(widget.object_name)
            except GLib.Error:
                continue
        return " ".join(sorted(set(names)))

    def tree(self):
        lines = []
        for application in self.applications():
            for widget, depth in application.walk():
                try:
                    lines.append("%s[%s] %r #%s" % ("  " * depth, widget.role, widget.name, widget.object_name))
                except GLib.Error:
                    continue
        return "\n".join(lines)
