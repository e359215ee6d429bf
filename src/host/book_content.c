#include "book_content.h"

#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "book_lines.h"
#include "book_text.h"
#include "crypto.h"
#include "holding.h"
#include "site_record.h"
#include "store_correction.h"
#include "store_customers.h"
#include "store_stock.h"
#include "store_told.h"
#include "team.h"
#include "when.h"

enum { PACK_PIECE = 16 * 1024, PACK_START = 64 * 1024 };

struct book_pen {
    struct packer *packer;
    struct crypto_hash *hash;
    struct book_content *content;
    uint8_t piece[PACK_PIECE];
};

struct maker {
    struct store *store;
    const struct store_terminal *terminal;
    struct book_pen *pen;
    struct book_content *content;
    int level; /* of lines that it understands */
    int64_t now_s;
    char zone[SITE_ZONE_MAX];
    struct book_text_line line;
    uint8_t spelled[BOOK_LINE_MAX];
};

/* ---- the pen --------------------------------------------------------------------------------- */

static enum till_status append(struct book_content *content, struct span bytes)
{
    size_t needed = content->packed_size + bytes.size;
    if (needed > content->packed_capacity) {
        size_t capacity = content->packed_capacity == 0 ? PACK_START : content->packed_capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        uint8_t *grown = realloc(content->packed, capacity);
        if (grown == NULL) {
            return TILL_E_MEMORY;
        }
        content->packed = grown;
        content->packed_capacity = capacity;
    }
    if (bytes.size > 0) {
        memcpy(content->packed + content->packed_size, bytes.data, bytes.size);
    }
    content->packed_size = needed;
    return TILL_OK;
}

static enum till_status pack(struct book_pen *pen, struct span plain, bool last)
{
    enum till_status status;
    do {
        struct buffer out;
        buffer_init(&out, pen->piece, sizeof(pen->piece));
        status = packer_feed(pen->packer, &plain, last, &out);
        if (status != TILL_OK && status != TILL_TOO_LARGE) {
            return status;
        }
        enum till_status appended = append(pen->content, (struct span){out.data, out.size});
        if (appended != TILL_OK) {
            return appended;
        }
    } while (status == TILL_TOO_LARGE);
    return TILL_OK;
}

enum till_status book_pen_open(struct book_content *content, struct book_pen **pen_out)
{
    struct book_pen *pen = calloc(1, sizeof(*pen));
    if (pen == NULL) {
        return TILL_E_MEMORY;
    }
    pen->content = content;
    enum till_status status = packer_open(&pen->packer);
    if (status == TILL_OK) {
        status = crypto_hash_begin(&pen->hash);
    }
    if (status != TILL_OK) {
        packer_close(pen->packer);
        free(pen);
        return status;
    }
    *pen_out = pen;
    return TILL_OK;
}

enum till_status book_pen_put(struct book_pen *pen, struct span plain, bool last)
{
    enum till_status status = crypto_hash_add(pen->hash, plain);
    pen->content->plain_size += plain.size;
    return status == TILL_OK ? pack(pen, plain, last) : status;
}

enum till_status book_pen_close(struct book_pen *pen)
{
    if (pen == NULL) {
        return TILL_OK;
    }
    enum till_status status = crypto_hash_end(pen->hash, pen->content->hash);
    packer_close(pen->packer);
    crypto_wipe(pen, sizeof(*pen));
    free(pen);
    return status;
}

/* ---- its lines ------------------------------------------------------------------------------- */

/* m->line, spelled and written. */
static enum till_status put(struct maker *m, enum book_line_type type)
{
    struct buffer out;
    m->line.type = type;
    buffer_init(&out, m->spelled, sizeof(m->spelled));
    enum till_status status = book_text_write(&m->line, &out);
    return status == TILL_OK
               ? book_pen_put(m->pen, (struct span){out.data, out.size}, type == BOOK_LINE_END)
               : status;
}

