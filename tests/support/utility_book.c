/* The office's books: thirty customers whose arrears the tests know by heart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "book_text.h"
#include "settle.h"
#include "text.h"
#include "utility.h"
#include "when.h"

enum { ROOM = 256 * 1024, PIN_ROUNDS = 50, NOT_DUE = 20261231, OVERDUE_SINCE = 20261103 };

static const char *const names[UTILITY_CUSTOMERS] = {
    "王小明", "李桂英", "张秀兰", "刘建国", "陈德福", "杨文博", "赵志强", "黄玉兰",
    "周国庆", "吴敏",   "徐静",   "孙丽",   "胡强",   "朱磊",   "高军",   "林洋",
    "何勇",   "郭艳",   "马杰",   "罗娟",   "梁涛",   "宋明",   "郑超",   "谢霞",
    "韩平",   "唐刚",   "冯桂芳", "于春",   "董小红", "萧建华"};

void utility_account(unsigned customer, char account_out[ACCOUNT_MAX])
{
    snprintf(account_out, ACCOUNT_MAX, "61010%05u", 100 + customer * 37);
}

static void owe(struct arrears *a, int32_t month, int32_t due_date, int64_t amount_minor)
{
    a->bills[a->count++] = (struct bill){.month = month,
                                         .due_date = due_date,
                                         .type = 1,
                                         .energy_cwh = amount_minor * 2,
                                         .amount_minor = amount_minor};
}

static void owe_as_told(unsigned customer, struct arrears *a)
{
    switch (customer) {
    case CUSTOMER_PLAIN:
        owe(a, 202610, NOT_DUE, 18642);
        break;
    case CUSTOMER_TWO:
        owe(a, 202609, NOT_DUE, 6240);
        owe(a, 202610, NOT_DUE, 7130);
        break;
    case CUSTOMER_CLEAR:
        break;
    case CUSTOMER_BALANCE:
        a->balance_minor = 5000;
        break;
    case CUSTOMER_LATE:
        owe(a, 202609, OVERDUE_SINCE, 10000);
        break;
    case CUSTOMER_LARGE:
        owe(a, 202610, NOT_DUE, 41288);
        break;
    case CUSTOMER_MONTHS:
        for (int32_t month = 202606; month <= 202610; month++)
            owe(a, month, NOT_DUE, 2000);
        break;
    case CUSTOMER_SMALL:
        owe(a, 202610, NOT_DUE, 35);
        break;
    case CUSTOMER_KEEP:
        owe(a, 202610, NOT_DUE, 4500);
        break;
    default:
        owe(a, 202610, NOT_DUE, 1000 + 100 * (int64_t)customer);
        break;
    }
}

void utility_customer(unsigned customer, struct book_customer *out, struct arrears *arrears_out)
{
    assert_true(customer < UTILITY_CUSTOMERS);
    bool first = customer < UTILITY_FIRST_BOOK;
    *out = (struct book_customer){
        .class = CUSTOMER_RESIDENT, .last_paid_date = 20260920, .last_paid_minor = 5500};
    utility_account(customer, out->account);
    text_copy(out->name, sizeof out->name, names[customer]);
    snprintf(out->address, sizeof out->address, "翠湖路 %u 号 1-%u01", customer + 2,
             customer % 6 + 1);
    snprintf(out->meter, sizeof out->meter, "340100%06u", 700000 + customer * 1013);
    snprintf(out->phone, sizeof out->phone, "1380000%04u", 1000 + customer);
    text_copy(out->meter_book, sizeof out->meter_book, first ? "CX01" : "CX02");
    out->order = first ? customer + 1 : customer - UTILITY_FIRST_BOOK + 1;
    out->flags = customer == CUSTOMER_KEEP ? BOOK_CUSTOMER_KEEP_SUPPLY : 0;
    memset(arrears_out, 0, sizeof *arrears_out);
    owe_as_told(customer, arrears_out);
    out->balance_minor = arrears_out->balance_minor;
}

struct site utility_site(void)
{
    struct site site;
    site_default(&site);
    text_copy(site.payee, sizeof site.payee, "翠湖县供电公司");
    text_copy(site.branch, sizeof site.branch, "翠湖供电所");
    text_copy(site.hotline, sizeof site.hotline, "95598");
    text_copy(site.receipt_url, sizeof site.receipt_url, "HTTPS://R.OFFICE.EXAMPLE/");
    site.receipt_max_minor = 5000000;
    site.bank_count = 2;
    site.banks[0] = (struct site_bank){"ICBC", "工商银行翠湖支行", "2410 0001 0900 1234 567"};
    site.banks[1] = (struct site_bank){"RCU", "农村信用社", ""};
    return site;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct draft {
    struct buffer plain;
    struct book_text_line line;
};

static void put(struct draft *d, enum book_line_type type)
{
    d->line.type = type;
    assert_int_equal(book_text_write(&d->line, &d->plain), TILL_OK);
}

static void put_user(struct draft *d, const struct utility *u, int role, const char *user,
                     const char *name, const char *pin)
{
    struct book_user *w = &d->line.as.user;
    uint8_t derived[HASH_SIZE];
    *w = (struct book_user){.role = role, .rounds = PIN_ROUNDS};
    w->cash_limit_minor = role == ROLE_COLLECTOR ? u->cash_limit_minor : 0;
    w->must_change_pin = role == ROLE_COLLECTOR && u->must_change_pin;
    if (strcmp(user, "1002") == 0) {
        w->deputy_from = u->deputy_from;
        w->deputy_to = u->deputy_to;
    }
    text_copy(w->user, sizeof w->user, user);
    text_copy(w->name, sizeof w->name, name);
    memset(w->salt, 0x21, sizeof w->salt);
    assert_int_equal(crypto_pbkdf2((struct span){(const uint8_t *)pin, strlen(pin)},
                                   (struct span){w->salt, sizeof w->salt}, w->rounds, derived),
                     TILL_OK);
    assert_int_equal(crypto_hmac((struct span){u->secret, HASH_SIZE},
                                 (struct span){derived, HASH_SIZE}, w->pin_check),
                     TILL_OK);
    put(d, BOOK_LINE_USER);
}

static bool is_unapplied(const struct utility *u, uint64_t seq)
{
    for (size_t i = 0; i < u->unapplied_count; i++)
        if (u->unapplied[i] == seq)
            return true;
    return false;
}

static bool is_reversed(const struct utility *u, uint64_t through, uint64_t seq)
{
    struct body_reversal body;
    for (uint64_t at = seq + 1; at <= through; at++)
        if (entry_read_reversal(&u->entries[at - 1], &body) == TILL_OK && body.seq == seq &&
            !kind_is_training(u->entries[at - 1].kind))
            return true;
    return false;
}

static void take_off(enum customer_class class, int64_t at_s, const struct body_collection *body,
                     struct arrears *a)
{
    struct site site = utility_site();
    struct settled settled;
    assert_int_equal(settle_payment(&site, class, when_date("CST-8", at_s), body, a, &settled),
                     TILL_OK);
    settle_apply(&settled, a);
}

/* Paid at the bank. */
static void take_off_elsewhere(const struct utility *u, unsigned customer,
                               enum customer_class class, struct arrears *a)
{
    const struct body_collection body = {.amount_minor = u->elsewhere_minor[customer]};
    if (body.amount_minor > 0)
        take_off(class, u->now_s, &body, a);
}

