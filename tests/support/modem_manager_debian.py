#!/usr/bin/python3
"""Debian's own ModemManager on a bus of our own, and a modem for it.

    modem_manager_debian.py ADDRESS

ModemManager has a test interface that gives it a modem behind a UNIX socket in place of a device;
behind it a modem on LTE answers AT commands. Writes "ok" once ModemManager has the modem, and to
each line of standard input; ends with its standard input, or "quit".
"""

import os
import socket
import subprocess
import sys
import threading
import time

import dbus
import dbus.bus

MM = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
PORT = f"abstract:fieldtill-{os.getpid()}"

ANSWERS = {
    "AT+CPIN?": "+CPIN: READY", "AT+CSQ": "+CSQ: 20,99",
    "AT+CREG?": '+CREG: 2,1,"18A0","00C3",7', "AT+CGREG?": '+CGREG: 2,1,"18A0","00C3",7',
    "AT+CEREG?": '+CEREG: 2,1,"18A0","00C3",7',
    "AT+CREG=?": "+CREG: (0-2)", "AT+CGREG=?": "+CGREG: (0-2)", "AT+CEREG=?": "+CEREG: (0-2)",
    "AT+COPS?": '+COPS: 0,0,"CHINA MOBILE",7', "AT+CGMI": "Acme", "AT+CGMM": "A1",
    "AT+CGMR": "1.0", "AT+GCAP": "+GCAP: +CGSM", "AT+CGSN": "353990016735261",
    "AT+CIMI": "460001234567890", "AT+CFUN?": "+CFUN: 1", "AT+CGATT?": "+CGATT: 1",
    "AT+CGACT?": "+CGACT: 1,0", "AT+CGDCONT=?": '+CGDCONT: (1-10),"IP",,,(0-1),(0-1)',
    "AT+CGDCONT?": '+CGDCONT: 1,"IP","cmnet","",0,0',
    "AT+WS46=?": "+WS46: (12,22,25,28,29,30,31)", "AT+CSCS=?": '+CSCS: ("GSM","UCS2","IRA")',
    "AT+CRSM=176,12258,0,0,10": '+CRSM: 144,0,"98684006905100123456"',
}


def serve(listener):
    while True:
        line, _ = listener.accept()
        threading.Thread(target=play, args=(line,), daemon=True).start()


def play(line):
    """A modem: one command a line, an answer, OK; ATD connects."""
    came = b""
    while True:
        data = line.recv(256)
        if not data:
            return
        came += data
        while b"\r" in came:
            command, came = came.split(b"\r", 1)
            command = command.decode("ascii", "replace").strip()
            if command.startswith("ATD"):
                line.sendall(b"\r\nCONNECT\r\n")
            elif command:
                answer = ANSWERS.get(command)
                line.sendall(f"\r\n{answer}\r\n".encode() if answer else b"")
                line.sendall(b"\r\nOK\r\n")


def has_modem(root):
    found = root.GetManagedObjects(dbus_interface="org.freedesktop.DBus.ObjectManager")
    return any(MM + ".Modem" in interfaces for interfaces in found.values())


def main():
    address = sys.argv[1]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0" + PORT)
    listener.listen(4)
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    daemon = subprocess.Popen(
        ["/usr/sbin/ModemManager", "--test-session", "--test-enable", "--test-no-udev",
         "--test-no-suspend-resume", "--test-no-qrtr", "--no-auto-scan", "--log-file=/dev/null"],
        env=dict(os.environ, DBUS_SESSION_BUS_ADDRESS=address),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        bus = dbus.bus.BusConnection(address)
        until = time.monotonic() + 20
        while not bus.name_has_owner(MM) and time.monotonic() < until:
            time.sleep(0.05)
        root = bus.get_object(MM, ROOT)
        dbus.Interface(root, MM + ".Test").SetProfile("fieldtill", "generic", [PORT])
        while not has_modem(root) and time.monotonic() < until:
            time.sleep(0.1)
        print("ok", flush=True)
        for line in sys.stdin:
            if line.strip() == "quit":
                break
            print("ok", flush=True)
    finally:
        daemon.terminate()
        daemon.wait()


main()
