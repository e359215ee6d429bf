/*
 * What the rows of reports say in words: the same on the screen, on paper and in files.
 */
#ifndef TILL_REPORT_WORDS_H
#define TILL_REPORT_WORDS_H

#include "flow.h"

enum { REPORT_DETAILS_MAX = 12, REPORT_LABEL_MAX = 64, REPORT_TEXT_MAX = 256 };

/* A row of a list: two lines. */
struct report_texts {
    char name[SCREEN_TEXT_MAX], place[SCREEN_TEXT_MAX];
    char amount[48], note[48], tag[40];
    enum screen_tone amount_tone;
};
/* One of the figures that a row has, with its name. */
struct report_detail {
    char label[REPORT_LABEL_MAX], value[SCREEN_TEXT_MAX];
    bool heavy; /* what it is all about */
};

/* "Takings by collector" */
const char *report_title(const struct flow_report_ask *ask);
/* The same as short as a screen needs it: "By collector". */
const char *report_short_title(const struct flow_report_ask *ask);
/* "2026-11-16 – 2026-11-22"; without the year where it is this one; "" of what has no period. */
void report_period(const struct flow_facts *facts, const struct flow_report_ask *ask,
                   char out[SCREEN_TEXT_MAX]);
/* The same with its years, for papers and files. */
void report_period_whole(const struct flow_report_ask *ask, char out[SCREEN_TEXT_MAX]);
/* When its data is from: "14:05", of another day "11-21 14:05". */
void report_clock(const struct flow_facts *facts, int64_t at_s, char out[SCREEN_TEXT_MAX]);
/* A record by the number as papers bear it; terminal "": of this one. */
void report_record(const struct flow_facts *facts, const char *terminal, uint64_t seq,
                   char out[SCREEN_TEXT_MAX]);
/* How far its data reaches: the record that it goes up to; of a team since when all were heard of.
 */
const char *report_reach_label(const struct flow_report_page *page);
void report_page_reach(const struct flow_facts *facts, const struct flow_report_page *page,
                       char out[SCREEN_TEXT_MAX]);

/* row NULL: the sum over all. */
void report_texts(const struct flow_facts *facts, const struct flow_report_page *page,
                  const struct flow_report_row *row, struct report_texts *out);
/* Returns how many. */
size_t report_details(const struct flow_facts *facts, const struct flow_report_page *page,
                      const struct flow_report_row *row,
                      struct report_detail out[REPORT_DETAILS_MAX]);
/* Is there a sum over all rows? */
bool report_has_sum(const struct flow_report_page *page);
/* The record whose paper says more; 0 = none does. */
uint64_t report_paper_seq(const struct flow_report_page *page, const struct flow_report_row *row);

/* Parts of them, for files too. name_out: SCREEN_TEXT_MAX */
void report_row_name(const struct flow_report_page *page, const struct flow_report_row *row,
                     char *name_out);
void report_user_name(const char *user, const char *name, char *out, size_t capacity);
const char *report_shift_state_text(int state);
/* What it is about beside the money, or instead of it: the reason, how many days, which copy; "" =
 * nothing more is known. */
void report_exception_more(const struct flow_facts *facts, const struct flow_report_row *row,
                           char *out, size_t capacity);
/* Its money, never below nothing: which way round it is stands in the state. 0 = it has none. */
int64_t report_exception_amount(const struct report_exception *e);
/* "short · not explained"; "" = nothing is open about it. */
void report_exception_state(const struct report_exception *e, char *out, size_t capacity);
/* "83.4 %", "-" where nothing was due. */
void report_rate(int32_t rate_ppm, char *out, size_t capacity);
/* false where a sum does not fit: nobody owes that much. */
bool report_sum_ages(const int64_t ages[REPORT_AGES], int64_t *sum_out);

#endif
