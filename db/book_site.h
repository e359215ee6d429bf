/*
 * A site as one canonical record: how the book and the host's store keep it.
 *
 * It checks what it writes and what it reads (site_check): a site that breaks a rule is neither
 * stored nor used.
 */
#ifndef TILL_BOOK_SITE_H
#define TILL_BOOK_SITE_H

#include "record.h"
#include "site.h"

/* text_out: RECORD_SIZE_MAX bytes, terminated. TILL_BAD_INPUT: no valid site. */
enum till_status book_site_write(const struct site *site, char *text_out) TILL_CHECKED;

/* TILL_E_CORRUPT: not what book_site_write wrote. *site_out is then undefined. */
enum till_status book_site_read(struct span text, struct site *site_out) TILL_CHECKED;

#endif
