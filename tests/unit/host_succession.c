/* One authority takes the place of another, at the host: its files, its word, who is how far. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "renewal.h"
#include "succession.h"

enum { WEEK_S = 7 * 86400 };

static struct device device;
static struct api_answer answer;
static struct api api;
static struct crypto_key *new_key;

static void reopen(void)
{
    authority_close(&office.authority);
    assert_int_equal(authority_open(office.dir, &office.authority), TILL_OK);
}

static int begin(void **state)
{
    (void)office_open(state);
    api = (struct api){.store = office.store,
                       .authority = &office.authority,
                       .books = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600}};
    device_begin(&device, "0031");
    assert_int_equal(crypto_key_create(&new_key), TILL_OK);
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    crypto_key_free(new_key);
    device_end(&device);
    return office_close(state);
}

static void announce(void)
{
    assert_int_equal(succession_announce(office.store, &office.authority, WEEK_S, OFFICE_NOW_S),
                     TILL_OK);
    reopen();
}

static void change_over(void)
{
    assert_int_equal(succession_switch(&office.authority, "localhost", OFFICE_NOW_S + 60), TILL_OK);
    reopen();
}

static void retire(void)
{
    assert_int_equal(succession_retire(&office.authority, OFFICE_NOW_S + 120), TILL_OK);
    reopen();
}

/* The status of the answer, TILL_OK for a good one. */
static int ask(const char *terminal, const char *cert_pem, bool post, const char *path,
               struct span body)
{
    struct crypto_cert cert;
    struct wire_error error = {0};
    struct api_request r = {.post = post, .path = path, .terminal = terminal, .body = body};
    if (cert_pem != NULL) {
        assert_int_equal(crypto_cert_read(cert_pem, &cert), TILL_OK);
        r.has_peer = true;
        r.peer_until_s = cert.not_after_s;
        memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
        memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    }
    api_answer_free(&answer);
    api_handle(&api, &r, OFFICE_NOW_S + 30, &answer);
    if (answer.code >= 300) {
        struct span text = {(const uint8_t *)answer.content, answer.size};
        assert_int_equal(wire_error_read(text, &error), TILL_OK);
    }
    return error.status;
}

static int get(const char *terminal, const char *cert_pem, const char *path)
{
    return ask(terminal, cert_pem, false, path, (struct span){(const uint8_t *)"", 0});
}

static int renew(const uint8_t *authority, char pem_out[ENROL_PEM_MAX])
{
    struct renew_request wanted = {.has_authority = authority != NULL};
    uint8_t memory[ENROL_PEM_MAX + 128];
    struct buffer body;
    assert_int_equal(crypto_csr_create(new_key, "0031", wanted.csr), TILL_OK);
    if (authority != NULL) {
        memcpy(wanted.authority, authority, HASH_SIZE);
    }
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(renew_request_write(&wanted, &body), TILL_OK);
    int status =
        ask("0031", device.answer.line_cert, true, "/v1/renew", (struct span){memory, body.size});
    if (status == TILL_OK) {
        struct span text = {(const uint8_t *)answer.content, answer.size};
        assert_int_equal(renew_answer_read(text, pem_out), TILL_OK);
    }
    return status;
}

static struct succession_terminal how_far(const char *terminal)
{
    struct store_terminal t = office_terminal(terminal);
    return succession_terminal(office.store, &office.authority, &t);
}

/* ---- the steps ------------------------------------------------------------------------------- */

