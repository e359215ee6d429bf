/*
 * Where cheques and other slips are now, and since when: in bags, in hands, on their way, at the
 * bank. By the ledger's accounts (ledger.h) and the records that it follows (custody.h).
 */
#ifndef TILL_HOST_SLIPS_H
#define TILL_HOST_SLIPS_H

#include "custody.h"

enum slips_place {
    SLIPS_IN_BAG,  /* of an open shift */
    SLIPS_IN_HAND, /* counted at a close */
    SLIPS_KEPT,    /* received from others */
    SLIPS_ON_WAY,  /* given, and not received */
    SLIPS_AT_BANK  /* cheques that the bank has not credited, as far as is known */
};
/* "in the bag" …: msgids. */
const char *slips_place_text(enum slips_place place);

struct slips_row {
    enum slips_place place;
    char terminal[TERMINAL_MAX];
    char user[USER_MAX];                           /* who has them, gave them, or brought them */
    char other[USER_MAX];                          /* ON_WAY: for whom; else "" */
    char bank[BANK_NAME_MAX], slip[BANK_SLIP_MAX]; /* AT_BANK; else "" */
    uint64_t seq;         /* ON_WAY, AT_BANK: of the record; else of the oldest that is left; 0 */
    int64_t at_s;         /* of that record; 0: not known */
    int64_t amount_minor; /* less than nothing: more went than was known to be there */
};

typedef enum till_status slips_visit(void *context, const struct slips_row *row);

/* Every place, in this order, by account or record. Of a hand the oldest are thought to go first.
 * TILL_TOO_LARGE: over 20,000 hands. */
enum till_status slips_walk(struct store *s, slips_visit *visit, void *context) TILL_CHECKED;

#endif
