/*
 * What the flows of numbered paper share: how a range is named, and how a number with letters is
 * typed on a keypad that has none.
 */
#ifndef TILL_STOCK_WORDS_H
#define TILL_STOCK_WORDS_H

#include "flow.h"
#include "words.h"

/* "B-00012345" of a range's next number, or "B" where it is used up. */
void stock_next_text(const struct fold_stock *stock, char out[SCREEN_TEXT_MAX]);
/* "12 used, 1 void, 2 spoiled, 35 left" since the last count. */
void stock_state_text(const struct fold_stock *stock, char out[SCREEN_TEXT_MAX]);
/* Numbers that are left of it. */
uint64_t stock_left(const struct fold_stock *stock);
/* The range by place; NULL: it is gone. */
const struct fold_stock *stock_at(const struct flow_facts *facts, uint64_t place);

/* Anomalies about numbers, as they are recorded, whatever the language: entered though not issued
 * here, or long after; a range taken over that was not issued. And back into words; an anomaly of
 * another sort leaves both empty. */
void stock_odd_manual(const char *number, bool unissued, bool old, char *out, size_t capacity);
void stock_odd_range(const char *first, uint64_t more, char *out, size_t capacity);
void stock_odd_read(const char *anomaly, char *papers_out, size_t papers_capacity, char *reason_out,
                    size_t reason_capacity);

/* One key of a text of digits and capital letters: digits, '*' for the dash, ▲ turns the last
 * digit into its letters as on a telephone (2 A B C 2 …), Clear takes one off. True: it was one. */
bool stock_type(struct typed *t, const struct flow_event *event, size_t most);
/* A scanned text instead; false: it is too long or no such text. */
bool stock_scan(struct typed *t, const struct flow_event *event, size_t most);

#endif
