/*
 * A stretch of a terminal's entries added up: by day and what it is divided by. Private to
 * takings*.c.
 */
#ifndef TILL_HOST_TAKINGS_ADD_H
#define TILL_HOST_TAKINGS_ADD_H

#include "entry_shift.h"
#include "store_taking.h"
#include "teller.h"

enum {
    TAKINGS_CELLS_MAX = 320,
    TAKINGS_ACTS_MAX = 48,
    TAKINGS_SHIFTS_MAX = 20, /* open at once on a terminal; the fold allows 16 */
    TAKINGS_TYPES_MAX = 24   /* of one payment, fees and advance included; more: not known */
};

/* What happens to the list of Zs that wait, in order. */
struct takings_act {
    enum { TAKINGS_CLOSED, TAKINGS_CARRIED, TAKINGS_ANSWERED } what;
    struct store_taking_close row; /* CLOSED; z of ANSWERED */
    char closes[CLOSES_TEXT_MAX];  /* CARRIED */
};
struct takings_shift {
    char user[USER_MAX];
    int32_t date;
};
/* An exception one by one: what the fields say struct report_exception of report.h has. */
struct takings_found {
    int kind;
    const struct entry *entry;
    int32_t date;
    const char *user; /* whose it is, or as typed; "-" = nobody */
    const char *account;
    uint64_t about;
    int64_t amount_minor, number;
    uint32_t z; /* the Z that it is about; 0 = of none */
};
struct takings_add {
    struct store *store;
    const char *terminal, *zone;
    /* Where set, each exception is told and nothing is added: entries that are none may be left
     * out, but for who is logged in and whose shift is open. */
    void (*found)(void *context, const struct takings_found *f);
    void *context;
    struct teller teller;
    struct takings_shift shifts[TAKINGS_SHIFTS_MAX];
    size_t shift_count;
    struct store_taking cells[TAKINGS_CELLS_MAX];
    size_t cell_count;
    struct takings_act acts[TAKINGS_ACTS_MAX];
    size_t act_count;
};

/* From where a terminal stands. */
void takings_add_begin(struct takings_add *a, const struct store_taking_mark *mark);
/* Room for one more entry, whatever it is? */
bool takings_add_has_room(const struct takings_add *a);
/* The next one; reads the store. */
enum till_status takings_add_entry(struct takings_add *a, const struct entry *e) TILL_CHECKED;
/* Where it stands then. */
void takings_add_mark(const struct takings_add *a, struct store_taking_mark *mark_out);

#endif
