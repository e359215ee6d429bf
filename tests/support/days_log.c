#include "days_log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "days.h"

void days_wrong(struct days_fault *f, const char *format, ...)
{
    va_list arguments;
    if (!days_right(f)) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(f->text, sizeof(f->text), format, arguments);
    va_end(arguments);
}

/* ---- entries --------------------------------------------------------------------------------- */

void days_log_begin(struct days_log *log, const char *terminal)
{
    *log = (struct days_log){0};
    (void)snprintf(log->terminal, sizeof(log->terminal), "%s", terminal);
}

void days_log_free(struct days_log *log)
{
    free(log->entries);
    free(log->users);
    *log = (struct days_log){0};
}

/* Who works after it. */
static void follow(const struct entry *e, char user[USER_MAX])
{
    struct body_login b;
    switch (kind_base(e->kind)) {
    case KIND_LOGIN:
    case KIND_USER_SWITCHED:
        if (entry_read_login(e, &b) == TILL_OK) {
            memcpy(user, b.user, USER_MAX);
        }
        break;
    case KIND_LOGOUT:
        memset(user, 0, USER_MAX);
        break;
    default:
        break;
    }
}

void days_log_add(struct days_log *log, const struct entry *e)
{
    assert(e->seq == log->count + 1);
    if (log->count == log->capacity) {
        log->capacity = log->capacity == 0 ? 256 : 2 * log->capacity;
        log->entries = realloc(log->entries, log->capacity * sizeof(*log->entries));
        log->users = realloc(log->users, log->capacity * sizeof(*log->users));
        assert(log->entries != NULL && log->users != NULL);
    }
    log->entries[log->count] = *e;
    memset(log->users[log->count], 0, USER_MAX);
    if (log->count > 0) {
        memcpy(log->users[log->count], log->users[log->count - 1], USER_MAX);
    }
    follow(e, log->users[log->count]);
    log->count++;
}

enum till_status days_log_read(struct days_log *log, struct journal *j)
{
    uint64_t head = journal_fold(j)->seq;
    enum till_status status = TILL_OK;
    while (log->count < head && status == TILL_OK) {
        struct entry e;
        status = journal_read(j, log->count + 1, &e, NULL);
        if (status == TILL_OK) {
            days_log_add(log, &e);
        }
    }
    return status;
}

const struct entry *days_log_at(const struct days_log *log, uint64_t seq)
{
    return seq >= 1 && seq <= log->count ? &log->entries[seq - 1] : NULL;
}

const char *days_log_user(const struct days_log *log, uint64_t seq)
{
    return seq >= 1 && seq <= log->count ? log->users[seq - 1] : "";
}

/* ---- papers ---------------------------------------------------------------------------------- */

void days_paper_of(const struct days_log *log, const struct entry *payment, struct days_paper *out)
{
    *out = (struct days_paper){0};
    if (log->papers != NULL) {
        log->papers(log->papers_context, payment, out);
    } else {
        days_paper_make(payment, out);
    }
}

/* Months from January 2023 on, over four years. */
static void put_line(struct days_paper *p, struct days_dice *dice, int64_t amount_minor)
{
    uint32_t month = days_roll(dice) % 48;
    p->lines[p->count++] =
        (struct allocation_line){.month = (int32_t)(202300 + month / 12 * 100 + month % 12 + 1),
                                 .type = (int16_t)(1 + days_roll(dice) % 3),
                                 .energy_cwh = (int64_t)(days_roll(dice) % 30000),
                                 .amount_minor = amount_minor};
}

void days_paper_make(const struct entry *payment, struct days_paper *out)
{
    struct body_collection b;
    struct days_dice dice = {.state = payment->body_size};
    *out = (struct days_paper){0};
    if (kind_base(payment->kind) == KIND_MANUAL_RECEIPT ||
        entry_read_collection(payment, &b) != TILL_OK) {
        return;
    }
    out->known = true;
    if (kind_base(payment->kind) == KIND_ADVANCE) {
        return;
    }
    for (uint16_t i = 0; i < payment->body_size; i++) {
        dice.state = dice.state * 31 + (uint8_t)payment->body[i];
    }
    int64_t left = b.amount_minor - b.late_fee_minor;
    uint32_t way = days_roll(&dice) % 8;
    if (way == 0) {
        left += 500; /* the balance pays with it */
    } else if (way == 1) {
        left -= left / 3; /* something is over */
    }
    uint32_t count = 1 + days_roll(&dice) % DAYS_LINES_MAX;
    for (uint32_t i = 0; i < count && left > 0; i++) {
        int64_t part = i + 1 == count ? left : 1 + (int64_t)(days_roll(&dice) % (uint64_t)left);
        put_line(out, &dice, part);
        left -= part;
    }
    if (out->count == 0) {
        put_line(out, &dice, 0);
    }
    out->lines[0].late_fee_minor = b.late_fee_minor;
}

bool days_is_reversed(const struct days_log *log, uint64_t seq, uint64_t through)
{
    struct body_reversal b;
    for (uint64_t at = seq + 1; at <= through; at++) {
        const struct entry *e = days_log_at(log, at);
        if (e->kind == KIND_REVERSAL && entry_read_reversal(e, &b) == TILL_OK && b.seq == seq) {
            return true;
        }
    }
    return false;
}
