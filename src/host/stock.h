/*
 * Numbered paper at the office: issued in ranges, moved from one person to another, brought back
 * blank; and what of all that does not fit together.
 *
 * What terminals did with it comes with their journals (stock_intake.h). A range is in one
 * person's hands; only blank numbers go from hand to hand.
 *
 * Pure over the store contract; each act is a transaction of its own.
 */
#ifndef TILL_HOST_STOCK_H
#define TILL_HOST_STOCK_H

#include "store_stock.h"

enum {
    STOCK_PIECES_MAX = 64, /* ranges that one act may touch */
    STOCK_LATE_DAYS = 3    /* a manual receipt that is recorded later is an exception */
};

/* What somebody wants done to numbers. */
struct stock_wanted {
    int type; /* enum stock_type */
    char series[SERIES_MAX];
    uint64_t first, last; /* at most STOCK_RANGE_MAX of them */
    const char *to;       /* who gets them; NULL: they come back */
    const char *terminal; /* where they may be taken over; NULL = anywhere */
    const char *by;       /* who decides (office_role.h); NULL = nobody was named */
};

/*
 * Out of the office into a person's hands; from one's into another's; back to the office.
 *   move_out    the step, or the last of several where they were in several hands
 *   reason_out  with TILL_REFUSED: why, an English msgid
 * TILL_REFUSED: some of them are in somebody's hands already (issue), or in nobody's (transfer,
 * return); some are no longer blank; nobody of that number; they may not. TILL_TOO_LARGE: in more
 * than STOCK_PIECES_MAX pieces. TILL_BAD_INPUT: no such numbers. TILL_NOT_FOUND: no such terminal.
 */
enum till_status stock_issue(struct store *s, const struct stock_wanted *w, int64_t now_s,
                             struct store_stock_move *move_out,
                             char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
enum till_status stock_transfer(struct store *s, const struct stock_wanted *w, int64_t now_s,
                                struct store_stock_move *move_out,
                                char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
enum till_status stock_return(struct store *s, const struct stock_wanted *w, int64_t now_s,
                              struct store_stock_move *move_out,
                              char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* Take first..last out of a range that has some of it: what is left stays as it was. Within the
 * caller's transaction. */
enum till_status stock_cut(struct store *s, const struct store_stock_range *range, uint64_t first,
                           uint64_t last) TILL_CHECKED;

/* "receipt", "invoice", "manual": as typed and as JSON has it; 0, "?" = none of them. */
int stock_type_named(const char *name);
const char *stock_type_name(int type);
/* English msgids: "issued" …, "used" …. */
const char *stock_act_text(enum stock_act act);
const char *stock_state_text(enum stock_state state);

/* ---- the check ------------------------------------------------------------------------------- */

/* What may be wrong: enum stock_odd, and what is seen only when everything is looked at. */
enum stock_wrong {
    STOCK_WRONG_UNISSUED = STOCK_ODD_KINDS + 1, /* taken over, and nobody had issued it */
    STOCK_WRONG_GAP,                            /* passed over without a record */
    STOCK_WRONG_FACE,                           /* the receipt is of another amount */
    STOCK_WRONG_COUNT,                          /* a day's count and the records differ */
    STOCK_WRONG_BARE,                           /* its number ended, and the payment got no other */
    STOCK_WRONGS
};
const char *stock_wrong_text(int what); /* msgid */

struct stock_problem {
    int what; /* enum stock_odd or enum stock_wrong */
    int type;
    char series[SERIES_MAX];
    uint64_t first, last;
    char terminal[TERMINAL_MAX];
    uint64_t seq;                      /* of the record; 0 = none */
    char user[USER_MAX];               /* "" = nobody's */
    char other[TERMINAL_MAX + 24];     /* the record that it does not fit with, or "" */
    int64_t stated_minor, known_minor; /* FACE, COUNT: as said, and as the receipts say */
};
/* Of one type of paper, everywhere. */
struct stock_totals {
    struct stock_sums sums;
    uint64_t unused; /* in somebody's hands, blank */
};
struct stock_verdict {
    uint64_t problems;
    struct stock_totals totals[STOCK_TYPE_COUNT];
};
typedef void stock_tell(void *context, const struct stock_problem *problem);
/* Reads every number there is, of one moment: seconds for a million. Nobody waits for it. */
enum till_status stock_check(struct store *s, stock_tell *tell, void *context,
                             struct stock_verdict *verdict_out) TILL_CHECKED;
/* Do a count and the records say the same? */
bool stock_count_agrees(const struct store_stock_count *c);
/* How many of a range are blank still. */
enum till_status stock_range_sums(struct store *s, const struct store_stock_range *range,
                                  struct stock_totals *out) TILL_CHECKED;

#endif
