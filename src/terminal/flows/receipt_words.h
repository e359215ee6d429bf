/*
 * What several flows say of a paper: its kind, whom it is about, what is wrong with it.
 */
#ifndef TILL_RECEIPT_WORDS_H
#define TILL_RECEIPT_WORDS_H

#include "flow.h"
#include "words.h"

/* "Receipt", "Reversal", "Dispute" …: what a paper of that kind is called. */
const char *paper_kind_text(uint16_t kind);
/* "0031-0004127 · 王** · 6100 2345 67"; whatever of it is known. out: SCREEN_TEXT_MAX. */
void receipt_words_whose(const struct receipt_view *view, char *out);
/* Why nothing can be done with this text or number, and what to do; NULL = it can be looked at. */
const char *receipt_words_wrong(const struct receipt_view *view);
/* One digit of a receipt number, '*' for its dash. */
void receipt_number_key(struct typed *number, const struct flow_event *event);
/* A line that a digit chooses; an `off` one is shown and can't be chosen. */
void choice_line(struct screen *screen, int digit, const char *text, const char *aside, bool off);

#endif
