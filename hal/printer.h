/*
 * Printer: takes bytes of its own language and says how it is. It knows no receipt.
 *
 * Writing never blocks: what the printer can't take now is offered again. `settle` answers when
 * everything written has come out on paper, or why not: only then is a print done.
 *
 * How fresh: a state of TILL_OK was told by the printer at most PRINTER_FRESH_MS before, so that
 * paper and head temperature are known before money is taken. A printer that keeps silent longer
 * is TILL_DEVICE_OFFLINE. The exception is one that can't tell at all (age PRINTER_NEVER_TELLS):
 * it is believed to be well while its line stands, and the board file says so. While a job is under
 * way the state is that of its last gap between two commands.
 */
#ifndef TILL_PRINTER_H
#define TILL_PRINTER_H

#include "hal.h"

/* What it told, several at once. The first two are warnings; the rest say what `status` can't where
 * more than one thing is wrong (an open cover that is also out of paper). */
enum printer_flags {
    PRINTER_PAPER_LOW = 1,
    PRINTER_WARM = 2, /* near its limit: finish this one, then pause */
    PRINTER_NO_PAPER = 4,
    PRINTER_COVER = 8,    /* open */
    PRINTER_HOT = 16,     /* it stopped to cool down, and goes on by itself */
    PRINTER_CUTTER = 32,  /* stuck: once it is cleared the driver tells the printer to go on */
    PRINTER_BROKEN = 64,  /* no person at the door can mend it */
    PRINTER_FEEDING = 128 /* somebody holds its feed button */
};

enum {
    PRINTER_FLAGS = 255, /* all of them */
    PRINTER_FRESH_MS = 2000
};
#define PRINTER_NEVER_TELLS UINT32_MAX

struct printer_state {
    /* TILL_OK, PAPER_OUT, COVER_OPEN, PRINTER_HOT, CUTTER_STUCK, DEVICE_OFFLINE, E_DEVICE (broken):
     * of several the one to be mended first. */
    enum till_status status;
    unsigned flags;  /* 0 while DEVICE_OFFLINE: old news is no news */
    uint32_t age_ms; /* since the printer told it; 0 where it is always known */
};

struct printer {
    void *context;
    char profile[33]; /* printing/profiles: what dialect and width it has */
    /* Readable when the state changed or write may go on; -1: poll each tick. */
    int (*fd)(void *context);
    /* Last known state; asks the device where that takes under 50 ms. Asking twice a second is
     * enough to keep it fresh. */
    enum till_status (*state)(void *context, struct printer_state *state_out);
    /* Take up to bytes.size; *taken_out may be 0 (buffer full: try when fd is readable or at the
     * next tick). TILL_PAPER_OUT and the like: what was taken before may be half out.
     * TILL_E_DEVICE: the printer refused the bytes themselves. */
    enum till_status (*write)(void *context, struct span bytes, size_t *taken_out);
    /* TILL_OK: all that was written is on paper. TILL_BUSY: still printing. Otherwise why it
     * stopped. Never blocks.
     * An answer of write or settle that is neither TILL_OK nor TILL_BUSY ends the job: what is not
     * out yet may be dropped, and nothing more is taken before `reset`. */
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