/* Post what the ledger holds of this account. */
static void post(const struct utility *u, uint64_t through, const struct book_customer *c,
                 struct arrears *a)
{
    struct body_collection body;
    for (uint64_t seq = 1; seq <= through; seq++) {
        const struct entry *e = &u->entries[seq - 1];
        uint16_t kind = kind_base(e->kind);
        if ((kind != KIND_COLLECTION && kind != KIND_ADVANCE) || kind_is_training(e->kind) ||
            is_unapplied(u, seq) || is_reversed(u, through, seq))
            continue;
        assert_int_equal(entry_read_collection(e, &body), TILL_OK);
        if (strcmp(body.account, c->account) == 0)
            take_off(c->class, e->at_s, &body, a);
    }
}

enum till_status utility_arrears(const struct utility *u, const char *account,
                                 struct arrears *arrears_out)
{
    struct book_customer c;
    struct site site = utility_site();
    for (unsigned i = 0; i < UTILITY_CUSTOMERS; i++) {
        utility_customer(i, &c, arrears_out);
        if (strcmp(c.account, account) != 0)
            continue;
        arrears_out->balance_minor += u->advanced_minor[i];
        post(u, u->head, &c, arrears_out);
        take_off_elsewhere(u, i, c.class, arrears_out);
        return arrears_assess(&site, c.class, when_date("CST-8", u->now_s), arrears_out);
    }
    return TILL_NOT_FOUND;
}

