#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "certs.h"
#include "crowd.h"
#include "import.h"
#include "tale.h"
#include "text.h"
#include "vfs.h"
#include "when.h"

enum { GLYPHS_FIRST = 0x4E00, ROUND_UP_MINOR = 10000, PRINT_DOTS_PER_S = 480 };

#define ZONE "CST-8"
#define TERMINAL "0031"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
static const char *const streets[] = {"翠湖路", "新街",   "文昌巷", "粮站路", "桥头街",
                                      "清溪村", "上河村", "石桥村", "柳树村", "杨家湾"};
static const char *const surnames[] = {"王", "李", "张", "刘", "陈",   "杨",  "赵",
                                       "黄", "周", "吴", "徐", "欧阳", "司马"};
static const char *const given[] = {"伟",   "芳",   "秀英", "建国", "敏",   "静",
                                    "丽",   "磊",   "秀兰", "桂英", "志强", "玉兰",
                                    "小红", "建华", "国庆", "德福", "雨欣"};

void stage_account(uint32_t n, char account_out[ACCOUNT_MAX])
{
    snprintf(account_out, ACCOUNT_MAX, "61%02u%06u", (unsigned)(n / STAGE_BOOK_SIZE + 1),
             (unsigned)((n / STAGE_BOOK_SIZE + 1) * 100 + n % STAGE_BOOK_SIZE + 1));
}

static void put_character(char **at, uint32_t code)
{
    *(*at)++ = (char)(0xE0 | code >> 12);
    *(*at)++ = (char)(0x80 | (code >> 6 & 0x3F));
    *(*at)++ = (char)(0x80 | (code & 0x3F));
}

/* Unicode's first 1,600 Han characters, each once. */
void stage_glyph_name(uint32_t n, char name_out[BOOK_NAME_MAX])
{
    char *at = name_out;
    for (uint32_t i = 0; i < STAGE_GLYPHS_A_NAME; i++)
        put_character(&at, GLYPHS_FIRST + n * STAGE_GLYPHS_A_NAME + i);
    *at = '\0';
}

/* ---- the book -------------------------------------------------------------------------------- */

static struct site town_site(void)
{
    struct site site;
    site_default(&site);
    text_copy(site.payee, sizeof site.payee, "清溪县供电公司");
    text_copy(site.branch, sizeof site.branch, "清溪供电所");
    text_copy(site.hotline, sizeof site.hotline, "95598");
    text_copy(site.receipt_url, sizeof site.receipt_url, "HTTPS://P.95598.CN/R/");
    site.receipt_max_minor = 5000000;
    return site;
}

static struct book_user collector(const uint8_t secret[HASH_SIZE])
{
    struct book_user user = {.role = 1, .rounds = IMPORT_PIN_ROUNDS};
    uint8_t derived[HASH_SIZE];
    text_copy(user.user, sizeof user.user, STAGE_USER);
    text_copy(user.name, sizeof user.name, "李建国");
    memset(user.salt, 0x5A, sizeof user.salt);
    struct span pin = {(const uint8_t *)STAGE_PIN, strlen(STAGE_PIN)};
    bench_need(crypto_pbkdf2(pin, (struct span){user.salt, sizeof user.salt}, user.rounds, derived),
               "pbkdf2");
    bench_need(crypto_hmac((struct span){secret, HASH_SIZE}, (struct span){derived, HASH_SIZE},
                           user.pin_check),
               "hmac");
    return user;
}

static int32_t month_before(int32_t month, int32_t back)
{
    int32_t index = month / 100 * 12 + month % 100 - 1 - back;
    return index / 12 * 100 + index % 12 + 1;
}

/* One to three months; the older ones are overdue and bear a fee. */
static void put_bills(struct book_builder *b, const char *account, uint32_t n, int32_t today)
{
    for (int32_t back = (int32_t)(n % 3) + 1; back > 0; back--) {
        int32_t month = month_before(today / 100, back);
        int64_t energy_cwh = 4500 + (int64_t)(n * 7919 % 21000);
        struct bill bill = {.month = month,
                            .due_date = month_before(month, -1) * 100 + 25,
                            .type = 1,
                            .energy_cwh = energy_cwh,
                            .amount_minor = energy_cwh * 5283 / 10000};
        bench_need(book_builder_bill(b, account, &bill), "bill");
    }
}

