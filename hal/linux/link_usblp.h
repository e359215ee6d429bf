/*
 * A byte link to a USB printer: the character device of the kernel's usblp driver (/dev/usb/lp0).
 *
 * It carries bytes both ways as link.h says. When the printer is unplugged, or switched off, the
 * device goes; it is looked for again once a second, under any name that the option `device`
 * matches, because the kernel may give it another number.
 *
 * Beside the bytes there is the port status of the USB printer class (usbprn11 §4.2.2): paper and
 * error, one byte, from printers that answer nothing else.
 */
#ifndef TILL_LINK_USBLP_H
#define TILL_LINK_USBLP_H

#include "driver.h"

struct usblp;

/* The option device, a name or a pattern (/dev/usb/lp*: the first that opens). port_out is the same
 * link by its own type; it lives as long. */
enum till_status link_usblp_open(struct opening *opening, struct link **link_out,
                                 struct usblp **port_out) TILL_CHECKED;

/* TILL_OK, PAPER_OUT, DEVICE_OFFLINE (not selected, in error, or unplugged), UNSUPPORTED: this
 * device has none. Asks the printer at most every second, which takes a millisecond; one that lets
 * us wait longer (the kernel gives it up to 5 s) is asked again only after a minute. */
enum till_status usblp_port_status(struct usblp *port) TILL_CHECKED;
/* How old that is; UINT32_MAX: never. */
int64_t usblp_port_age_ms(const struct usblp *port);

#endif
