/*
 * What a terminal did, entry by entry, in memory: what the walks of days_walk.h saw committed, or a
 * journal read from its beginning. For checkers that believe nothing else.
 */
#ifndef TILL_DAYS_LOG_H
#define TILL_DAYS_LOG_H

#include "arrears.h"
#include "entry_shift.h"
#include "entry_stock.h"
#include "journal.h"

enum { DAYS_FAULT_MAX = 512, DAYS_LINES_MAX = 6 };

/* What is wrong, in words; "" = nothing. The first stays. */
struct days_fault {
    char text[DAYS_FAULT_MAX];
};
void days_wrong(struct days_fault *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline bool days_right(const struct days_fault *f)
{
    return f->text[0] == '\0';
}

/* What a payment paid, line by line; what is over is the advance, negative where the balance paid
 * with it. known: false = the paper tells nothing. */
struct days_paper {
    bool known;
    struct allocation_line lines[BILLS_MAX];
    size_t count;
};
typedef void days_papers(void *context, const struct entry *payment, struct days_paper *out);

struct days_log {
    char terminal[TERMINAL_MAX];
    struct entry *entries;   /* seq is the index plus one */
    char (*users)[USER_MAX]; /* who was at work when each was made, itself included; "" = nobody */
    size_t count, capacity;
    days_papers *papers; /* NULL: those that the walks made, out of the payment's body alone */
    void *papers_context;
};

void days_log_begin(struct days_log *log, const char *terminal);
void days_log_free(struct days_log *log);
void days_log_add(struct days_log *log, const struct entry *e);
/* Behind what it has, up to the journal's end. */
enum till_status days_log_read(struct days_log *log, struct journal *j) TILL_CHECKED;
/* NULL: there is none. */
const struct entry *days_log_at(const struct days_log *log, uint64_t seq);
/* Was that payment undone by a record up to `through`? Training undoes nothing. */
bool days_is_reversed(const struct days_log *log, uint64_t seq, uint64_t through);
const char *days_log_user(const struct days_log *log, uint64_t seq);

void days_paper_of(const struct days_log *log, const struct entry *payment, struct days_paper *out);
/* What the walks print on the paper of a payment: months, types and shares follow from its body. */
void days_paper_make(const struct entry *payment, struct days_paper *out);

#endif
