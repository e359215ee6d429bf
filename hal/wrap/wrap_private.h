/*
 * The inside of a wrap, for hal/wrap only.
 */
#ifndef TILL_WRAP_PRIVATE_H
#define TILL_WRAP_PRIVATE_H

#include "card.h"
#include "clock.h"
#include "counter.h"
#include "display.h"
#include "keypad.h"
#include "meter.h"
#include "modem.h"
#include "network.h"
#include "position.h"
#include "power.h"
#include "printer.h"
#include "scanner.h"
#include "sound.h"
#include "stick.h"
#include "watchdog.h"
#include "wrap.h"

struct wrap {
    struct wrap_hook hook;
    struct wrap *under; /* wrap_open()'s: the one below this one */
    struct board inner; /* what it lies over */
    struct keypad keypad;
    struct display display;
    struct printer printer;
    struct clock_device clock;
    struct network network;
    struct power power;
    struct card_reader card;
    struct meter_port meter;
    struct modem modem;
    struct scanner scanner;
    struct sound sound;
    struct position position;
    struct counter counter;
    struct watchdog watchdog;
    struct stick stick;
};

enum till_status wrap_before(struct wrap *wrap, const char *operation);
/* Tells the hook; gives the status back. */
enum till_status wrap_after(struct wrap *wrap, const char *operation, enum till_status status,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* wrap_lines.c: card, meter, modem, scanner, sound, position, counter, watchdog. */
void wrap_lines(struct wrap *wrap, struct board *board);

/* wrap_stick.c. */
void wrap_stick(struct wrap *wrap, struct board *board);

/* Ask the device unless the hook answers: `call` is evaluated in the second case only. */
#define WRAP(wrap, operation, status, call)                                                        \
    enum till_status status = wrap_before(wrap, operation);                                        \
    if (status == TILL_OK) {                                                                       \
        status = (call);                                                                           \
    }

#endif