static void the_next_is_signed_by_itself_and_by_the_present_and_certifies_the_statement_key(
    void **state)
{
    (void)state;
    struct crypto_cert next, cross, statement;
    uint8_t point[PUBLIC_KEY_SIZE];
    char first[CRYPTO_CERT_PEM_MAX];
    memcpy(first, office.authority.authority_pem, sizeof(first));
    announce();
    const struct authority *a = &office.authority;
    assert_int_equal(a->stage, AUTHORITY_ANNOUNCED);
    assert_string_equal(a->authority_pem, first);
    assert_int_equal(crypto_cert_read(a->told.authority_cert, &next), TILL_OK);
    assert_string_equal(next.name, "fieldtill-authority-2");
    assert_memory_equal(next.fingerprint, a->trust.next, HASH_SIZE);
    assert_memory_equal(a->fingerprint, a->trust.authority, HASH_SIZE);
    assert_int_equal(crypto_cert_check(a->told.cross_cert, first, CRYPTO_USAGE_AUTHORITY, 0),
                     TILL_OK);
    assert_int_equal(crypto_cert_read(a->told.cross_cert, &cross), TILL_OK);
    assert_memory_equal(cross.public_key, next.public_key, PUBLIC_KEY_SIZE);
    assert_int_equal(crypto_cert_check(a->told.statement_cert, a->told.authority_cert,
                                       CRYPTO_USAGE_STATEMENT, 0),
                     TILL_OK);
    assert_int_equal(crypto_cert_read(a->told.statement_cert, &statement), TILL_OK);
    crypto_key_public(a->statement_key, point);
    assert_memory_equal(statement.public_key, point, PUBLIC_KEY_SIZE);
}

static void each_step_waits_for_the_one_before_it(void **state)
{
    (void)state;
    const struct authority *a = &office.authority;
    assert_int_equal(succession_switch(a, "localhost", OFFICE_NOW_S), TILL_UNCHANGED);
    assert_int_equal(succession_retire(a, OFFICE_NOW_S), TILL_UNCHANGED);
    announce();
    assert_int_equal(succession_announce(office.store, a, WEEK_S, OFFICE_NOW_S), TILL_UNCHANGED);
    assert_int_equal(succession_retire(a, OFFICE_NOW_S), TILL_UNCHANGED);
    uint64_t serial = a->trust.serial;
    change_over();
    assert_int_equal(a->stage, AUTHORITY_SWITCHED);
    assert_int_equal(a->trust.serial, serial); /* terminals need not hear of it */
    assert_int_equal(succession_announce(office.store, a, WEEK_S, OFFICE_NOW_S), TILL_UNCHANGED);
    retire();
    assert_int_equal(a->stage, AUTHORITY_ALONE);
    assert_true(a->trust.serial > serial);
    assert_false(a->trust.has_next);
    /* And once more, a third. */
    announce();
    struct crypto_cert third;
    assert_int_equal(crypto_cert_read(a->other_pem, &third), TILL_OK);
    assert_string_equal(third.name, "fieldtill-authority-3");
    change_over();
    retire();
}

static void without_its_key_no_authority_signs(void **state)
{
    (void)state;
    char key[FILES_PATH_MAX], away[FILES_PATH_MAX], pem[ENROL_PEM_MAX];
    office_path("authority.key", key);
    office_path("away.key", away);
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(succession_announce(office.store, &office.authority, WEEK_S, OFFICE_NOW_S),
                     TILL_BUSY);
    assert_int_equal(rename(away, key), 0);
    announce();
    office_path("authority-2.key", key);
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(renew(office.authority.trust.next, pem), TILL_BUSY);
    assert_int_equal(succession_switch(&office.authority, "localhost", OFFICE_NOW_S), TILL_BUSY);
    assert_int_equal(renew(NULL, pem), TILL_OK); /* the present one's is there */
    assert_int_equal(rename(away, key), 0);
}

/* ---- broken off ------------------------------------------------------------------------------ */

enum { FILE_MOST = 4096, FILES = 8 };
/* In the order in which the step changes them. */
static const char *const switching[FILES] = {"tls.key",
                                             "tls.pem",
                                             "old.pem",
                                             "authority.pem",
                                             "statement.pem",
                                             "next.pem",
                                             "statement-next.pem",
                                             "trust"};
static const char *const withdrawing[FILES] = {
    "old.pem",          "trust",         "cross.pem",    "statement-next.pem", "next.pem",
    "cross-before.pem", "authority.pem", "statement.pem"};
static const char *const *names = switching;
struct folder {
    bool there[FILES];
    char text[FILES][FILE_MOST];
};

static void take(struct folder *f)
{
    for (size_t i = 0; i < FILES; i++) {
        char path[FILES_PATH_MAX];
        office_path(names[i], path);
        f->there[i] = files_read_text(path, f->text[i], FILE_MOST) == TILL_OK;
    }
}