static struct book_customer town_customer(uint32_t n)
{
    uint32_t book = n / STAGE_BOOK_SIZE, order = n % STAGE_BOOK_SIZE + 1;
    struct book_customer c = {.order = order,
                              .class = n % 17 == 0 ? CUSTOMER_OTHER : CUSTOMER_RESIDENT,
                              .last_paid_date = 20260915,
                              .last_paid_minor = 8640};
    stage_account(n, c.account);
    snprintf(c.name, sizeof c.name, "%s%s", surnames[n * 7 % COUNT(surnames)],
             given[n * 5 % COUNT(given)]);
    snprintf(c.address, sizeof c.address, "%s %u 号 %u-%u01", streets[book % COUNT(streets)],
             (unsigned)(order / 6 * 2 + 2), (unsigned)(order % 6 / 2 + 1),
             (unsigned)(order % 2 + 1));
    snprintf(c.meter, sizeof c.meter, "34%02u%08u", (unsigned)book + 1, (unsigned)(4400000 + n));
    snprintf(c.phone, sizeof c.phone, "138%08u", (unsigned)(n * 7919 % 100000000));
    snprintf(c.meter_book, sizeof c.meter_book, "QX%02u", (unsigned)book + 1);
    return c;
}

static struct book_customer glyph_customer(uint32_t n)
{
    struct book_customer c = town_customer(n);
    stage_glyph_name(n, c.name);
    text_copy(c.address, sizeof c.address, c.name);
    text_copy(c.meter_book, sizeof c.meter_book, "QX01");
    c.order = n + 1;
    return c;
}

static void put_customers(struct book_builder *b, enum stage_book book, uint32_t customers,
                          int32_t today)
{
    for (uint32_t n = 0; n < customers; n++) {
        struct book_customer c = book == STAGE_GLYPH_BOOK ? glyph_customer(n) : town_customer(n);
        if (n == 0 || (book == STAGE_TOWN && n % STAGE_BOOK_SIZE == 0)) {
            struct book_meter_book m;
            memset(&m, 0, sizeof m);
            text_copy(m.id, sizeof m.id, c.meter_book);
            snprintf(m.name, sizeof m.name, "清溪%.2s册 %s", c.meter_book + 2,
                     streets[n / STAGE_BOOK_SIZE % COUNT(streets)]);
            bench_need(book_builder_meter_book(b, &m), "meter book");
        }
        bench_need(book_builder_customer(b, &c), "customer");
        put_bills(b, c.account, n, today);
    }
}

/* As a start finds them; how often PINs are stretched for this board. */
static uint32_t put_settings(const char *dir, const struct identity *identity)
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        bench_fail("memory");
    text_copy(app->dir, sizeof app->dir, dir);
    memcpy(app->identity.secret, identity->secret, HASH_SIZE);
    kept_default(&app->settings);
    app->settings.pin_rounds = 1;
    bench_need(kept_save(app), "settings");
    uint32_t rounds = app->settings.pin_rounds;
    free(app);
    return rounds;
}

static void wrap_pin(struct book_user *user, uint32_t rounds)
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        bench_fail("memory");
    app->settings.pin_rounds = rounds;
    bench_need(identity_wrap_pin(app, user), "PIN");
    free(app);
}

static void put_county(struct book_builder *b)
{
    for (uint32_t book = 0; book < crowd_meter_books(STAGE_COUNTY_CUSTOMERS); book++) {
        struct book_meter_book m;
        crowd_meter_book(book, &m);
        bench_need(book_builder_meter_book(b, &m), "meter book");
    }
    bench_need(crowd_put(b, 0, STAGE_COUNTY_CUSTOMERS), "customers");
}

static uint32_t customers_of(enum stage_book book)
{
    return book == STAGE_GLYPH_BOOK ? (uint32_t)STAGE_GLYPH_CUSTOMERS
           : book == STAGE_COUNTY   ? (uint32_t)STAGE_COUNTY_CUSTOMERS
                                    : (uint32_t)STAGE_CUSTOMERS;
}