static enum till_status put_users(struct maker *m)
{
    char before[USER_MAX] = "";
    for (;;) {
        struct book_user *u = &m->line.as.user;
        uint8_t check[HASH_SIZE];
        enum till_status status = store_user_next(m->store, before, u);
        if (status == TILL_NOT_FOUND) {
            return TILL_OK;
        }
        if (status == TILL_OK) {
            status = crypto_hmac((struct span){m->terminal->secret, HASH_SIZE},
                                 (struct span){u->pin_check, HASH_SIZE}, check);
        }
        if (status != TILL_OK) {
            return status;
        }
        memcpy(before, u->user, sizeof(before));
        if (u->role == ROLE_OFFICE && m->level < BOOK_LINES_OFFICE) {
            continue;
        }
        if (m->level < BOOK_LINES_CASH) {
            u->deputy_from = u->deputy_to = 0;
        }
        memcpy(u->pin_check, check, HASH_SIZE);
        status = put(m, BOOK_LINE_USER);
        if (status != TILL_OK) {
            return status;
        }
    }
}

static enum book_correction corrected_how(const struct store_correction *c)
{
    return c->kind == CORRECTION_REFUND   ? BOOK_CORRECTED_REFUNDED
           : c->kind == CORRECTION_CANCEL ? BOOK_CORRECTED_CANCELLED
                                          : BOOK_CORRECTED_MOVED;
}

/* The newest of the customer's receipts that were corrected, by terminals alone: what a channel
 * took has no paper of ours. */