/* The first `changes` files as they were afterwards, the rest as they were before. */
static void lay(const struct folder *before, const struct folder *after, size_t changes)
{
    for (size_t i = 0; i < FILES; i++) {
        char path[FILES_PATH_MAX];
        const struct folder *f = i < changes ? after : before;
        struct span text = {(const uint8_t *)f->text[i], strlen(f->text[i])};
        office_path(names[i], path);
        (void)unlink(path);
        if (f->there[i]) {
            assert_int_equal(files_write(path, text), TILL_OK);
        }
    }
}

static void a_switch_that_breaks_off_goes_on_from_anywhere(void **state)
{
    (void)state;
    static struct folder before, after;
    names = switching;
    announce();
    take(&before);
    change_over();
    take(&after);
    for (size_t changes = 0; changes < FILES; changes++) {
        lay(&before, &after, changes);
        reopen();
        assert_int_equal(office.authority.trust.serial != 0, 1);
        enum till_status status =
            succession_switch(&office.authority, "localhost", OFFICE_NOW_S + 60);
        assert_true(status == TILL_OK || (status == TILL_UNCHANGED && changes >= 6));
        reopen();
        assert_int_equal(office.authority.stage, AUTHORITY_SWITCHED);
        struct folder now;
        take(&now);
        for (size_t i = 2; i < FILES - 2; i++) { /* keys and certificates are made anew */
            assert_int_equal(now.there[i], after.there[i]);
            assert_string_equal(now.there[i] ? now.text[i] : "",
                                after.there[i] ? after.text[i] : "");
        }
    }
}

static void withdraw(void)
{
    assert_int_equal(succession_withdraw(&office.authority, OFFICE_NOW_S + 60), TILL_OK);
    reopen();
}

static void a_withdrawal_that_breaks_off_goes_on_from_anywhere(void **state)
{
    (void)state;
    enum { DONE = 5 };
    static struct folder before, after, now;
    names = withdrawing;
    announce();
    change_over();
    retire();
    announce(); /* so that the present one has a word of the one before it */
    take(&before);
    withdraw();
    take(&after);
    for (size_t changes = 0; changes < FILES; changes++) {
        lay(&before, &after, changes);
        reopen();
        assert_true(office.authority.trust.serial != 0);
        enum till_status status = succession_withdraw(&office.authority, OFFICE_NOW_S + 60);
        assert_int_equal(status, changes < DONE ? TILL_OK : TILL_UNCHANGED);
        reopen();
        assert_int_equal(office.authority.stage, AUTHORITY_SWITCHED);
        assert_false(office.authority.trust.has_next);
        take(&now);
        for (size_t i = 0; i < FILES; i++) {
            if (i == DONE) { /* the present one's: it may lie there still */
                continue;
            }
            assert_int_equal(now.there[i], after.there[i]);
            if (now.there[i] && strcmp(names[i], "trust") != 0) { /* that one bears a serial */
                assert_string_equal(now.text[i], after.text[i]);
            }
        }
    }
}

static void what_was_withdrawn_stands_until_it_is_retired_and_its_number_is_not_given_again(
    void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX], key[FILES_PATH_MAX];
    static char withdrawn[CRYPTO_CERT_PEM_MAX];
    announce();
    assert_int_equal(renew(office.authority.trust.next, pem), TILL_OK);
    memcpy(withdrawn, office.authority.other_pem, sizeof(withdrawn));
    withdraw();
    assert_int_equal(crypto_cert_check(pem, office.authority.standing, CRYPTO_USAGE_CLIENT, 0),
                     TILL_OK);
    assert_int_equal(
        succession_announce(office.store, &office.authority, WEEK_S, OFFICE_NOW_S + 90),
        TILL_UNCHANGED);
    retire();
    assert_string_equal(office.authority.retired_pem, withdrawn);
    announce();
    office_path("authority-3.key", key);
    assert_true(files_exist(key));
}

