/*
 * What several flows say of a paper: its kind, whom it is about, what is wrong with it.
 */
#ifndef TILL_RECEIPT_WORDS_H
#define TILL_RECEIPT_WORDS_H

#include "flow.h"
#include "words.h"

/* "Receipt", "Reversal", "Dispute" …: what a paper of that kind is called. */
const char *paper_kind_text(uint16_t kind);
/* Two lines: number and amount; whose it is, as far as that is known. */
void receipt_show_whose(const struct receipt_view *view, const struct flow_facts *facts,
                        struct screen *screen);
/* An amount or a code that is read from afar, alone on its line, under what it is. */
void show_large(struct screen *screen, const char *label, const char *text, enum screen_tone tone);
/* Why nothing can be done with this text or number, and what to do; NULL = it can be looked at. */
const char *receipt_words_wrong(const struct receipt_view *view);
/* What the office said of it, and what that means at the door. */
void receipt_show_office(const struct query_receipt *said, const struct receipt_view *view,
                         const struct flow_facts *facts, struct screen *screen);
/* One digit of a receipt number, '*' for its dash. */
void receipt_number_key(struct typed *number, const struct flow_event *event);
/* A line that a digit chooses; an `off` one is shown and can't be chosen. */
void choice_line(struct screen *screen, int digit, const char *text, const char *aside, bool off);
/* The reasons that fit what is over or short, each by its own digit, and the key. */
void show_reasons(bool over, struct screen *screen);

#endif
