/*
 * A township to try things with: 2,000 customers in meter books, believable and always the same.
 * Above 3,600 customers it is a county: sixty meter books of many settlements each, as many as one
 * terminal may be given, with more names and towns.
 *
 * Written as the CSV files that fieldtill-host imports. Same seed, day and size, same bytes.
 */
#ifndef TILL_TOWNSHIP_H
#define TILL_TOWNSHIP_H

#include <stdint.h>

#include "status.h"

enum { TOWNSHIP_CUSTOMERS = 2000, TOWNSHIP_BOOK_SIZE = 60, TOWNSHIP_MOST = 2000000 };

struct township {
    uint64_t seed;
    int32_t today; /* yyyymmdd: bills are of the months before it */
    uint32_t customers;
};

/* Writes site.csv, users.csv, meter_books.csv, customers.csv and bills.csv into dir, which is
 * there. TILL_BAD_INPUT: no date, no customers, or more than TOWNSHIP_MOST. TILL_E_IO. */
enum till_status township_write(const struct township *t, const char *dir) TILL_CHECKED;

#endif
