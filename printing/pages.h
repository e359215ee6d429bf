/*
 * Pages without a record of their own: bill notice (电费通知单), X slip (班中小结), test page, diagnosis
 * page. No QR, no copies; each says what it is not, so that none passes for a receipt.
 *
 * In the language that gettext has now. Texts are clean UTF-8, names masked by the caller.
 * All: columns 32 (58 mm) or 48 (80 mm); TILL_TOO_LARGE: more than a paper holds.
 */
#ifndef TILL_PAGES_H
#define TILL_PAGES_H

#include "arrears.h"
#include "entry_shift.h"
#include "paper_lines.h"
#include "profile.h"
#include "site.h"

struct notice_page {
    const struct site *site;
    const char *account, *name, *address; /* name masked */
    const struct arrears *arrears;        /* assessed; at most 64 months are listed */
    int32_t as_of;                        /* yyyymmdd of the book */
    int64_t at_s;                         /* of printing */
    const char *collector;
    int64_t reading_cwh; /* read at this stop; -1 = not */
    bool disputed;
    bool maybe_collected; /* by an earlier holder of the book: the arrears come without late fee */
    bool training;
};
enum till_status page_notice(const struct notice_page *n, int columns,
                             struct paper *paper_out) TILL_CHECKED;

/* What the shift has done so far; no expected sum once the closing count began (the caller's). */
struct x_page {
    const struct site *site;
    const char *terminal, *user, *collector;
    uint32_t shift;
    int32_t business_date;
    int64_t opened_at_s, at_s;
    uint64_t first_seq, last_seq; /* of the shift */
    uint32_t receipts, reversals, duplicates;
    int64_t opening_minor, cash_taken_minor, other_minor, reversed_minor, dropped_minor, cash_minor;
    uint64_t unsent;
    bool training;
    /* By tender, bill type and month; NULL: not at length. With it cash_taken_minor,
     * reversed_minor, dropped_minor and other_minor are not read. */
    const struct body_shift_totals *totals;
};
enum till_status page_x(const struct x_page *x, int columns, struct paper *paper_out) TILL_CHECKED;

/* Every style, both alphabets, a QR, the width and the density: what a technician looks at. */
enum till_status page_test(const struct printer_profile *profile, const char *terminal,
                           int64_t at_s, const char *zone, struct paper *paper_out) TILL_CHECKED;

/* Name and value in two columns, under headings; a value "" is a heading. */
struct diagnosis_line {
    char name[64], value[96];
};
enum till_status page_diagnosis(const struct diagnosis_line *lines, size_t count,
                                const char *terminal, int64_t at_s, const char *zone, int columns,
                                struct paper *paper_out) TILL_CHECKED;

#endif
