/*
 * The day sheet: one date, three ways. What the journals say was taken in cash, what was counted,
 * and what the bank has; and everything that keeps the three apart, with its owner and its age.
 */
#ifndef TILL_HOST_DAY_H
#define TILL_HOST_DAY_H

#include "bank.h"
#include "custody.h"
#include "slips.h"

enum day_part {
    DAY_CLOSES,    /* Zs of the date */
    DAY_MOVES,     /* put into a bag or paid out of it on the date, and who agreed */
    DAY_HANDOVERS, /* of the date; and earlier ones that are open */
    DAY_DEPOSITS,  /* of the date; and earlier ones that the bank does not have, or has otherwise */
    DAY_VARIANCES, /* of the date; and earlier ones that are open */
    DAY_SLIPS,     /* cheques and other slips in hands, of the date or before */
    DAY_BANK,      /* lines of the bank up to the date that no deposit is known for */
    DAY_PARTS
};

struct day_row {
    enum day_part part;
    struct custody_view view;    /* of all but BANK; SLIPS: who has how many slips, since when */
    struct store_bank_line line; /* BANK; DEPOSITS: reference "" = the bank does not have it */
    enum slips_place place;      /* SLIPS */
    int32_t age_days;            /* open ones: since their day; 0 = of the date */
};

/* Of the date; minor units. */
struct day_sums {
    int64_t expected_minor, counted_minor; /* Zs, cash */
    int64_t deposited_minor;               /* as the slips say */
    int64_t bank_minor;                    /* as the bank says, of the deposits that it has */
    int64_t paid_in_minor, paid_out_minor; /* into bags and out of them */
    int64_t transit_minor;  /* open hand-overs, whatever their date: what the accounts
                                              transit/supervisor/… have, but for what came later */
    int64_t variance_minor; /* not explained, whatever its date */
    /* Cheques and other slips as of now: in hands, on the way, not credited by the bank, what came
     * up to the date; and what is not explained of them, whatever its date. */
    int64_t slips_hand_minor, slips_transit_minor, slips_bank_minor, slips_variance_minor;
    int64_t unknown_minor; /* at the bank, and no deposit is known for it */
};

typedef enum till_status day_visit(void *context, const struct day_row *row);

/* Every row of the sheet, part by part: those of the date by time, then earlier ones that wait by
 * terminal and number; the sums after the last. What is done with and of another date is not looked
 * at. */
enum till_status day_walk(struct store *s, const char *zone, int32_t date, day_visit *visit,
                          void *context, struct day_sums *sums_out) TILL_CHECKED;

#endif