static void what_serves_by_the_next_one_already_is_not_withdrawn(void **state)
{
    (void)state;
    announce();
    assert_int_equal(authority_renew_tls_by(&office.authority, office.authority.other_pem,
                                            "localhost", OFFICE_NOW_S),
                     TILL_OK);
    assert_int_equal(succession_withdraw(&office.authority, OFFICE_NOW_S + 60), TILL_NEED_EARLIER);
    assert_int_equal(authority_renew_tls(&office.authority, "localhost", OFFICE_NOW_S), TILL_OK);
    withdraw();
}

static void an_announcement_that_breaks_off_is_none_and_is_made_again(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    announce();
    uint64_t serial = office.authority.trust.serial;
    office_path("next.pem", path);
    assert_int_equal(unlink(path), 0);
    reopen();
    assert_int_equal(office.authority.stage, AUTHORITY_ALONE);
    assert_int_equal(office.authority.trust.serial, 0);
    announce();
    assert_true(office.authority.trust.serial > serial);
}

/* ---- terminals ------------------------------------------------------------------------------- */

static void nothing_is_told_before_there_is_a_second(void **state)
{
    (void)state;
    assert_int_equal(get(NULL, NULL, "/v1/trust"), TILL_NOT_FOUND);
    assert_int_equal(get("0031", device.answer.line_cert, "/v1/trust/1"), TILL_NOT_FOUND);
}

static void anybody_gets_the_word_and_terminals_say_that_they_hold_it(void **state)
{
    (void)state;
    struct trust_answer told;
    char path[64];
    announce();
    assert_int_equal(get(NULL, NULL, "/v1/trust"), TILL_OK);
    struct span text = {(const uint8_t *)answer.content, answer.size};
    assert_int_equal(trust_answer_read(text, &told), TILL_OK);
    assert_string_equal(told.statement, office.authority.told.statement);
    assert_false(how_far("0031").knows);
    unsigned long long serial = office.authority.trust.serial;
    (void)snprintf(path, sizeof(path), "/v1/trust/%llu", serial - 1);
    assert_int_equal(get("0031", device.answer.line_cert, path), TILL_OK);
    assert_int_equal(answer.code, 200); /* an older one: here is the newest */
    assert_false(how_far("0031").knows);
    (void)snprintf(path, sizeof(path), "/v1/trust/%llu", serial + 1);
    assert_int_equal(get("0031", device.answer.line_cert, path), TILL_NOT_FOUND);
    (void)snprintf(path, sizeof(path), "/v1/trust/%llu", serial);
    assert_int_equal(get("0031", NULL, path), TILL_NOT_ENROLLED);
    assert_false(how_far("0031").knows);
    assert_int_equal(get("0031", device.answer.line_cert, path), TILL_OK);
    assert_int_equal(answer.code, 204);
    assert_true(how_far("0031").knows);
    assert_false(how_far("0031").renewed);
}

static void a_head_names_the_word_while_there_is_one(void **state)
{
    (void)state;
    struct head head;
    assert_int_equal(get("0031", device.answer.line_cert, "/v1/head"), TILL_OK);
    struct span text = {(const uint8_t *)answer.content, answer.size};
    assert_int_equal(head_read(&office.authority.statement, text, &head), TILL_OK);
    assert_int_equal(head.trust_serial, 0);
    announce();
    assert_int_equal(get("0031", device.answer.line_cert, "/v1/head"), TILL_OK);
    text = (struct span){(const uint8_t *)answer.content, answer.size};
    assert_int_equal(head_read(&office.authority.statement, text, &head), TILL_OK);
    assert_int_equal(head.trust_serial, office.authority.trust.serial);
}