static void put_customer(struct draft *d, const struct utility *u, unsigned customer)
{
    struct arrears a;
    utility_customer(customer, &d->line.as.customer, &a);
    a.balance_minor += u->advanced_minor[customer];
    post(u, u->applied_seq, &d->line.as.customer, &a);
    take_off_elsewhere(u, customer, d->line.as.customer.class, &a);
    d->line.as.customer.balance_minor = a.balance_minor;
    d->line.as.customer.flags |= u->flags[customer];
    if (u->corrected[customer].seq != 0)
        d->line.as.customer.flags |= BOOK_CUSTOMER_CORRECTED;
    put(d, BOOK_LINE_CUSTOMER);
    for (size_t i = 0; i < a.count; i++) {
        d->line.as.bill = a.bills[i];
        put(d, BOOK_LINE_BILL);
    }
    if (u->corrected[customer].seq != 0) {
        d->line.as.corrected = u->corrected[customer];
        put(d, BOOK_LINE_CORRECTED);
    }
}

static void put_meter_book(struct draft *d, const char *id, const char *name, uint32_t customers)
{
    struct book_meter_book *m = &d->line.as.meter_book;
    *m = (struct book_meter_book){.customers = customers};
    text_copy(m->id, sizeof m->id, id);
    text_copy(m->name, sizeof m->name, name);
    put(d, BOOK_LINE_METER_BOOK);
}

static uint32_t put_all(struct draft *d, const struct utility *u)
{
    uint32_t count = 0, first = 0;
    for (unsigned i = 0; i < UTILITY_CUSTOMERS; i++) {
        count += !u->left_out[i];
        first += !u->left_out[i] && i < UTILITY_FIRST_BOOK;
    }
    d->line.as.site = utility_site();
    d->line.as.site.tolerance_minor = u->tolerance_minor;
    if (u->no_banks)
        d->line.as.site.bank_count = 0;
    memcpy(d->line.as.site.papers, u->papers, sizeof u->papers);
    put(d, BOOK_LINE_SITE);
    put_user(d, u, ROLE_COLLECTOR, UTILITY_USER, "李建国", UTILITY_PIN);
    put_user(d, u, ROLE_COLLECTOR, "1002", "王芳", "1357");
    put_user(d, u, ROLE_SUPERVISOR, UTILITY_SUPERVISOR, "赵敏", UTILITY_SUPERVISOR_PIN);
    put_user(d, u, ROLE_TECHNICIAN, UTILITY_TECHNICIAN, "周工", UTILITY_TECHNICIAN_PIN);
    put_user(d, u, ROLE_OFFICE, UTILITY_OFFICE, "孙会计", UTILITY_OFFICE_PIN);
    put_meter_book(d, "CX01", "翠湖路", first);
    put_meter_book(d, "CX02", "学府路", count - first);
    for (size_t i = 0; i < u->team_count; i++) {
        d->line.as.team = u->team[i];
        put(d, BOOK_LINE_TEAM);
    }
    for (size_t i = 0; i < u->holder_count; i++) {
        d->line.as.holder = u->holders[i];
        put(d, BOOK_LINE_HOLDER);
    }
    for (size_t i = 0; i < u->stock_count; i++) {
        d->line.as.stock = u->stock[i];
        put(d, BOOK_LINE_STOCK);
    }
    for (size_t i = 0; i < u->taken_count; i++) {
        d->line.as.taken = u->taken[i];
        put(d, BOOK_LINE_TAKEN);
    }
    for (size_t i = 0; i < u->explained_count; i++) {
        d->line.as.explained = u->explained[i];
        put(d, BOOK_LINE_EXPLAINED);
    }
    for (unsigned i = 0; i < UTILITY_CUSTOMERS; i++)
        if (!u->left_out[i])
            put_customer(d, u, i);
    d->line.as.customers = count;
    put(d, BOOK_LINE_END);
    return count;
}

static size_t pack(struct span plain, uint8_t *memory)
{
    struct packer *packer;
    struct buffer out;
    buffer_init(&out, memory, ROOM);
    assert_int_equal(packer_open(&packer), TILL_OK);
    assert_int_equal(packer_feed(packer, &plain, true, &out), TILL_OK);
    packer_close(packer);
    return out.size;
}

static void sign(struct utility *u, const struct book_manifest *manifest, struct local_book *book)
{
    struct sealer sealer;
    struct buffer out;
    crypto_sealer(&sealer, u->statements.key);
    buffer_init(&out, book->manifest, sizeof book->manifest - 1);
    assert_int_equal(manifest_write(&sealer, manifest, &out), TILL_OK);
    book->manifest[out.size] = '\0';
}

