/* Receipts that the office corrected: a few rows, in most books none. */
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_index.h"
#include "book_write.h"
#include "sql.h"
#include "when.h"

static bool corrected_is_valid(const struct book_corrected *c)
{
    return terminal_is_valid(c->terminal) && c->seq > 0 && c->seq <= INT64_MAX &&
           c->how >= BOOK_CORRECTED_MOVED && c->how <= BOOK_CORRECTED_CANCELLED &&
           when_date_is_valid(c->date);
}

/* "fieldtill/corrected/1" NUL, terminal with its length, seq, how, date as varints. */
static enum till_status seal_of(const struct book_mac *mac, const struct book_corrected *c,
                                uint8_t seal_out[BOOK_SEAL_SIZE])
{
    static const char tag[] = "fieldtill/corrected/1";
    uint8_t memory[sizeof(tag) + TERMINAL_MAX + 4 * 10], full[HASH_SIZE];
    struct buffer out;
    enum till_status st;

    buffer_init(&out, memory, sizeof(memory));
    buffer_put(&out, tag, sizeof(tag));
    buffer_put_varint(&out, strlen(c->terminal));
    buffer_put(&out, c->terminal, strlen(c->terminal));
    buffer_put_varint(&out, c->seq);
    buffer_put_varint(&out, (uint64_t)c->how);
    buffer_put_varint(&out, (uint64_t)c->date);
    st = buffer_status(&out);
    if (st == TILL_OK)
        st = mac->mac(mac->context, (struct span){out.data, out.size}, full);
    if (st == TILL_OK)
        memcpy(seal_out, full, BOOK_SEAL_SIZE);
    return st;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum till_status insert(struct book_writer *w, const struct book_corrected *c)
{
    static const char *const text = SQL_BOOK_PUT_CORRECTED;
    sqlite3_stmt *statement = NULL;
    uint8_t seal[BOOK_SEAL_SIZE];
    enum till_status st = sqlite_execute(w->file, SQL_BOOK_CORRECTED_TABLE);

    if (st == TILL_OK && w->mac.mac != NULL)
        st = seal_of(&w->mac, c, seal);
    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_text(&use, c->terminal);
        sqlite_bind_unsigned(&use, c->seq);
        sqlite_bind_integer(&use, (int64_t)c->how);
        sqlite_bind_integer(&use, c->date);
        sqlite_bind_bytes(&use, seal, w->mac.mac != NULL ? sizeof(seal) : 0);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_writer_corrected(struct book_writer *w, const char *account,
                                       const struct book_corrected *c)
{
    if (w->failed != TILL_OK)
        return w->failed;
    if (!w->pending || strcmp(account, w->customer.account) != 0 || !corrected_is_valid(c))
        return book_writer_noted(w, TILL_E_PROTOCOL);
    return book_writer_noted(w, insert(w, c));
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum till_status read_row(const struct book *b, const struct sqlite_use *use,
                                 struct book_corrected *out)
{
    uint8_t stored[BOOK_SEAL_SIZE], seal[BOOK_SEAL_SIZE];
    int64_t how, date;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = sqlite_column_text(use, 0, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 1, &out->seq);
    how = sqlite_column_integer(use, 2);
    date = sqlite_column_integer(use, 3);
    out->how = how > 0 && how <= BOOK_CORRECTED_CANCELLED ? (enum book_correction)how
                                                          : (enum book_correction)0;
    out->date = date > 0 && date <= INT32_MAX ? (int32_t)date : 0;
    if (st == TILL_OK && !corrected_is_valid(out))
        st = TILL_E_CORRUPT;
    if (st != TILL_OK || b->mac.mac == NULL)
        return st;
    st = sqlite_column_exact(use, 4, stored, sizeof(stored));
    if (st == TILL_OK)
        st = seal_of(&b->mac, out, seal);
    return st == TILL_OK && memcmp(stored, seal, sizeof(seal)) != 0 ? TILL_E_CORRUPT : st;
}

/* One row of a volume. TILL_NOT_FOUND also where it has no such table. */
static enum till_status read_one(const struct book *b, const struct book_volume *v,
                                 const char *text, const char *terminal, uint64_t seq,
                                 struct book_corrected *out)
{
    sqlite3_stmt *statement = NULL;
    bool has = false;
    enum till_status st = TILL_NOT_FOUND;

    if (v->db != NULL) {
        st = book_has_table(v->db, "corrected", &has);
        if (st == TILL_OK && !has)
            st = TILL_NOT_FOUND;
    }
    if (st != TILL_OK)
        return st;
    st = sqlite_prepare(v->db, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_text(&use, terminal);
        sqlite_bind_unsigned(&use, seq);
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = read_row(b, &use, out);
        sqlite_end(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_corrected(struct book *b, const char *terminal, uint64_t seq,
                                struct book_corrected *out)
{
    enum till_status st;

    if (seq == 0 || seq > INT64_MAX)
        return TILL_NOT_FOUND;
    st = read_one(b, &b->delta, SQL_BOOK_CORRECTED_OF, terminal, seq, out);
    return st == TILL_NOT_FOUND ? read_one(b, &b->base, SQL_BOOK_CORRECTED_OF, terminal, seq, out)
                                : st;
}

enum till_status book_writer_carry_corrected(struct book_writer *w, struct book *b)
{
    struct book_corrected at = {0}, next;
    enum till_status st;

    while ((st = read_one(b, &b->delta, SQL_BOOK_CORRECTED_ABOVE, at.terminal, at.seq, &next)) ==
           TILL_OK) {
        at = next;
        st = insert(w, &at);
        if (st != TILL_OK)
            return st;
    }
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