static struct book_meta put_book(const char *path, const uint8_t secret[HASH_SIZE], uint32_t rounds,
                                 enum stage_book book, int64_t now_s)
{
    uint32_t customers = customers_of(book);
    struct book_meta meta = {.revision = 1,
                             .applied_seq = book == STAGE_COUNTY ? STAGE_COUNTY_ENTRIES : 0,
                             .as_of_s = now_s,
                             .customers = customers};
    struct book_builder *b = NULL;
    struct site site = town_site();
    struct book_user user = collector(secret);
    struct crypto_mac *key = NULL;
    struct book_mac mac;
    wrap_pin(&user, rounds);
    text_copy(meta.terminal, sizeof meta.terminal, TERMINAL);
    memset(meta.hash, 0xA5, sizeof meta.hash);
    bench_need(book_seal_of(secret, &key, &mac), "seal");
    bench_need(book_builder_open(path, NULL, &mac, &b), "book");
    bench_need(book_builder_site(b, &site), "site");
    bench_need(book_builder_user(b, &user), "user");
    if (book == STAGE_COUNTY)
        put_county(b);
    else
        put_customers(b, book, customers, when_date(ZONE, now_s));
    bench_need(book_builder_finish(b, &meta), "book");
    crypto_mac_close(key);
    return meta;
}

/* ---- enrolment ------------------------------------------------------------------------------- */

/* A key and its certificate by the authority; an authority that is NULL signs itself. */
static void make_party(struct certs_party *party, const char *name, enum crypto_usage usage,
                       const struct certs_party *authority)
{
    struct crypto_cert_request request;
    bench_need(crypto_key_create(&party->key), "key");
    certs_request(&request, name, usage, party->key);
    bench_need(crypto_cert_issue(&request, authority ? authority->key : party->key,
                                 authority ? authority->pem : NULL, party->pem),
               "certificate");
}

static void enrol(const char *dir, struct identity *identity)
{
    struct certs_party authority, statement;
    struct enrol_answer answer = {.exponent = 2};
    bench_need(identity_open(dir, true, identity), "identity");
    make_party(&authority, "bench-authority", CRYPTO_USAGE_AUTHORITY, NULL);
    make_party(&statement, "bench-statement", CRYPTO_USAGE_STATEMENT, &authority);
    text_copy(answer.authority_cert, sizeof answer.authority_cert, authority.pem);
    text_copy(answer.statement_cert, sizeof answer.statement_cert, statement.pem);
    memset(answer.secret, 0x3C, sizeof answer.secret);
    bench_need(identity_keep(dir, &answer, identity), "identity");
    certs_free(&authority);
    certs_free(&statement);
}

static struct journal *put_journal(const char *path, const struct identity *identity,
                                   struct tale_seal *tale, int64_t now_s)
{
    struct journal_options options = {.path = path};
    struct body_enrolled body = {.exponent = 2};
    struct journal *journal = NULL;
    text_copy(body.terminal, sizeof body.terminal, TERMINAL);
    text_copy(body.currency, sizeof body.currency, "CNY");
    text_copy(body.zone, sizeof body.zone, ZONE);
    memcpy(body.authority, identity->authority, HASH_SIZE);
    crypto_key_public(identity->journal, body.public_key);
    crypto_sealer(&tale->key, identity->journal);
    options.sealer = tale_sealer(tale);
    bench_need(journal_create(&options, now_s, &body, &journal), "journal");
    return journal;
}

static void crowd_account(uint32_t n, char account_out[ACCOUNT_MAX])
{
    struct book_customer c;
    crowd_customer(n, &c);
    memcpy(account_out, c.account, ACCOUNT_MAX);
}

/* All that came before the book: the host has it, and the book knows it. */
static void put_past(struct journal *journal, struct tale_seal *tale, int64_t at_s, int64_t now_s)
{
    tale_tell(journal, tale, STAGE_COUNTY_ENTRIES, at_s, crowd_account);
    struct journal_ack ack = {.seq = STAGE_COUNTY_ENTRIES, .at_s = now_s, .serial = 1};
    memcpy(ack.hash, journal_head_hash(journal), HASH_SIZE);
    bench_need(journal_acknowledge(journal, &ack), "acknowledge");
}