static enum till_status put_corrected(struct maker *m, const char *account)
{
    struct store_correction c = {0};
    struct book_corrected kept[BOOK_CORRECTED_MAX];
    size_t count = 0;
    enum till_status status;
    while ((status = store_correction_of_account(m->store, account, c.id, &c)) == TILL_OK) {
        if (!terminal_is_valid(c.terminal)) {
            continue;
        }
        if (count == BOOK_CORRECTED_MAX) {
            memmove(kept, kept + 1, --count * sizeof(kept[0]));
        }
        kept[count] = (struct book_corrected){
            .seq = c.seq, .how = corrected_how(&c), .date = when_date(m->zone, c.decided_at_s)};
        memcpy(kept[count++].terminal, c.terminal, sizeof(c.terminal));
    }
    for (size_t i = 0; status == TILL_NOT_FOUND && i < count; i++) {
        m->line.as.corrected = kept[i];
        enum till_status put_status = put(m, BOOK_LINE_CORRECTED);
        status = put_status == TILL_OK ? TILL_NOT_FOUND : put_status;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status put_customer(struct maker *m, const struct book_customer *customer,
                                     const struct arrears *a)
{
    m->line.as.customer = *customer;
    m->line.as.customer.row = 0;
    enum till_status status = put(m, BOOK_LINE_CUSTOMER);
    for (size_t i = 0; status == TILL_OK && i < a->count; i++) {
        m->line.as.bill = a->bills[i];
        status = put(m, BOOK_LINE_BILL);
    }
    if (status == TILL_OK && (customer->flags & BOOK_CUSTOMER_CORRECTED) != 0 &&
        m->level >= BOOK_LINES_HOLDERS) {
        status = put_corrected(m, customer->account);
    }
    m->content->customers++;
    return status;
}

static enum till_status put_customers(struct maker *m, const char *meter_book)
{
    struct book_customer customer;
    struct arrears arrears;
    struct store_customers *reader = NULL;
    enum till_status status = store_customers_open(m->store, meter_book, &reader);
    while (status == TILL_OK) {
        status = store_customers_next(reader, &customer, &arrears);
        if (status == TILL_OK) {
            status = put_customer(m, &customer, &arrears);
        }
    }
    store_customers_close(reader);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

bool book_content_next_id(const char **at, char id_out[BOOK_ID_MAX])
{
    size_t size = strcspn(*at, ",");
    if (size == 0 || size >= BOOK_ID_MAX) {
        return false;
    }
    memcpy(id_out, *at, size);
    id_out[size] = '\0';
    *at += size + ((*at)[size] == ',' ? 1 : 0);
    return true;
}

/* Whom a supervisor at this terminal may approve from afar. */
static enum till_status put_team(struct maker *m)
{
    char members[STORE_VALUE_MAX], number[TERMINAL_MAX];
    struct store_terminal t;
    enum till_status status = team_get(m->store, m->terminal->terminal, members, sizeof(members));
    if (status == TILL_NOT_FOUND) {
        return TILL_OK;
    }
    const char *at = members;
    while (status == TILL_OK && team_next(&at, number)) {
        status = store_terminal_get(m->store, number, &t);
        bool enrolled = status == TILL_OK && t.state == TERMINAL_ACTIVE;
        if (status == TILL_NOT_FOUND) {
            status = TILL_OK;
        }
        if (enrolled) {
            struct book_team *team = &m->line.as.team;
            memcpy(team->terminal, t.terminal, sizeof(team->terminal));
            status = approval_key((struct span){t.secret, sizeof(t.secret)}, team->approval_key);
            status = status == TILL_OK ? put(m, BOOK_LINE_TEAM) : status;
        }
    }
    crypto_wipe(&t, sizeof(t));
    return status;
}

/* Whose reports are waited for: their customers may have paid there. */
static enum till_status put_holders(struct maker *m, const char *ids)
{
    struct book_holder holders[BOOK_HOLDERS_MAX];
    char id[BOOK_ID_MAX];
    size_t room = BOOK_HOLDERS_MAX;
    enum till_status status = TILL_OK;
    if (m->level < BOOK_LINES_HOLDERS) {
        return TILL_OK;
    }
    for (const char *at = ids; status == TILL_OK && book_content_next_id(&at, id);) {
        size_t count = 0;
        status = holding_pending(m->store, id, m->terminal->terminal, holders, room, &count);
        for (size_t i = 0; status == TILL_OK && i < count; i++) {
            m->line.as.holder = holders[i];
            status = put(m, BOOK_LINE_HOLDER);
        }
        room -= count;
    }
    return status;
}

/* Numbered paper that may be taken over there. */
static enum till_status put_stock(struct maker *m)
{
    struct book_stock ranges[BOOK_STOCK_MAX];
    size_t count = 0;
    if (m->level < BOOK_LINES_CASH) {
        return TILL_OK;
    }
    enum till_status status =
        store_stock_waiting(m->store, m->terminal->terminal, ranges, BOOK_STOCK_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        m->line.as.stock = ranges[i];
        status = put(m, BOOK_LINE_STOCK);
    }
    return status;
}

int64_t book_content_taken_from_s(int64_t now_s)
{
    enum { WEEK_S = 7 * 86400, WINDOW_S = BOOK_TAKEN_DAYS * 86400 };
    return now_s - now_s % WEEK_S - WINDOW_S;
}

/* What became elsewhere of cash that was handed on there. */
static enum till_status put_taken(struct maker *m)
{
    struct book_taken taken[BOOK_TAKEN_MAX];
    size_t count = 0;
    enum till_status status =
        store_told_taken(m->store, m->terminal->terminal, book_content_taken_from_s(m->now_s),
                         taken, BOOK_TAKEN_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        m->line.as.taken = taken[i];
        status = put(m, BOOK_LINE_TAKEN);
    }
    return status;
}

/* Differences that are open there and that the office explained. */
static enum till_status put_explained(struct maker *m)
{
    struct book_explained explained[BOOK_EXPLAINED_MAX];
    size_t count = 0;
    enum till_status status = store_told_explained(m->store, m->terminal->terminal, explained,
                                                   BOOK_EXPLAINED_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        m->line.as.explained = explained[i];
        status = put(m, BOOK_LINE_EXPLAINED);
    }
    return status;
}

static enum till_status put_custody(struct maker *m)
{
    if (m->level < BOOK_LINES_CUSTODY) {
        return TILL_OK;
    }
    enum till_status status = put_taken(m);
    return status == TILL_OK ? put_explained(m) : status;
}

/* All meter books first, the team, whose reports are waited for, the paper, what became of cash,
 * then the customers of each: that is the order of the text. */
static enum till_status put_meter_books(struct maker *m, const char *ids)
{
    char id[BOOK_ID_MAX];
    for (const char *at = ids; book_content_next_id(&at, id);) {
        enum till_status status = store_meter_book_get(m->store, id, &m->line.as.meter_book);
        if (status == TILL_OK) {
            status = put(m, BOOK_LINE_METER_BOOK);
        }
        if (status != TILL_OK && status != TILL_NOT_FOUND) { /* assigned, not imported yet */
            return status;
        }
    }
    enum till_status status = put_team(m);
    if (status == TILL_OK) {
        status = put_holders(m, ids);
    }
    if (status == TILL_OK) {
        status = put_stock(m);
    }
    if (status == TILL_OK) {
        status = put_custody(m);
    }
    for (const char *at = ids; status == TILL_OK && book_content_next_id(&at, id);) {
        status = put_customers(m, id);
    }
    return status;
}

/* Customers with their bills come to some 300 bytes each. */
static enum till_status expect(struct maker *m, const char *ids)
{
    enum { CUSTOMER_SIZE = 300 };
    char id[BOOK_ID_MAX];
    uint64_t customers = 0;
    for (const char *at = ids; book_content_next_id(&at, id);) {
        struct book_meter_book book;
        enum till_status status = store_meter_book_get(m->store, id, &book);
        if (status == TILL_OK) {
            customers += book.customers;
        } else if (status != TILL_NOT_FOUND) {
            return status;
        }
    }
    return packer_expect(m->pen->packer, customers * CUSTOMER_SIZE);
}

static enum till_status put_all(struct maker *m)
{
    char ids[STORE_ASSIGNED_TEXT_MAX];
    enum till_status status = store_assigned(m->store, m->terminal->terminal, ids, sizeof(ids));
    if (status == TILL_OK) {
        status = expect(m, ids);
    }
    if (status == TILL_OK) {
        status = store_site_get(m->store, &m->line.as.site);
    }
    if (status == TILL_OK) {
        memcpy(m->zone, m->line.as.site.zone, sizeof(m->zone));
        if (m->level < BOOK_LINES_CASH) {
            site_forget_cash(&m->line.as.site);
        }
        status = put(m, BOOK_LINE_SITE);
    }
    if (status == TILL_OK) {
        status = put_users(m);
    }
    if (status == TILL_OK) {
        status = put_meter_books(m, ids);
    }
    if (status == TILL_OK) {
        m->line.as.customers = m->content->customers;
        status = put(m, BOOK_LINE_END);
    }
    return status;
}

enum till_status book_content_make(struct store *s, const struct store_terminal *t, int64_t now_s,
                                   struct book_content *content_out)
{
    *content_out = (struct book_content){0};
    struct maker *m = calloc(1, sizeof(*m));
    if (m == NULL) {
        return TILL_E_MEMORY;
    }
    m->store = s;
    m->terminal = t;
    m->now_s = now_s;
    m->content = content_out;
    enum till_status status = book_pen_open(content_out, &m->pen);
    if (status == TILL_OK) {
        status = book_lines_get(s, t->terminal, &m->level);
    }
    if (status == TILL_OK) {
        status = put_all(m);
    }
    enum till_status closed = book_pen_close(m->pen);
    status = status == TILL_OK ? closed : status;
    crypto_wipe(m, sizeof(*m));
    free(m);
    if (status != TILL_OK) {
        book_content_free(content_out);
    }
    return status;
}

void book_content_free(struct book_content *content)
{
    free(content->packed);
    *content = (struct book_content){0};
}
