/*
 * A county of customers, as many as one likes: names, addresses, numbers and bills as a book of a
 * Chinese utility has them. The n-th is always the same.
 *
 * Meter books of CROWD_BOOK_SIZE; accounts and meters nearly consecutive within one, phones and
 * names not. 1.3 bills each on average.
 */
#ifndef TILL_CROWD_H
#define TILL_CROWD_H

#include "book.h"

enum { CROWD_BOOK_SIZE = 120, CROWD_BILLS_MAX = 5 };

void crowd_customer(uint32_t n, struct book_customer *out);
/* How many were written. */
size_t crowd_bills(uint32_t n, struct bill bills_out[CROWD_BILLS_MAX]);
void crowd_meter_book(uint32_t book, struct book_meter_book *out);
uint32_t crowd_meter_books(uint32_t customers);
/* A random number that depends on nothing but its arguments. */
uint64_t crowd_random(uint64_t n, uint64_t of);

/* Site, a user, meter books; then customers from..to with their bills. Statuses of the builder. */
enum till_status crowd_put_head(struct book_builder *b, uint32_t customers) TILL_CHECKED;
enum till_status crowd_put(struct book_builder *b, uint32_t from, uint32_t to) TILL_CHECKED;
struct book_meta crowd_meta(uint32_t customers);
/* A whole book at path. */
enum till_status crowd_build(const char *path, const struct book_mac *mac,
                             uint32_t customers) TILL_CHECKED;

/* HMAC-SHA-256 by src/crypto with a key that is no secret. */
const struct book_mac *crowd_mac(void);

#endif
