/*
 * Printer: takes bytes of its own language and says how it is. It knows no receipt.
 *
 * Writing never blocks: what the printer can't take now is offered again. `settle` answers when
 * everything written has come out on paper, or why not: only then is a print done.
 */
#ifndef TILL_PRINTER_H
#define TILL_PRINTER_H

#include "hal.h"

enum printer_flags { /* warnings, several at once */
                     PRINTER_PAPER_LOW = 1,
                     PRINTER_WARM = 2, /* near its limit: finish this one, then pause */
};

struct printer_state {
    enum till_status status; /* TILL_OK, PAPER_OUT, COVER_OPEN, PRINTER_HOT, DEVICE_OFFLINE */
    unsigned flags;
};

struct printer {
    void *context;
    char profile[33]; /* printing/profiles: what dialect and width it has */
    /* Readable when the state changed or write may go on; -1: poll each tick. */
    int (*fd)(void *context);
    /* Last known state; asks the device where that takes under 50 ms. */
    enum till_status (*state)(void *context, struct printer_state *state_out);
    /* Take up to bytes.size; *taken_out may be 0 (buffer full: try when fd is readable or at the
     * next tick). TILL_PAPER_OUT and the like: what was taken before may be half out.
     * TILL_E_DEVICE: the printer refused the bytes themselves. */
    enum till_status (*write)(void *context, struct span bytes, size_t *taken_out);
    /* TILL_OK: all that was written is on paper. TILL_BUSY: still printing. Otherwise why it
     * stopped. Never blocks. */
    enum till_status (*settle)(void *context);
    /* Forget what is buffered, here and in the device, before a job is printed again. */
    enum till_status (*reset)(void *context);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
int printer_fd(const struct printer *printer);
enum till_status printer_state(const struct printer *printer,
                               struct printer_state *state_out) TILL_CHECKED;
/* *taken_out is set whatever the answer, 0..bytes.size. */
enum till_status printer_write(const struct printer *printer, struct span bytes,
                               size_t *taken_out) TILL_CHECKED;
enum till_status printer_settle(const struct printer *printer) TILL_CHECKED;
enum till_status printer_reset(const struct printer *printer) TILL_CHECKED;

#endif
