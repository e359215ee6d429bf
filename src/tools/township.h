/*
 * A township to try things with: 2,000 customers in meter books, believable and always the same.
 *
 * Written as the CSV files that fieldtill-host imports. Same seed and same day, same bytes.
 */
#ifndef TILL_TOWNSHIP_H
#define TILL_TOWNSHIP_H

#include <stdint.h>

#include "status.h"

enum { TOWNSHIP_CUSTOMERS = 2000, TOWNSHIP_BOOK_SIZE = 60 };

struct township {
    uint64_t seed;
    int32_t today; /* yyyymmdd: bills are of the months before it */
    uint32_t customers;
};

/* Writes site.csv, users.csv, meter_books.csv, customers.csv and bills.csv into dir, which is
 * there. TILL_BAD_INPUT: no date, or no customers. TILL_E_IO. */
enum till_status township_write(const struct township *t, const char *dir) TILL_CHECKED;

#endif
