/*
 * The hardware layer: what a handheld has, behind one contract each.
 *
 * A device is a struct of function pointers with a context. One static table (drivers.c) names the
 * drivers; a board file (hal/boards/NAME.conf) says which driver serves which device and with which
 * options. At start hal_open() checks that every required operation is there, and refuses a board
 * that is not whole. Drivers return a status and never exit, print or keep a global.
 *
 * Readiness: devices that speak on their own offer a file descriptor that becomes readable when
 * `poll` would give something; -1 where there is none and the owner polls once a tick (50 ms).
 * Calls block no longer than they say. One board, one thread.
 *
 * It does not know what is shown, printed or charged.
 */
#ifndef TILL_HAL_H
#define TILL_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

struct keypad;
struct display;
struct printer;
struct clock_device;
struct network;
struct power;
struct card_reader;
struct link;
struct meter_port;
struct modem;
struct scanner;
struct sound;
struct position;
struct counter;
struct watchdog;
struct stick;

/* The contract headers declare, below each struct, one checked call per operation: printer_write()
 * and so on. Programs use those: they assert what the caller owes (an area within the frame, a
 * pointer where one is needed) and what the driver owes (outputs untouched unless TILL_OK, sizes
 * within capacity), so that a driver that breaks its contract is found where it does. */

/* Any of them may be NULL where a board has none; keypad, display, clock never are. */
struct board {
    char name[25];
    struct keypad *keypad;
    struct display *display;
    struct printer *printer;
    struct clock_device *clock;
    struct network *network;
    struct power *power;
    struct card_reader *card;
    struct meter_port *meter;
    struct modem *modem;
    struct scanner *scanner;
    struct sound *sound;
    struct position *position;
    struct counter *counter;
    struct watchdog *watchdog;
    struct stick *stick;
    char serial[65];      /* of the hardware: [board] serial_file; "" = it tells none */
    uint32_t sector_size; /* largest write of the storage that may tear, bytes; 512 by default */
    void *context;        /* of hal_open */
};

/*
 * Open the board that a file describes.
 *   board_path  hal/boards/NAME.conf (INI)
 *   message_out says, for a technician, which line or driver is wrong; capacity 256
 * TILL_E_CONFIG: unknown driver or option, missing operation, missing required device.
 * TILL_DEVICE_OFFLINE, TILL_E_DEVICE: a driver could not open its hardware.
 * On failure nothing stays open.
 */
enum till_status hal_open(const char *board_path, struct board *board_out,
                          char message_out[256]) TILL_CHECKED;

/* The same, with options of the file replaced or added: each override is "section.key=value", for
 * example "sim.bus=/run/fieldtill/panel.sock". TILL_E_CONFIG also for one that is not so. */
enum till_status hal_open_options(const char *board_path, const char *const *overrides,
                                  size_t override_count, struct board *board_out,
                                  char message_out[256]) TILL_CHECKED;

/* Closes every device and what they shared. A board that holds nothing is fine. */
void hal_close(struct board *board);

#endif