static void each_is_certified_by_the_one_that_it_asks_for(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX];
    uint8_t unknown[HASH_SIZE] = {1};
    announce();
    const struct authority *a = &office.authority;
    assert_int_equal(renew(NULL, pem), TILL_OK);
    assert_int_equal(crypto_cert_check(pem, a->authority_pem, CRYPTO_USAGE_CLIENT, 0), TILL_OK);
    assert_int_equal(renew(a->trust.next, pem), TILL_OK);
    assert_int_equal(crypto_cert_check(pem, a->other_pem, CRYPTO_USAGE_CLIENT, 0), TILL_OK);
    assert_int_equal(renew(unknown, pem), TILL_NOT_FOUND);
    assert_false(how_far("0031").renewed); /* not used yet */
    assert_int_equal(renew(a->trust.next, pem), TILL_OK);
    assert_int_equal(get("0031", pem, "/v1/head"), TILL_OK);
    assert_true(how_far("0031").renewed);
    assert_true(how_far("0031").knows);
    change_over();
    assert_int_equal(renew(a->trust.authority, pem), TILL_NOT_ENROLLED); /* its old certificate */
    retire();
    assert_int_equal(get("0031", pem, "/v1/head"), TILL_OK);
}

static void who_is_blocked_is_waited_for_by_nobody(void **state)
{
    (void)state;
    announce();
    assert_true(how_far("0031").counts);
    struct store_terminal t = office_terminal("0031");
    t.state = TERMINAL_REVOKED;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_terminal_put(office.store, &t), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_false(how_far("0031").counts);
}

/* ---- journals -------------------------------------------------------------------------------- */

static int hand_in(const struct device *d)
{
    uint8_t *memory = malloc(BATCH_PACKED_MAX);
    assert_non_null(memory);
    int status = ask(d->terminal, d->answer.line_cert, true, "/v1/journal",
                     device_batch(d, 1, d->count, memory));
    free(memory);
    return status;
}

static void a_journal_keeps_the_authority_under_which_it_began(void **state)
{
    (void)state;
    struct device later;
    char path[FILES_PATH_MAX];
    announce();
    change_over();
    device_begin(&later, "0032");
    assert_int_equal(hand_in(&device), TILL_OK); /* its first records come after the switch */
    assert_int_equal(hand_in(&later), TILL_OK);
    retire();
    announce();
    office_path("next.pem", path);
    assert_int_equal(unlink(path), 0); /* broken off */
    reopen();
    assert_int_equal(hand_in(&device), TILL_OK);
    announce();
    change_over();
    assert_int_equal(hand_in(&device), TILL_OK);
    assert_int_equal(hand_in(&later), TILL_OK);
    office_assert_sound();
    device_end(&later);
}

static void a_journal_of_another_authority_is_no_journal_of_ours(void **state)
{
    (void)state;
    struct device later;
    announce();
    change_over();
    /* As if it had enrolled under another than its first record says. */
    device_begin(&later, "0033");
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_value_put(office.store, "authority/0033",
                                     "00000000000000000000000000000000"
                                     "00000000000000000000000000000000"),
                     TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(hand_in(&later), TILL_E_CHAIN);
    device_end(&later);
}

#define SUCCESSION_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUCCESSION_TEST(
            the_next_is_signed_by_itself_and_by_the_present_and_certifies_the_statement_key),
        SUCCESSION_TEST(each_step_waits_for_the_one_before_it),
        SUCCESSION_TEST(without_its_key_no_authority_signs),
        SUCCESSION_TEST(a_switch_that_breaks_off_goes_on_from_anywhere),
        SUCCESSION_TEST(a_withdrawal_that_breaks_off_goes_on_from_anywhere),
        SUCCESSION_TEST(
            what_was_withdrawn_stands_until_it_is_retired_and_its_number_is_not_given_again),
        SUCCESSION_TEST(what_serves_by_the_next_one_already_is_not_withdrawn),
        SUCCESSION_TEST(an_announcement_that_breaks_off_is_none_and_is_made_again),
        SUCCESSION_TEST(nothing_is_told_before_there_is_a_second),
        SUCCESSION_TEST(anybody_gets_the_word_and_terminals_say_that_they_hold_it),
        SUCCESSION_TEST(a_head_names_the_word_while_there_is_one),
        SUCCESSION_TEST(each_is_certified_by_the_one_that_it_asks_for),
        SUCCESSION_TEST(who_is_blocked_is_waited_for_by_nobody),
        SUCCESSION_TEST(a_journal_keeps_the_authority_under_which_it_began),
        SUCCESSION_TEST(a_journal_of_another_authority_is_no_journal_of_ours),
    };
    return cmocka_run_group_tests_name("host_succession", tests, NULL, NULL);
}
