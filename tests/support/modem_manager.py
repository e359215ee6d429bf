#!/usr/bin/python3
"""A ModemManager of our own on a bus of our own, played through its standard input.

    modem_manager.py ADDRESS        the bus: "unix:path=…"

Commands, a line each, each answered by "ok":
    add                  a modem comes (Modem/0, then 1 …); InterfacesAdded is announced
    remove               it goes; InterfacesRemoved
    set NAME VALUE       a property of the modem changes, and is announced
    answer METHOD HOW    how Connect, Disconnect, Reset, SendPin and GetManagedObjects are
                         answered: ok, hang (never), or the name of an error
    quit
Calls are written as "call METHOD ARGUMENTS". Nothing else is ever written.
"""

import os
import sys

import dbus
import dbus.bus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MM = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
MODEM = MM + ".Modem"
MODEM_3GPP = MODEM + ".Modem3gpp"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"

answers = {}


def say(text):
    print(text, flush=True)


def reply(method, done, broken, value=None):
    """As `answer` said."""
    how = answers.get(method, "ok")
    if how == "ok":
        done() if value is None else done(value)
    elif how != "hang":
        broken(dbus.DBusException(f"{method} failed", name=how))


class Sim(dbus.service.Object):
    def __init__(self, bus, path, modem):
        super().__init__(bus, path)
        self.modem = modem

    @dbus.service.method(MM + ".Sim", in_signature="s", out_signature="",
                         async_callbacks=("done", "broken"))
    def SendPin(self, pin, done, broken):
        say(f"call SendPin {pin}")
        if answers.get("SendPin", "ok") == "ok":
            self.modem.change("UnlockRequired", "1")
        reply("SendPin", done, broken)


class Modem(dbus.service.Object):
    def __init__(self, bus, number):
        self.path = f"{ROOT}/Modem/{number}"
        super().__init__(bus, self.path)
        self.sim = Sim(bus, f"{ROOT}/SIM/{number}", self)
        self.values = {
            MODEM: {
                "Sim": dbus.ObjectPath(f"{ROOT}/SIM/{number}"),
                "Device": dbus.String("/sys/devices/platform/usb1/1-1"),
                "PrimaryPort": dbus.String("ttyUSB2"),
                "State": dbus.Int32(8),
                "StateFailedReason": dbus.UInt32(0),
                "UnlockRequired": dbus.UInt32(1),
                "UnlockRetries": dbus.Dictionary({dbus.UInt32(2): dbus.UInt32(3)}, signature="uu"),
                "AccessTechnologies": dbus.UInt32(1 << 14),
                "SignalQuality": dbus.Struct((dbus.UInt32(60), True), signature="ub"),
                "Bearers": dbus.Array([], signature="o"),
                "OwnNumbers": dbus.Array([], signature="s"),
            },
            MODEM_3GPP: {
                "RegistrationState": dbus.UInt32(1),
                "OperatorName": dbus.String("中国移动"),
                "Pco": dbus.Array([], signature="(ubay)"),
            },
            MODEM + ".Simple": {},
        }

    def change(self, name, word):
        for interface, values in self.values.items():
            if name not in values:
                continue
            old = values[name]
            if isinstance(old, dbus.Struct):
                values[name] = dbus.Struct((dbus.UInt32(int(word)), True), signature="ub")
            elif isinstance(old, (dbus.String, dbus.ObjectPath)):
                values[name] = type(old)(word)
            else:
                values[name] = type(old)(int(word))
            self.PropertiesChanged(interface, {name: values[name]}, [])
            return
        raise KeyError(name)

    @dbus.service.signal(PROPERTIES, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, gone):
        pass

    @dbus.service.method(MODEM, out_signature="", async_callbacks=("done", "broken"))
    def Reset(self, done, broken):
        say("call Reset")
        reply("Reset", done, broken)

    @dbus.service.method(MODEM + ".Simple", in_signature="a{sv}", out_signature="o",
                         async_callbacks=("done", "broken"))
    def Connect(self, wishes, done, broken):
        say(f"call Connect {wishes['apn']}")
        if answers.get("Connect", "ok") == "ok":
            self.change("State", "11")
        reply("Connect", done, broken, dbus.ObjectPath(ROOT + "/Bearer/0"))

    @dbus.service.method(MODEM + ".Simple", in_signature="o", out_signature="",
                         async_callbacks=("done", "broken"))
    def Disconnect(self, bearer, done, broken):
        say(f"call Disconnect {bearer}")
        self.change("State", "8")
        reply("Disconnect", done, broken)


class Manager(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, ROOT)
        self.bus = bus
        self.modem = None
        self.number = 0

    @dbus.service.method(OBJECTS, out_signature="a{oa{sa{sv}}}",
                         async_callbacks=("done", "broken"))
    def GetManagedObjects(self, done, broken):
        found = {}
        if self.modem:
            found[dbus.ObjectPath(self.modem.path)] = {
                interface: dbus.Dictionary(values, signature="sv")
                for interface, values in self.modem.values.items()}
        reply("GetManagedObjects", done, broken,
              dbus.Dictionary(found, signature="oa{sa{sv}}"))

    @dbus.service.signal(OBJECTS, signature="oa{sa{sv}}")
    def InterfacesAdded(self, path, interfaces):
        pass

    @dbus.service.signal(OBJECTS, signature="oas")
    def InterfacesRemoved(self, path, interfaces):
        pass

    def add(self):
        self.modem = Modem(self.bus, self.number)
        self.number += 1
        self.InterfacesAdded(self.modem.path, {
            interface: dbus.Dictionary(values, signature="sv")
            for interface, values in self.modem.values.items()})

    def remove(self):
        path, modem = self.modem.path, self.modem
        names = list(modem.values)
        modem.sim.remove_from_connection()
        modem.remove_from_connection()
        self.modem = None
        self.InterfacesRemoved(path, names)


def main():
    loop = GLib.MainLoop()
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.bus.BusConnection(sys.argv[1])
    manager = Manager(bus)
    name = dbus.service.BusName(MM, bus)  # held as long as it is in scope

    def command(source, condition):
        words = sys.stdin.readline().split()
        if not words or words[0] == "quit":
            loop.quit()
            return False
        if words[0] == "add":
            manager.add()
        elif words[0] == "remove":
            manager.remove()
        elif words[0] == "set":
            manager.modem.change(words[1], words[2])
        elif words[0] == "answer":
            answers[words[1]] = words[2]
        say("ok")
        return True

    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, command)
    say("ok")
    loop.run()
    os._exit(0)  # the bus may be gone: nothing is said to it any more


main()
