#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "journal_image.h"
#include "journal_private.h"
#include "journal_sweep.h"
#include "sql.h"
#include "text.h"

enum { SCHEMA_VERSION = 1 };

struct audit {
    sqlite3 *db;
    const struct journal_verifier *verifier;
    struct journal_verdict *verdict;
    struct sealer sealer;
    struct fold fold;
    struct journal_ack ack; /* as the state row has it; its hash is compared on the way */
    bool ack_fits;
    struct journal_group group;
    uint64_t touches; /* of all full groups */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    /* The state row as it ought to be: empty before the first full group. */
    uint8_t packed[FOLD_PACKED_MAX];
    size_t packed_size;
    uint8_t check[JOURNAL_FOLD_CHECK_SIZE];
    size_t check_size;
};

/* The first blame stays: it names the first bad record. */
static void blame(struct audit *a, uint64_t seq, enum till_status reason, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void blame(struct audit *a, uint64_t seq, enum till_status reason, const char *format, ...)
{
    va_list arguments;

    if (a->verdict->first_bad != 0)
        return;
    a->verdict->first_bad = seq;
    a->verdict->reason = reason;
    va_start(arguments, format);
    vsnprintf(a->verdict->text, sizeof a->verdict->text, format, arguments);
    va_end(arguments);
}

static bool is_bad(const struct audit *a)
{
    return a->verdict->first_bad != 0;
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static const char *why_text(enum till_status status)
{
    switch (status) {
    case TILL_E_CHAIN:
        return _("its hash is not that of its content after the record before");
    case TILL_E_SIGNATURE:
        return _("its signature is not that of this terminal's key");
    case TILL_E_PROTOCOL:
        return _("its content is not what such a record may say");
    default:
        return _(status_text(status));
    }
}

static void blame_entry(struct audit *a, uint64_t seq, enum till_status reason)
{
    blame(a, seq, reason, _("Record %llu is bad: %s."), (unsigned long long)seq, why_text(reason));
}

static bool touches_equal(const struct fold_touch *x, const struct fold_touch *y)
{
    return x->kind == y->kind && x->amount_minor == y->amount_minor &&
           x->late_fee_minor == y->late_fee_minor && x->reverses == y->reverses &&
           x->code == y->code;
}

static void check_touches(struct audit *a)
{
    for (size_t i = 0; i < a->group.count; i++) {
        const struct journal_touch *expected = &a->group.touches[i];
        struct sqlite_use use = sqlite_begin(a->statements[STATEMENT_SELECT_TOUCH]);
        struct journal_touch kept;

        a->touches++;
        sqlite_bind_text(&use, expected->touch.account);
        sqlite_bind_unsigned(&use, expected->seq);
        enum till_status status = sqlite_next(&use);
        if (status == TILL_OK)
            status = journal_touch_row(&use, expected->touch.account, &kept);
        if (status != TILL_OK || !touches_equal(&kept.touch, &expected->touch))
            blame(a, expected->seq, TILL_E_CORRUPT,
                  _("What is kept of record %llu for its customer is not what the record says."),
                  (unsigned long long)expected->seq);
        sqlite_end(&use);
    }
}

/* With every full group the fold and its touches were written. */
static void end_group(struct audit *a, const uint8_t head[HASH_SIZE])
{
    struct buffer packed;

    check_touches(a);
    a->group.count = 0;
    buffer_init(&packed, a->packed, sizeof a->packed);
    enum till_status status = fold_pack(&a->fold, &packed);
    if (status == TILL_OK)
        status =
            journal_fold_check(&a->sealer, (struct span){a->packed, packed.size}, head, a->check);
    if (status != TILL_OK)
        blame_entry(a, a->fold.seq, status);
    a->packed_size = packed.size;
    a->check_size = sizeof a->check;
}

static enum till_status check_entry(struct audit *a, const struct entry *e, uint8_t prev[HASH_SIZE],
                                    struct fold_touch *touch_out)
{
    struct journal_rows rows = {a->statements, &a->group};
    enum till_status status = TILL_OK;

    if (e->seq != a->verdict->entries + 1)
        return TILL_E_CHAIN;
    if (e->seq == 1)
        status = journal_chain_start(a->verifier, e, &a->sealer, prev, a->verdict->terminal);
    if (status == TILL_OK)
        status = chain_check(&a->sealer, a->verdict->terminal, e, prev,
                             a->verifier->signatures == JOURNAL_SIGNATURES_ALL);
    if (status != TILL_OK)
        return status;
    /* A kind newer than this software is no fault: its place in the chain is proved. */
    status = entry_check_body(e);
    if (status != TILL_OK && status != TILL_READ_ONLY)
        return status;
    status = journal_check_names(&rows, &a->fold, e);
    return status == TILL_OK ? fold_apply(&a->fold, e, touch_out) : status;
}

static void check_entries(struct audit *a, sqlite3_stmt *entries)
{
    struct sqlite_use use = sqlite_begin(entries);
    struct journal_verdict *verdict = a->verdict;
    struct fold_touch touch;
    uint8_t prev[HASH_SIZE] = {0};
    struct entry entry;
    enum till_status status = TILL_OK;

    while (!is_bad(a) && (status = sqlite_next(&use)) == TILL_OK) {
        status = journal_row_entry(&use, &entry);
        if (status == TILL_OK)
            status = check_entry(a, &entry, prev, &touch);
        if (status != TILL_OK)
            break;
        journal_group_add(&a->group, entry.seq, &touch);
        if (entry.seq % JOURNAL_GROUP == 0)
            end_group(a, entry.hash);
        if (is_bad(a))
            break;
        verdict->entries++;
        memcpy(prev, entry.hash, HASH_SIZE);
        if (entry.seq == a->ack.seq)
            a->ack_fits = memcmp(entry.hash, a->ack.hash, HASH_SIZE) == 0;
    }
    sqlite_end(&use);
    memcpy(verdict->head, prev, HASH_SIZE);
    if (status != TILL_OK && status != TILL_NOT_FOUND)
        blame_entry(a, verdict->entries + 1, status);
    if (verdict->entries == 0)
        blame(a, 1, TILL_E_CORRUPT, _("There is no record in it."));
}

/* Of them all, where no other was looked at. */
static void check_last_signature(struct audit *a)
{
    struct sqlite_use use = sqlite_begin(a->statements[STATEMENT_SELECT_ENTRY]);
    struct entry entry;

    sqlite_bind_unsigned(&use, a->verdict->entries);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, &entry);
    sqlite_end(&use);
    if (status == TILL_OK)
        status = a->sealer.verify(a->sealer.context, entry.hash, entry.signature);
    if (status != TILL_OK)
        blame_entry(a, a->verdict->entries, status);
}

/* ---- what is kept beside the entries --------------------------------------------------------- */

static void blame_rest(struct audit *a, const char *text)
{
    blame(a, a->verdict->entries + 1, TILL_E_CORRUPT, "%s", text);
}

static enum till_status load_ack(struct audit *a, sqlite3_stmt *states)
{
    struct journal_state state;
    struct sqlite_use use = sqlite_begin(states);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = journal_row_state(&use, &state);
    if (status == TILL_OK)
        a->ack = state.ack;
    a->ack_fits = a->ack.seq == 0;
    sqlite_end(&use);
    return status;
}

static bool span_equals(struct span span, const uint8_t *data, size_t size)
{
    return span.size == size && (size == 0 || memcmp(span.data, data, size) == 0);
}

static bool is_packed_by_earlier(struct span packed)
{
    struct fold fold;

    return fold_unpack(packed, &fold) == TILL_UNSUPPORTED;
}

static void check_state(struct audit *a, sqlite3_stmt *states)
{
    struct journal_state state = {0};
    struct sqlite_use use = sqlite_begin(states);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_state(&use, &state);
    /* Software that knows more kinds folds them differently, and earlier software kept less:
     * neither can be judged here, and a start makes them anew from the records. */
    bool same = status == TILL_OK && span_equals(state.fold, a->packed, a->packed_size) &&
                span_equals(state.fold_check, a->check, a->check_size);
    bool other = status == TILL_OK &&
                 (state.kind_count > journal_kind_count() || is_packed_by_earlier(state.fold));
    if (!same && !other)
        blame_rest(a, _("The balances that are kept are not those of the records."));
    if (!a->ack_fits)
        blame_rest(a, _("What is noted as acknowledged is not a record of this journal."));
    sqlite_end(&use);
}

static void check_integrity(struct audit *a, sqlite3_stmt *integrity)
{
    struct sqlite_use use = sqlite_begin(integrity);
    char text[8] = "";
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = sqlite_column_text(&use, 0, text, sizeof text);
    if (status != TILL_OK || strcmp(text, "ok") != 0)
        blame_rest(a, _("The database's own structure is damaged."));
    sqlite_end(&use);
}

static void check_count(struct audit *a, const char *sql, uint64_t expected, const char *text)
{
    int64_t count = -1;

    if (sqlite_integer(a->db, sql, &count) != TILL_OK || count < 0 || (uint64_t)count != expected)
        blame_rest(a, text);
}

/* The file itself: every bit of it is under some checksum. */
static void check_image(struct audit *a, const struct journal_image *image)
{
    char text[sizeof a->verdict->text];

    if (image->bad_page != 0) {
        snprintf(text, sizeof text,
                 image->bad_page_in_wal
                     ? _("Page %u of the file is damaged. If the power was cut, start the terminal "
                         "once and check again.")
                     : _("Page %u of the file is damaged; the records themselves are whole."),
                 image->bad_page);
        blame_rest(a, text);
    }
    if (image->bad_size)
        blame_rest(a, _("The file is not as long as it should be."));
    if (image->wal.tail == WAL_DAMAGED) {
        snprintf(text, sizeof text,
                 _("The log is damaged at byte %zu: records after %llu are there but can't be "
                   "read."),
                 image->wal.bad_offset, (unsigned long long)a->verdict->entries);
        blame_rest(a, text);
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

enum { AUDIT_ENTRIES, AUDIT_INTEGRITY, AUDIT_COUNT };

static const char *const audit_texts[AUDIT_COUNT] = {
    [AUDIT_ENTRIES] = SQL_JOURNAL_AUDIT_ENTRIES,
    [AUDIT_INTEGRITY] = SQL_JOURNAL_AUDIT_INTEGRITY,
};

static void check_all(struct audit *a)
{
    sqlite3_stmt *statements[AUDIT_COUNT];
    int64_t version = 0;

    if (sqlite_integer(a->db, "PRAGMA user_version", &version) == TILL_OK &&
        version > SCHEMA_VERSION) {
        blame(a, 1, TILL_READ_ONLY, "%s", _(status_text(TILL_READ_ONLY)));
        return;
    }
    if (sqlite_prepare(a->db, audit_texts, statements, AUDIT_COUNT) != TILL_OK) {
        blame(a, 1, TILL_E_CORRUPT, _("This is not a journal, or its first page is damaged."));
        return;
    }
    if (sqlite_prepare(a->db, journal_statement_texts, a->statements, STATEMENT_COUNT) != TILL_OK) {
        blame(a, 1, TILL_E_CORRUPT, _("This is not a journal, or its first page is damaged."));
        sqlite_finalize(statements, AUDIT_COUNT);
        return;
    }
    sqlite3_stmt *states = a->statements[STATEMENT_SELECT_STATE];
    if (load_ack(a, states) != TILL_OK)
        a->ack_fits = false;
    check_entries(a, statements[AUDIT_ENTRIES]);
    if (!is_bad(a) && a->verifier->signatures == JOURNAL_SIGNATURES_LAST)
        check_last_signature(a);
    if (!is_bad(a))
        check_integrity(a, statements[AUDIT_INTEGRITY]);
    if (!is_bad(a))
        check_state(a, states);
    if (!is_bad(a)) {
        check_count(a, SQL_JOURNAL_AUDIT_TOUCH_COUNT, a->touches,
                    _("Something is kept of a customer that no record has."));
        check_count(a, SQL_JOURNAL_AUDIT_STRAY_TEXTS, 0,
                    _("The text of a receipt is kept that no record has."));
    }
    sqlite_finalize(a->statements, STATEMENT_COUNT);
    sqlite_finalize(statements, AUDIT_COUNT);
}

/* One by one, where the quick way does not say that all is sound: who is to be blamed, and why. */
static enum till_status audit_image(struct journal_image *image,
                                    const struct journal_verifier *verifier, bool swept,
                                    struct journal_verdict *verdict_out)
{
    struct audit a = {.verifier = verifier, .verdict = verdict_out};
    enum till_status status = journal_image_open(image, &a.db);

    if (status != TILL_OK)
        return status;
    if (swept || !journal_sweep_image(image, a.db, verifier, verdict_out)) {
        fold_init(&a.fold);
        check_all(&a);
        check_image(&a, image);
    }
    sqlite_close(a.db);
    if (!is_bad(&a) && image->wal.tail == WAL_TORN)
        snprintf(verdict_out->text, sizeof verdict_out->text,
                 _("Behind record %llu stands a write that was never finished: no record was "
                   "lost."),
                 (unsigned long long)verdict_out->entries);
    return TILL_OK;
}

static enum till_status audit_files(const char *vfs, const char *path,
                                    const struct journal_verifier *verifier, bool swept,
                                    struct journal_verdict *verdict_out)
{
    struct audit a = {.verifier = verifier, .verdict = verdict_out};
    struct journal_image image;

    *verdict_out = (struct journal_verdict){0};
    enum till_status status = journal_image_load(vfs, path, &image);
    if (status == TILL_E_CORRUPT)
        blame(&a, 1, TILL_E_CORRUPT, _("This is not a journal, or its first page is damaged."));
    if (status != TILL_OK)
        return status;
    status = audit_image(&image, verifier, swept, verdict_out);
    journal_image_free(&image);
    return status;
}

enum till_status journal_audit_one_by_one(const char *vfs, const char *path,
                                          const struct journal_verifier *verifier,
                                          struct journal_verdict *verdict_out)
{
    return audit_files(vfs, path, verifier, true, verdict_out);
}

enum till_status journal_audit_on(const char *vfs, const char *path,
                                  const struct journal_verifier *verifier,
                                  struct journal_verdict *verdict_out)
{
    bool at_rest = false;

    if (journal_sweep_file(vfs, path, verifier, verdict_out, &at_rest))
        return TILL_OK;
    return audit_files(vfs, path, verifier, at_rest, verdict_out);
}

enum till_status journal_audit(const char *path, const struct journal_verifier *verifier,
                               struct journal_verdict *verdict_out)
{
    return journal_audit_on(NULL, path, verifier, verdict_out);
}
