/*
 * Wrappers: something between a program and all devices of its board.
 *
 * Every call of every device passes a hook before and after. Two hooks ship: fault.h answers what a
 * plan says instead of the device, spy.h writes down what was asked. A board file asks for them:
 *   [board] wrap=fault plan=printer.write:3=paper_out seed=1
 *   [board] wrap=spy spy=/path/of/log
 *   [board] wrap=fault,spy …           (the spy sees what the faults make of it)
 * It knows no device's meaning. Calls that give no status (fd, shape, clock reading) pass freely.
 */
#ifndef TILL_WRAP_H
#define TILL_WRAP_H

#include "hal.h"
#include "settings.h"

struct wrap_hook {
    void *context;
    /* TILL_OK: ask the device. Anything else is answered in its place. operation: "printer.write".
     * May be NULL. */
    enum till_status (*before)(void *context, const char *operation);
    /* What was answered, and with what: a short text, "" where there is nothing to say. May be
     * NULL. */
    void (*after)(void *context, const char *operation, enum till_status status,
                  const char *detail);
    /* When the wrap is closed; may be NULL. */
    void (*close)(void *context);
};

struct wrap;

/* Put the hook before every device of the board; hal_close() or board_close_devices() closes the
 * devices behind it, then wrap_close() frees it. Wraps may be put over wraps. NULL: no memory. */
struct wrap *wrap_board(struct board *board, const struct wrap_hook *hook);
/* NULL is fine. Closes what it lies over, too, where wrap_open() made both. */
void wrap_close(struct wrap *wrap);

/* As the [board] section says; *wrap_out is NULL where it says nothing. TILL_E_CONFIG and a message
 * in settings; TILL_E_MEMORY. */
enum till_status wrap_open(struct settings *settings, struct board *board,
                           struct wrap **wrap_out) TILL_CHECKED;

#endif
