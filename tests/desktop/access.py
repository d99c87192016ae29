"""What an assistive tool sees: the objects of the accessibility bus, read one by one.

Spoken directly over D-Bus: libatspi can lock up when a program appears while a call is under way.
"""
from gi.repository import Gio, GLib

STATES = ("invalid active armed busy checked collapsed defunct editable enabled expandable expanded focusable focused has-tooltip "
          "horizontal iconified modal multi-line multiselectable opaque pressed resizable selectable selected sensitive showing "
          "single-line stale transient vertical visible").split()
ROLES = {"push button": "button"}  # at-spi2-core 2.46 and 2.56 name it differently


class Widget:
    """One accessible object. Reads go to the program itself, so they are always current."""

    def __init__(self, bus, ref):
        self._bus, (self._name, self._path) = bus, ref

    def _call(self, interface, method, args=None):
        answer = self._bus.call_sync(self._name, self._path, "org.a11y.atspi." + interface, method, args, None,
                                     Gio.DBusCallFlags.NONE, 20000, None).unpack()
        return answer[0] if len(answer) == 1 else answer

    def _get(self, prop, interface="Accessible"):
        return self._bus.call_sync(self._name, self._path, "org.freedesktop.DBus.Properties", "Get",
                                   GLib.Variant("(ss)", ("org.a11y.atspi." + interface, prop)), None,
                                   Gio.DBusCallFlags.NONE, 20000, None).unpack()[0]

    def __eq__(self, other):
        return isinstance(other, Widget) and (self._name, self._path) == (other._name, other._path)

    @property
    def name(self):
        return self._get("Name")

    @property
    def role(self):
        role = self._call("Accessible", "GetRoleName")
        return ROLES.get(role, role)

    @property
    def object_name(self):
        try:
            return self._get("AccessibleId").rsplit(".", 1)[-1]
        except GLib.Error:
            return ""

    @property
    def description(self):
        return self._get("Description")

    def states(self):
        low, high = self._call("Accessible", "GetState")
        mask = low | high << 32
        return {state for bit, state in enumerate(STATES) if mask >> bit & 1}

    def showing(self):
        return "showing" in self.states()

    def enabled(self):
        return bool(self.states() & {"enabled", "sensitive"})

    def focused(self):
        return "focused" in self.states()

    def checked(self):
        return "checked" in self.states()

    def interfaces(self):
        return {name.rsplit(".", 1)[1] for name in self._call("Accessible", "GetInterfaces")}

    def parent(self):
        return Widget(self._bus, self._get("Parent"))

    def child_count(self):
        return self._get("ChildCount")

    def child(self, index):
        return Widget(self._bus, self._call("Accessible", "GetChildAtIndex", GLib.Variant("(i)", (index,))))

    def children(self, limit=80):
        """A table has a child for each cell: never more than `limit` of them."""
        count = self.child_count()
        if count <= limit:
            return [Widget(self._bus, ref) for ref in self._call("Accessible", "GetChildren")]
        return [self.child(i) for i in range(limit)]

    def text(self):
        if "Text" in self.interfaces():
            return self._call("Text", "GetText", GLib.Variant("(ii)", (0, -1)))
        return self.name or self.description

    def rectangle(self):
        """On the screen: left, top, width, height."""
        return self._call("Component", "GetExtents", GLib.Variant("(u)", (0,)))

    def press(self):
        actions = [action[0] for action in self._call("Action", "GetActions")]
        wanted = next((a for a in ("Press", "Toggle", "press", "toggle", "click") if a in actions), actions[0])
        self._call("Action", "DoAction", GLib.Variant("(i)", (actions.index(wanted),)))

    def focus(self):
        self._call("Component", "GrabFocus")

    def walk(self, depth=0, hidden=True):
        """This one and all below it; without `hidden` only what is on the screen, which is several times quicker."""
        if not hidden and depth > 0 and not self.showing():
            return
        yield self, depth
        try:
            children = self.children()
        except GLib.Error:
            return
        for child in children:
            try:
                yield from child.walk(depth + 1, hidden)
            except GLib.Error:
                continue  # gone in the meantime