void stage_make(const char *dir, enum stage_book book, int64_t now_s)
{
    struct identity identity;
    struct tale_seal tale = {.resting = false};
    struct entry entry;
    char path[BENCH_PATH_MAX + 16];
    bool county = book == STAGE_COUNTY;
    int64_t begin_s = county ? now_s - (int64_t)STAGE_COUNTY_ENTRIES * TALE_STEP_S - 60 : now_s;
    bench_need(vfs_register(512), "vfs");
    mkdir(dir, 0700);
    enrol(dir, &identity);
    snprintf(path, sizeof path, "%s/book.db", dir);
    uint32_t rounds = put_settings(dir, &identity);
    struct book_meta meta = put_book(path, identity.secret, rounds, book, now_s);
    snprintf(path, sizeof path, "%s/journal.db", dir);
    struct journal *journal = put_journal(path, &identity, &tale, begin_s);
    if (county)
        put_past(journal, &tale, begin_s, now_s);
    struct body_book_applied body = {
        .revision = meta.revision, .applied_seq = meta.applied_seq, .customers = meta.customers};
    memcpy(body.hash, meta.hash, HASH_SIZE);
    bench_need(entry_write_book_applied(&entry, &body), "book_applied");
    bench_need(journal_append(journal, now_s, false, (struct span){NULL, 0}, &entry), "journal");
    journal_close(journal);
    identity_close(&identity);
}

/* ---- an application over it ------------------------------------------------------------------ */

void stage_open(struct stage *s, const struct bench_place *place, const char *dir, bool pixels)
{
    struct sim_setup setup;
    char message[256];
    memset(s, 0, sizeof *s);
    sim_setup_default(&setup);
    setup.print_dots_per_s = PRINT_DOTS_PER_S;
    s->world = sim_world_create(&setup);
    if (!s->world)
        bench_fail("no simulated world");
    bench_need(sim_world_board(s->world, &s->board), "board");
    bench_built(place, "locale", s->locale);
    struct app_options options = {.state_dir = dir,
                                  .locale_dir = s->locale,
                                  .language = "zh_CN",
                                  .board = &s->board,
                                  .no_pixels = !pixels,
                                  .no_idle_lock = true,
                                  .pin_rounds = 1};
    bench_need(app_open(&options, &s->app, message), message);
}

void stage_begin_shift(struct stage *s)
{
    struct entry entry;
    struct body_login login = {.user = STAGE_USER};
    struct body_shift_opened shift = {.shift = journal_fold(s->app->journal)->last_shift + 1,
                                      .opening_minor = 20000};
    facts_refresh(s->app);
    shift.business_date = s->app->facts.today;
    bench_need(entry_write_login(&entry, KIND_LOGIN, &login), "login");
    bench_need(ledger_append(s->app, &entry), "login");
    bench_need(entry_write_shift_opened(&entry, &shift), "shift");
    bench_need(ledger_append(s->app, &entry), "shift");
    facts_refresh(s->app);
}

void stage_close(struct stage *s)
{
    app_close(s->app);
    hal_close(&s->board);
    sim_world_destroy(s->world);
    memset(s, 0, sizeof *s);
}

void stage_collection(struct stage *s, uint32_t n, struct flow_effect *effect_out)
{
    struct customer_view view;
    struct body_collection *body = &effect_out->as.commit.collection;
    memset(effect_out, 0, sizeof *effect_out);
    effect_out->type = EFFECT_COMMIT;
    effect_out->as.commit.kind = KIND_COLLECTION;
    stage_account(n, body->account);
    bench_need(roster_customer(s->app, body->account, &view), "customer");
    if (view.arrears.due_minor <= 0)
        bench_fail("a customer who owes nothing");
    body->tender = TENDER_CASH;
    body->amount_minor = view.arrears.due_minor;
    body->tendered_minor = (body->amount_minor / ROUND_UP_MINOR + 1) * ROUND_UP_MINOR;
}

void stage_print_done(struct stage *s, uint64_t seq)
{
    struct entry entry;
    struct body_print body = {.seq = seq};
    bench_need(entry_write_print(&entry, KIND_PRINT_DONE, &body), "print_done");
    bench_need(ledger_append(s->app, &entry), "print_done");
}
