"""The desktop's own services, as a test sees them: notifications that are recorded, a tray that reads the icon and its menu.

They live on a thread of their own, so that the program gets its answer while the test waits for something else.
"""
import re
import threading
import time

from gi.repository import Gio, GLib

FLAGS = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION


def call(bus, name, path, interface, method, args=None):
    answer = bus.call_sync(name, path, interface, method, args, None, Gio.DBusCallFlags.NO_AUTO_START, 20000, None)
    return answer.unpack() if answer else ()


class Service:
    """One name on the session bus and one object behind it. `take` and `give` run on the service's thread."""
    NAME = PATH = XML = ""

    def __init__(self, address):
        self.lock = threading.Lock()
        self._address, self._ready, self._trouble = address, threading.Event(), None
        self._loop = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._ready.wait(10) or self._trouble:
            raise AssertionError("%s did not come up: %s" % (self.NAME, self._trouble))

    def _run(self):
        context = GLib.MainContext.new()
        context.push_thread_default()
        try:
            self.bus = Gio.DBusConnection.new_for_address_sync(self._address, FLAGS, None, None)
            interface = Gio.DBusNodeInfo.new_for_xml("<node>%s</node>" % self.XML).interfaces[0]
            self.bus.register_object(self.PATH, interface, self._called, self._asked, None)
            got = call(self.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                       GLib.Variant("(su)", (self.NAME, 4)))
            if got[0] != 1:
                self._trouble = "somebody else has the name"
            self._loop = GLib.MainLoop.new(context, False)
            self.begun()
        except Exception as trouble:  # told by the thread that waits
            self._trouble = trouble
        self._ready.set()
        if not self._trouble:
            self._loop.run()
        context.pop_thread_default()

    def close(self):
        if self._thread.is_alive():
            self._loop.quit()
            self._thread.join(5)

    def _called(self, _bus, sender, _path, _interface, method, args, invocation):
        try:
            with self.lock:
                invocation.return_value(self.take(method, args.unpack(), sender))
        except Exception as trouble:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.Failed", str(trouble))

    def _asked(self, _bus, _sender, _path, _interface, prop):
        with self.lock:
            return self.give(prop)

    def emit(self, signal, args, to=None):
        self.bus.emit_signal(to, self.PATH, self.NAME, signal, args)

    def begun(self):
        pass

    def take(self, method, args, sender):
        raise NotImplementedError

    def give(self, prop):
        raise NotImplementedError


class Notifications(Service):
    """org.freedesktop.Notifications: keeps what is told, and lets the test use a message's actions."""
    NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
    XML = """<interface name="org.freedesktop.Notifications">
      <method name="GetCapabilities"><arg type="as" direction="out"/></method>
      <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
       <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
      <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
       <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
       <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
      <method name="CloseNotification"><arg type="u" direction="in"/></method>
      <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
      <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
      <signal name="ActivationToken"><arg type="u"/><arg type="s"/></signal>
      <property name="Inhibited" type="b" access="read"/></interface>"""

    def __init__(self, address):
        self._messages, self._inhibited = [], False
        super().__init__(address)

    def take(self, method, args, sender):
        if method == "GetCapabilities":
            return GLib.Variant("(as)", (["actions", "body", "persistence"],))
        if method == "GetServerInformation":
            return GLib.Variant("(ssss)", ("recorder", "test", "1", "1.2"))
        if method == "CloseNotification":
            self._close(args[0], 3)
            return None
        app, _, icon, summary, body, actions, hints, _ = args
        message = {"id": len(self._messages) + 1, "app": app, "icon": icon, "summary": summary, "body": body,
                   "actions": dict(zip(actions[::2], actions[1::2])), "urgency": hints.get("urgency", 1), "hints": hints,
                   "closed": False, "sender": sender}
        self._messages.append(message)
        return GLib.Variant("(u)", (message["id"],))

    def give(self, prop):
        return GLib.Variant("b", self._inhibited)

    def _close(self, number, why):
        message = self._messages[number - 1]
        if not message["closed"]:
            message["closed"] = True
            self.emit("NotificationClosed", GLib.Variant("(uu)", (number, why)), message["sender"])

    def all(self):
        with self.lock:
            return [dict(message) for message in self._messages]

    def use(self, message, action="default"):
        """As a click on the message, or on one of its buttons: only what was offered can be used."""
        if action not in message["actions"]:
            raise AssertionError("“%s” is not offered; there are: %s" % (action, message["actions"]))
        with self.lock:
            self.emit("ActionInvoked", GLib.Variant("(us)", (message["id"], action)), message["sender"])
            self._close(message["id"], 2)

    def do_not_disturb(self, on):
        with self.lock:
            self._inhibited = on
        self.bus.emit_signal(None, self.PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                             GLib.Variant("(sa{sv}as)", (self.NAME, {"Inhibited": GLib.Variant("b", on)}, [])))