/* Packed, in a file, with its manifest. */
static void write_book(struct utility *u, struct book_manifest *manifest, struct span plain,
                       const char *ending, struct local_book *book)
{
    uint8_t *packed = malloc(ROOM);
    assert_non_null(packed);
    manifest->plain_size = plain.size;
    manifest->packed_size = pack(plain, packed);
    assert_int_equal(
        crypto_sha256((struct span){packed, manifest->packed_size}, manifest->content_hash),
        TILL_OK);
    if (book->path[0])
        (void)remove(book->path);
    snprintf(book->path, sizeof book->path, "%s/book-%llu%s", u->dir,
             (unsigned long long)u->revision, ending);
    FILE *file = fopen(book->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(packed, 1, manifest->packed_size, file), manifest->packed_size);
    assert_int_equal(fclose(file), 0);
    free(packed);
    sign(u, manifest, book);
}

/* ---- deltas ---------------------------------------------------------------------------------- */

/* Size of the lines from `at` up to the next customer or the end. */
static size_t block_size(const char *at)
{
    const char *next = strchr(at, '\n') + 1;
    while (strncmp(next, "{\"t\":\"bill\"", 11) == 0)
        next = strchr(next, '\n') + 1;
    return (size_t)(next - at);
}

static const char *first_customer(const char *text)
{
    const char *customer = strstr(text, "{\"t\":\"customer\"");
    return customer ? customer : strstr(text, "{\"t\":\"end\"");
}

static bool has_block(const char *text, const char *block, size_t size)
{
    return memmem(text, strlen(text), block, size) != NULL;
}

/* What to lay over `before` to have `after`: the head whole, customers whole, who left. */
static size_t make_delta(const char *before, const char *after, char *out)
{
    size_t size = 0;
    const char *at = first_customer(after);
    size_t head = (size_t)(at - after);
    if (head != (size_t)(first_customer(before) - before) || memcmp(before, after, head) != 0) {
        memcpy(out, after, head);
        size = head;
    }
    for (; strncmp(at, "{\"t\":\"end\"", 10) != 0; at += block_size(at)) {
        if (!has_block(before, at, block_size(at))) {
            memcpy(out + size, at, block_size(at));
            size += block_size(at);
        }
    }
    for (const char *old = first_customer(before); strncmp(old, "{\"t\":\"end\"", 10) != 0;
         old += block_size(old)) {
        char account[ACCOUNT_MAX + 32];
        size_t upto = (size_t)(strstr(old, "\",\"name\"") - old) + 1;
        assert_true(upto < sizeof account);
        memcpy(account, old, upto);
        if (!has_block(after, account, upto)) {
            account[upto] = '\0';
            size += (size_t)snprintf(out + size, ROOM - size, "{\"t\":\"gone\",%s}\n",
                                     strstr(account, "\"account\""));
        }
    }
    memcpy(out + size, at, strlen(at));
    return size + strlen(at);
}

static void write_delta(struct utility *u, const struct book_manifest *whole, const char *after)
{
    struct book_manifest manifest = *whole;
    char *text = malloc(ROOM);
    assert_non_null(text);
    manifest.since = u->revision - 1;
    memcpy(manifest.base_hash, u->book_hash, HASH_SIZE);
    if (u->wrong_base)
        manifest.base_hash[0] ^= 1;
    size_t size = make_delta(u->plain, after, text);
    write_book(u, &manifest, (struct span){(uint8_t *)text, size}, "-delta", &u->delta);
    free(text);
    u->book = u->delta;
    u->is_delta = true;
}

void utility_publish(struct utility *u)
{
    char *memory = malloc(ROOM);
    struct draft d;
    struct book_manifest manifest;
    assert_non_null(memory);
    memset(&d.line, 0, sizeof d.line);
    memset(&manifest, 0, sizeof manifest);
    text_copy(manifest.meta.terminal, sizeof manifest.meta.terminal, u->terminal);
    u->applied_seq = u->head;
    buffer_init(&d.plain, memory, ROOM - 1);
    manifest.meta.customers = put_all(&d, u);
    memory[d.plain.size] = '\0';
    struct span plain = {d.plain.data, d.plain.size};
    assert_int_equal(crypto_sha256(plain, manifest.meta.hash), TILL_OK);
    manifest.meta.revision = ++u->revision;
    manifest.meta.as_of_s = u->now_s;
    manifest.meta.applied_seq = u->applied_seq;
    manifest.meta.unapplied_count = u->unapplied_count;
    memcpy(manifest.meta.unapplied, u->unapplied, sizeof manifest.meta.unapplied);
    write_book(u, &manifest, plain, "", &u->whole);
    u->book = u->whole;
    u->is_delta = false;
    if (u->deltas && u->plain)
        write_delta(u, &manifest, memory);
    free(u->plain);
    u->plain = memory;
    memcpy(u->book_hash, manifest.meta.hash, HASH_SIZE);
    u->book_told = false;
    u->head_due = true;
}
