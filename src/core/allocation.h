/*
 * The text of chosen months in a body: "202609,202611-202612:5000". What it means for somebody's
 * bills is arrears.h; this only reads it. Private to src/core.
 */
#ifndef TILL_ALLOCATION_H
#define TILL_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALLOCATION_ITEMS_MAX = 7 }; /* of 6 digits and a comma in 48 bytes */

struct allocation_item {
    int32_t from, to; /* yyyymm, from <= to */
};
struct allocation_choice {
    struct allocation_item items[ALLOCATION_ITEMS_MAX];
    size_t count;
    int64_t last_minor; /* what is paid of the last item; 0 = all of it */
};

/* Strict; capacity of the text ALLOCATION_MAX. "" is a choice of nothing. false: a month that is
 * none, a range that runs back, one month in two items, an amount that isn't the last, a stray
 * character. */
bool allocation_read(const char *text, struct allocation_choice *choice_out);

#endif