class Tray(Service):
    """A tray: org.kde.StatusNotifierWatcher and its host in one, and a reader of menus (com.canonical.dbusmenu)."""
    NAME, PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
    XML = """<interface name="org.kde.StatusNotifierWatcher">
      <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
      <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
      <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
      <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
      <property name="ProtocolVersion" type="i" access="read"/>
      <signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
      <signal name="StatusNotifierItemUnregistered"><arg type="s"/></signal>
      <signal name="StatusNotifierHostRegistered"/></interface>"""
    ITEM, MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"

    def __init__(self, address):
        self._items = {}
        super().__init__(address)

    def begun(self):
        self.emit("StatusNotifierHostRegistered", None)

    def take(self, method, args, sender):
        if method == "RegisterStatusNotifierItem":
            name, path = (sender, args[0]) if args[0].startswith("/") else (args[0], "/StatusNotifierItem")

            def gone(_bus, _name):
                with self.lock:
                    self._items.pop(name + path, None)
            self._items[name + path] = (name, path)
            Gio.bus_watch_name_on_connection(self.bus, name, Gio.BusNameWatcherFlags.NONE, None, gone)
            self.emit("StatusNotifierItemRegistered", GLib.Variant("(s)", (name + path,)))
        return None

    def give(self, prop):
        return {"RegisteredStatusNotifierItems": GLib.Variant("as", list(self._items)),
                "IsStatusNotifierHostRegistered": GLib.Variant("b", True), "ProtocolVersion": GLib.Variant("i", 0)}[prop]

    def item(self):
        """Bus name and path of the icon, or None."""
        with self.lock:
            return next(iter(self._items.values()), None)

    def icon(self):
        """The icon's properties, such as Id, Status and ToolTip; None without one."""
        item = self.item()
        return item and call(self.bus, *item, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (self.ITEM,)))[0]

    def tip(self):
        icon = self.icon()
        return icon["ToolTip"][2] if icon else ""

    def click(self):
        call(self.bus, *self.item(), self.ITEM, "Activate", GLib.Variant("(ii)", (0, 0)))

    def _layout(self):
        name, path = self.item()[0], self.icon()["Menu"]
        call(self.bus, name, path, self.MENU, "AboutToShow", GLib.Variant("(i)", (0,)))
        entries = []

        def collect(node):
            number, properties, children = node
            if number:
                entries.append((number, properties))
            for child in children:
                collect(child)
        collect(call(self.bus, name, path, self.MENU, "GetLayout", GLib.Variant("(iias)", (0, -1, [])))[1])
        return name, path, entries

    @staticmethod
    def _label(properties):
        return re.sub(r"_(.)", r"\1", properties.get("label", ""))

    def menu(self):
        """The labels, "-" for a separator."""
        if not self.item():
            return []
        return ["-" if entry.get("type") == "separator" else self._label(entry) for _, entry in self._layout()[2]]

    def choose(self, label):
        name, path, entries = self._layout()
        for number, entry in entries:
            if self._label(entry) == label:
                call(self.bus, name, path, self.MENU, "Event",
                     GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("i", 0), int(time.time()) & 0xFFFFFFFF)))
                return
        raise AssertionError("no entry “%s”; there are: %s" % (label, [self._label(entry) for _, entry in entries]))
