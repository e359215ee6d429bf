#include <string.h>

#include "fold_inside.h"

/*
 * Wrong PINs and approval codes in a row. They are counted at the number as it was typed, so that
 * who tries numbers can't tell by the count which of them exist. What was not tried again for a day
 * is forgotten: else numbers that were mistyped once would fill the rows for ever.
 */

static struct fold_failures *row_of(struct fold *f, const char *user)
{
    for (uint8_t i = 0; i < f->failures_count; i++) {
        if (strcmp(f->failures[i].user, user) == 0) {
            return &f->failures[i];
        }
    }
    return NULL;
}

static bool is_forgotten(const struct fold_failures *row, int64_t now_s)
{
    int64_t past_s;
    return !__builtin_sub_overflow(now_s, row->at_s, &past_s) && past_s >= FOLD_FAILURES_LAST_S;
}

static void take_out(struct fold *f, struct fold_failures *row)
{
    struct fold_failures *last = &f->failures[--f->failures_count];
    memmove(row, row + 1, (size_t)(last - row) * sizeof(*row));
    *last = (struct fold_failures){0};
}

static void take_out_forgotten(struct fold *f, int64_t now_s)
{
    for (uint8_t i = f->failures_count; i > 0; i--) {
        if (is_forgotten(&f->failures[i - 1], now_s)) {
            take_out(f, &f->failures[i - 1]);
        }
    }
}

void fold_count_failure(struct fold *f, const char *user, int64_t at_s)
{
    take_out_forgotten(f, at_s);
    if (is_forgotten(&f->other_failures, at_s)) {
        f->other_failures = (struct fold_failures){0};
    }
    struct fold_failures *row = row_of(f, user);
    if (row == NULL && f->failures_count < FOLD_FAILURES_MAX) {
        row = &f->failures[f->failures_count++];
        memcpy(row->user, user, sizeof(row->user));
    }
    if (row == NULL) {
        row = &f->other_failures;
    }
    if (row->count < UINT32_MAX) {
        row->count++;
    }
    row->at_s = at_s;
}

void fold_end_failures(struct fold *f, const char *user)
{
    struct fold_failures *row = row_of(f, user);
    if (row != NULL) {
        take_out(f, row);
    }
}

const struct fold_failures *fold_failures_of(const struct fold *f, const char *user)
{
    for (uint8_t i = 0; i < f->failures_count; i++) {
        if (strcmp(f->failures[i].user, user) == 0) {
            return &f->failures[i];
        }
    }
    bool shared = f->failures_count == FOLD_FAILURES_MAX && f->other_failures.count > 0;
    return shared ? &f->other_failures : NULL;
}

static void move(struct fold_failures *row, int64_t by_s)
{
    int64_t at_s;
    if (row->count > 0 && !__builtin_add_overflow(row->at_s, by_s, &at_s)) {
        row->at_s = at_s;
    }
}

enum till_status fold_move_failures(struct fold *f, const struct entry *e)
{
    struct body_clock_changed b;
    enum till_status status = entry_read_clock_changed(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    for (uint8_t i = 0; i < f->failures_count; i++) {
        move(&f->failures[i], b.to_s - b.from_s);
    }
    move(&f->other_failures, b.to_s - b.from_s);
    return TILL_OK;
}
