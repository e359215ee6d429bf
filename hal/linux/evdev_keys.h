/*
 * The kernel's names for keys (linux/input-event-codes.h), as board files write them, and which key
 * of a pad each means there.
 */
#ifndef TILL_EVDEV_KEYS_H
#define TILL_EVDEV_KEYS_H

#include "driver.h"
#include "evdev_pad.h"

/* "KEY_ENTER", or a number, decimal or as 0x1c: 1..KEY_MAX; -1: no such key. */
int evdev_key_code(const char *name);

/*
 * The map as the options of opening->section say: one a key, `ok = KEY_ENTER KEY_KPENTER`; star and
 * hash are those of * and #. Keys that no option names have the codes of an ordinary keyboard or
 * number pad, those taken away that an option gives to another.
 * TILL_E_CONFIG: an unknown name, or a code that two options name.
 */
enum till_status evdev_keys_read(struct opening *opening, struct evdev_pad *pad) TILL_CHECKED;

#endif
