/*
 * A list of collected accounts, as a terminal hands it to the next holder of its meter book: pages
 * of text that a QR code carries, each signed by the terminal's journal key.
 *
 *   "FTC1:" base32( version(1) ‖ terminal(len8) ‖ at_s(u64) ‖ page(u8) ‖ pages(u8) ‖ count(u8)
 *                   ‖ count × [shared(u8) ‖ rest(len8)] ‖ signature(64) )
 *
 * Accounts ascend; each says how many characters it shares with the one before. The signature is
 * over SHA-256(len8("fieldtill/collected/1") ‖ that tag ‖ the bytes before it). Characters of QR's
 * alphanumeric mode alone; a page fits version 15-M.
 *
 * It is a mark and no money: whoever reads it shows that a customer has paid elsewhere, and takes
 * nothing off what is owed.
 */
#ifndef TILL_COLLECTED_H
#define TILL_COLLECTED_H

#include "chain.h"

enum {
    COLLECTED_BYTES_MAX = 368,      /* of a page, signature included: 594 characters */
    COLLECTED_CHARACTERS_MAX = 600, /* QR 15-M, alphanumeric mode; ISO/IEC 18004 table 7 */
    COLLECTED_TEXT_MAX = COLLECTED_CHARACTERS_MAX + 1,
    COLLECTED_ACCOUNTS_MAX = 128, /* of a page */
    COLLECTED_PAGES_MAX = 99
};
#define COLLECTED_TAG "fieldtill/collected/1"

struct collected_page {
    char terminal[TERMINAL_MAX];
    int64_t at_s;                                       /* when the list was made */
    uint8_t page, pages;                                /* page 1 … pages */
    char accounts[COLLECTED_ACCOUNTS_MAX][ACCOUNT_MAX]; /* ascending, none twice */
    size_t count;
};

/* How many of the first `count` ascending accounts fit one page. */
size_t collected_fit(const char *terminal, const char (*accounts)[ACCOUNT_MAX], size_t count);
/* The same for a code of so many characters at most. */
size_t collected_fit_within(const char *terminal, const char (*accounts)[ACCOUNT_MAX], size_t count,
                            size_t characters);
/* out: COLLECTED_TEXT_MAX. TILL_TOO_LARGE: not one page. TILL_BAD_INPUT: not ascending, none, or a
 * page that can't be. */
enum till_status collected_write(const struct sealer *sealer, const struct collected_page *page,
                                 char out[COLLECTED_TEXT_MAX]) TILL_CHECKED;

/* Is it such a text, and whose does it say that it is? For finding the key; nothing is proven.
 * TILL_E_PROTOCOL: no. */
enum till_status collected_whose(const char *text, size_t size,
                                 char terminal_out[TERMINAL_MAX]) TILL_CHECKED;
/* TILL_E_PROTOCOL. TILL_E_SIGNATURE: altered, or another key signed it; *page_out is untouched. */
enum till_status collected_read(const struct sealer *sealer, const char *text, size_t size,
                                struct collected_page *page_out) TILL_CHECKED;

#endif
