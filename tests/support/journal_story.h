/*
 * A collector's morning in a journal, for tests of storage: enrol, log in, open a shift, collect,
 * print. Amounts and accounts follow from the number of the step, so that two tellings are equal.
 */
#ifndef TILL_JOURNAL_STORY_H
#define TILL_JOURNAL_STORY_H

#include "fake_sealer.h"
#include "journal.h"

#define STORY_TERMINAL "0031"
enum { STORY_BEGIN_S = 1795300000, STORY_TEXT_SIZE = 320 };

struct journal_options story_options(const char *vfs, const char *path,
                                     const struct sealer *sealer);
enum till_status story_create(const struct journal_options *options,
                              const uint8_t public_key[PUBLIC_KEY_SIZE],
                              struct journal **journal_out) TILL_CHECKED;
enum till_status story_login(struct journal *j) TILL_CHECKED;
enum till_status story_open_shift(struct journal *j) TILL_CHECKED;
/* Collect from the n-th customer, with its paper's text; *entry_out may be NULL. */
enum till_status story_collect(struct journal *j, uint32_t n, struct entry *entry_out) TILL_CHECKED;
/* Say that the paper of the last receipt is out. */
enum till_status story_print_done(struct journal *j) TILL_CHECKED;
/* Collect from `count` customers, the n-th first, in one transaction. */
enum till_status story_basket(struct journal *j, uint32_t n, size_t count) TILL_CHECKED;
/* Take back what was collected last from the n-th customer, as their own. */
enum till_status story_reverse(struct journal *j, uint32_t n) TILL_CHECKED;

void story_account(uint32_t n, char account_out[ACCOUNT_MAX]);
int64_t story_amount_minor(uint32_t n);
void story_text(uint32_t n, char text_out[STORY_TEXT_SIZE]);

#endif
