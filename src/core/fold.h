/*
 * The fold: what the journal means, one entry at a time.
 *
 * X, Z, cash in hand, who is logged in, which paper is uncertain: all of it is a function of the
 * entries and nothing else. db/ runs this fold in the transaction of each append and keeps the
 * result packed beside the entries; a rebuild runs it from seq 1 and must give the same bytes.
 */
#ifndef TILL_FOLD_H
#define TILL_FOLD_H

#include "entry.h"

enum { FOLD_USERS_MAX = 16, FOLD_PACKED_MAX = 1024 };

/* Each user of the terminal has their own cash and shift. */
struct fold_user {
    char user[USER_MAX];
    bool shift_open;
    uint32_t shift; /* number; 0 = never opened one */
    int32_t business_date;
    int64_t shift_opened_at_s;
    int64_t cash_minor;  /* in hand, opening cash included */
    uint32_t receipts;   /* in this shift: the N of 本班第 N 笔 */
    int64_t taken_minor; /* in this shift, all tenders */
};

struct fold {
    uint64_t seq; /* of the last entry folded; 0 = empty */
    int64_t at_s;
    struct body_enrolled enrolled; /* terminal, currency, zone of the whole journal; packed from
                                      seq 1, not stored in the row */
    struct fold_user users[FOLD_USERS_MAX];
    uint8_t user_count;
    int8_t current; /* index into users; -1 = nobody is logged in */
    uint32_t last_shift;
    uint32_t login_failures; /* in a row */
    uint64_t book_revision;
    /* Paper: at most one is open at a time. */
    uint64_t paper_seq; /* receipt whose print has begun and not ended; 0 = none */
    uint32_t paper_copy;
    bool paper_uncertain; /* it ended as uncertain: the operator must be told */
    uint64_t last_receipt_seq;
    uint32_t last_receipt_copies; /* duplicates of it so far */
};

/* What an entry does to a customer's arrears; account "" = nothing. */
struct fold_payment {
    char account[ACCOUNT_MAX];
    int64_t amount_minor;
    int64_t late_fee_minor;
};

void fold_init(struct fold *f);

/*
 * Apply the next entry. What each kind does stands in db/JOURNAL.md, "What entries mean".
 *   training   numbered and folded like others, but it opens no shift, moves no money, counts no
 *              receipt; only its paper is followed, because that is paper
 *   newer      kinds without a reader change only seq and at_s
 *   payment_out  NULL where nobody asks; untouched unless TILL_OK
 * TILL_E_CHAIN: seq is not the next. TILL_E_PROTOCOL: a body that is no body of its kind, or an
 * entry that can't follow: money outside an open shift, a paper's end that never began.
 * TILL_TOO_LARGE: a seventeenth user. TILL_E_OVERFLOW: sums beyond 64 bits. On failure *f is
 * unchanged.
 */
enum till_status fold_apply(struct fold *f, const struct entry *e,
                            struct fold_payment *payment_out) TILL_CHECKED;

/* The row db/ stores: fixed layout by version, `enrolled` left out. As short as it can be: under
 * 120 bytes with two users. Equal folds give equal bytes. unpack: TILL_E_CORRUPT where the bytes
 * are no fold; `enrolled` is then for the caller to read from seq 1. */
enum till_status fold_pack(const struct fold *f, struct buffer *out) TILL_CHECKED;
enum till_status fold_unpack(struct span packed, struct fold *fold_out) TILL_CHECKED;

/* The user who is logged in, or NULL. */
const struct fold_user *fold_current(const struct fold *f);

#endif
