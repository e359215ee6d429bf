/*
 * What several flows say in the same words: amounts, ages, accounts, typed digits.
 */
#ifndef TILL_WORDS_H
#define TILL_WORDS_H

#include "flow.h"
#include "money.h"

/* "¥186.42"; plain digits until there is a site. out: MONEY_TEXT_MAX. */
void words_money(const struct flow_facts *facts, int64_t amount_minor, char *out);
/* "186.42" */
void words_amount(const struct flow_facts *facts, int64_t amount_minor, char *out);
/* "2 h 10 min", "35 min", "3 days": a length of time. */
void words_age(int64_t seconds, char *out, size_t capacity);
/* "book yesterday 18:02": how old the data is. */
void words_book_age(const struct flow_facts *facts, char *out, size_t capacity);
/* The same beside a label that names the book: "今日 08:02". */
void words_book_made(const struct flow_facts *facts, char *out, size_t capacity);
/* "王秀英 6100 2345 67": whose money it is, for the right of a title; a long name is cut. */
void words_customer(const char *name, const char *account, char *out, size_t capacity);
/* "李建国 · 班次 117" */
void words_whose(const struct flow_facts *facts, char *out, size_t capacity);

/* Why a customer is perhaps collected: "0031 has not reported since 11-22 09:10". */
void words_maybe_collected(const struct flow_facts *facts, const struct customer_view *view,
                           char *out, size_t capacity);

/* What the office said when it was asked: "Office 11-22 14:05: due ¥0.00". "" = it was not. */
void words_office(const struct flow_facts *facts, const struct customer_view *view, char *out,
                  size_t capacity);

/* Why no money is taken by this clock, and what to do; "" = it is. */
void words_clock(const struct flow_facts *facts, char *out, size_t capacity);

/* Of a user's number, wherever one is typed. */
enum { USER_DIGITS_MOST = 10 };

/* A line that is being typed. */
struct typed {
    char text[33];
    size_t length;
    bool fresh; /* the text is a proposal: the first digit replaces it */
};
void typed_set(struct typed *t, const char *text, bool fresh);
/* most: digits (with the point). False where the key could not be taken. */
bool typed_digit(struct typed *t, int digit, size_t most);
bool typed_point(struct typed *t, size_t most);
/* Takes one character off; false when there was none. */
bool typed_erase(struct typed *t);
/* A key of a line that is typed: digits and the erase key, of an amount the point too; others
 * change nothing. */
void typed_act(struct typed *t, const struct flow_event *event, size_t most);
void typed_act_amount(struct typed *t, const struct flow_event *event, size_t most);

#endif
