/*
 * Opening the drivers for real hardware under Linux (driver.h), and their options.
 *
 * Links (link = NAME in the section of the device that uses one):
 *   tcp     address (IPv4 or IPv6 in figures: nothing is looked up), port (9100)
 *   serial  device (/dev/ttyS1), baud (9600), bits (8), parity (none, even, odd), stops (1),
 *           flow (none, hardware, software)
 * [printer]
 *   escpos_tcp, escpos_serial, escpos_usb   profile (for printing/), and those of their link
 *           (escpos_usb: device, a name or pattern, /dev/usb/lp*);
 *           status (yes, no: does it answer DLE EOT), auto_status (yes, no: GS a),
 *           report (yes, no: GS r), han (yes, no: two-byte characters), speed (dots a second,
 *           where there is no report: 400), silence (ms without a byte either way after which one
 *           that prints is offline: 8000)
 * [card]    pcsc                reader (part of the reader's name; any)
 * [clock]   system              the kernel's; rtc (/dev/rtc0: set with it, as that of the battery;
 *           none)
 * [network] interfaces          wired, gprs, 4g: names of interfaces, as in 4g = wwan0;
 *           modem (yes, no: the board's modem says how good its radio is, and GPRS from 4G)
 * [power]   sysfs               battery (BAT0; several names, or auto), charger (none: the
 *           battery's word; several names, or auto), every_ms (how often the kernel is asked at
 *           most, where it tells of no change: 5000)
 * [modem]   at, modemmanager   apn (none: the program's), pin_file (0600, with the SIM's PIN),
 *           reset_file (a GPIO's value or the like), reset_on (1), reset_off (0), reset_ms (500)
 *           at: any link, and context (1), hang (time-outs in a row before a reset: 3), poll_s
 *           (10), answer_ms (2000), attach_s (75), away_s (after a reset: 30)
 *           modemmanager: device (part of its device's path or port: any), bus (the system's),
 *           poll_s (30), attach_s (120), away_s (60)
 * [position] gpsd              address (127.0.0.1), port (2947), on (yes, no: from the start)
 *           fixed               latitude, longitude (degrees, as 30.2741), accuracy_m (20): of what
 *           stands still
 * [meter]   link                any link: link = serial and so on
 * [keypad]  evdev               device (/dev/input/event0), or in its place name and, or phys, as
 *           the kernel calls it (/proc/bus/input/devices); grab (yes, no: nobody else sees its
 *           keys), stuck (s a key may be down: 30; 0 = for ever), folder (/dev/input);
 *           and a map, one option a key: 0 to 9, star, hash, ok, cancel, clear, up, down, left,
 *           right, f1, f2, scan = names of linux/input-event-codes.h, or numbers, parted by spaces,
 *           as in ok = KEY_ENTER KEY_KPENTER; a key that is left out has its usual ones
 *           (evdev_keys.c)
 * [display] fbdev               device (/dev/fb0), order (msb, lsb: which bit of a byte is its
 *           leftmost dot, on panels of one bit a dot), tty (the text console to silence, as
 *           /dev/tty1; none), rotate (0, 90, 180, 270: clockwise), scale (1, 2: dots a design
 *           pixel), backlight (a name in /sys/class/backlight; none)
 *           drm                 device (/dev/dri/card0; the first card with a display), connector
 *           (as DSI-1; the first with a display), mode (as 800x480; what the display prefers),
 *           format (auto, xrgb8888, rgb565), rotate, scale, backlight as above
 * [scanner] evdev               a scanner that plays a keyboard (US layout): device or name, phys,
 *           grab, folder as above; gap (ms without a stroke that end a text: 200)
 *           serial              any link: link = serial and so on; gap (ms of silence that end a
 *           text without CR or LF: 100), on, off (bytes that light and darken it, as in
 *           16 54 0D; none: it has a trigger of its own)
 * [sound]   evdev               a beeper that the kernel knows: device or name, phys, folder
 *           pwm                 one on a PWM: chip (pwmchip0), channel (0)
 * [watchdog] linux              device (/dev/watchdog), timeout (s; in place of what the program
 *           wants)
 * [stick]   folder              path (where the system mounts it), mounted (yes: only a file system
 *           of its own is a stick; no), unmount (no, yes: release takes it off the tree)
 * interfaces and sysfs also know root, a folder put before /proc and /sys: for tests.
 */
#ifndef TILL_LINUX_DRIVERS_H
#define TILL_LINUX_DRIVERS_H

#include "driver.h"

enum till_status link_tcp_open(struct opening *opening, struct link **link_out) TILL_CHECKED;
enum till_status link_serial_open(struct opening *opening, struct link **link_out) TILL_CHECKED;

enum till_status escpos_tcp_open(struct opening *opening, struct board *board);
enum till_status escpos_serial_open(struct opening *opening, struct board *board);
enum till_status escpos_usb_open(struct opening *opening, struct board *board);
enum till_status pcsc_reader_open(struct opening *opening, struct board *board);
enum till_status system_clock_open(struct opening *opening, struct board *board);
enum till_status interfaces_open(struct opening *opening, struct board *board);
enum till_status sysfs_power_open(struct opening *opening, struct board *board);
enum till_status at_modem_open(struct opening *opening, struct board *board);
enum till_status modem_manager_open(struct opening *opening, struct board *board);
enum till_status gpsd_open(struct opening *opening, struct board *board);
enum till_status fixed_position_open(struct opening *opening, struct board *board);
enum till_status meter_link_open(struct opening *opening, struct board *board);
enum till_status evdev_keypad_open(struct opening *opening, struct board *board);
enum till_status evdev_scanner_open(struct opening *opening, struct board *board);
enum till_status watchdog_node_open(struct opening *opening, struct board *board);
enum till_status stick_mount_open(struct opening *opening, struct board *board);
enum till_status fbdev_display_open(struct opening *opening, struct board *board);
enum till_status drm_display_open(struct opening *opening, struct board *board);
enum till_status scanner_serial_open(struct opening *opening, struct board *board);
enum till_status evdev_beeper_open(struct opening *opening, struct board *board);
enum till_status pwm_beeper_open(struct opening *opening, struct board *board);

#endif
