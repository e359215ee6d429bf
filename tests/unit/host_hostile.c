/* Whatever one terminal signs, another's records are taken, and the ledger stays right. */
#include "office.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "proof.h"
#include "recover.h"
#include "text.h"

enum { ROUNDS = 8, SEEDS = 3, BODY_MAX = 200 };

static struct device hostile, honest;
static uint32_t seed;

/* xorshift: the same on every machine. */
static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static int64_t any_amount(void)
{
    const int64_t amounts[] = {1, 100, 9210, 18642, MONEY_MAX_MINOR - 1, MONEY_MAX_MINOR};
    return amounts[any(6)];
}

static const char *any_account(void)
{
    static const char *const accounts[] = {OFFICE_ACCOUNT, OFFICE_OTHER, OFFICE_LATE, "6109999999"};
    return accounts[any(4)];
}

static const char *any_user(void)
{
    static const char *const users[] = {"1001", "2001", "zz", "-", "AAAAAAAAAAAAAAAA"};
    return users[any(5)];
}

/* One record of the hostile device, often a lie, sometimes no body of its kind at all. */
static void sign_anything(void)
{
    char body[BODY_MAX];
    uint16_t kind = KIND_COLLECTION;
    int64_t m = any_amount();
    uint32_t some = any(9) + 1;
    switch (any(14)) {
    case 0:
    case 1:
    case 2:
        kind = any(2) == 0 ? KIND_ADVANCE : KIND_COLLECTION;
        (void)snprintf(body, sizeof(body), "{\"a\":\"%s\",\"m\":%" PRId64 "}", any_account(), m);
        break;
    case 3:
        kind = KIND_REVERSAL;
        (void)snprintf(body, sizeof(body),
                       "{\"s\":%" PRIu32 ",\"a\":\"%s\",\"m\":%" PRId64 ",\"h\":1,\"r\":1}",
                       4 + some, any_account(), m);
        break;
    case 4:
        kind = KIND_CASH_DROP;
        (void)snprintf(body, sizeof(body), "{\"m\":%" PRId64 ",\"h\":1,\"r\":\"%s\"}", m,
                       any_user());
        break;
    case 5:
        kind = KIND_SHIFT_CLOSED;
        (void)snprintf(body, sizeof(body),
                       "{\"n\":%" PRIu32 ",\"s\":1,\"e\":%" PRId64 ",\"c\":%" PRId64
                       ",\"t\":%" PRId64 ",\"r\":3}",
                       some, m, any_amount(), m);
        break;
    case 6:
        kind = KIND_HANDOVER_GIVEN;
        (void)snprintf(body, sizeof(body), "{\"m\":%" PRId64 ",\"r\":\"%s\",\"z\":\"1\"}", m,
                       any_user());
        break;
    case 7:
        kind = KIND_STATIONERY_RECEIVED;
        (void)snprintf(body, sizeof(body),
                       "{\"k\":2,\"c\":\"B\",\"f\":1,\"l\":%" PRIu32 ",\"u\":\"%s\"}", some,
                       any_user());
        break;
    case 8:
        kind = KIND_STATIONERY_RETURNED;
        (void)snprintf(body, sizeof(body),
                       "{\"k\":2,\"c\":\"B\",\"f\":1,\"l\":%" PRIu32 ",\"u\":\"2001\"}", some);
        break;
    case 9:
        kind = any(2) == 0 ? KIND_LOGIN : KIND_LOGOUT;
        (void)snprintf(body, sizeof(body), "{\"u\":\"%s\"}", any_user());
        break;
    case 10:
        kind = KIND_BOOK_APPLIED;
        (void)snprintf(body, sizeof(body), "{\"r\":%" PRIu32 ",\"q\":%" PRIu32 ",\"n\":3}", some,
                       some);
        break;
    case 11:
        kind = KIND_READING;
        (void)snprintf(body, sizeof(body), "{\"a\":\"%s\",\"v\":%" PRId64 "}", any_account(), m);
        break;
    case 12:
        kind = 0x9234;
        (void)snprintf(body, sizeof(body), "{\"m\":%" PRId64 "}", m);
        break;
    default:
        (void)snprintf(body, sizeof(body), "{\"a\":\"x\",\"m\":-%" PRIu32 "}", some);
        break;
    }
    device_raw(&hostile, kind, body);
}

/* The customer's paper of a record that may not have come. */
static void read_paper(const struct device *d, uint64_t seq)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    struct site site;
    struct proof proof = {.entry = d->entries[seq - 1]}, found;
    enum recovery recovery;
    text_copy(proof.terminal, sizeof(proof.terminal), d->terminal);
    memcpy(proof.prev, d->entries[seq - 2].hash, HASH_SIZE);
    if (proof_write("HTTPS://V.EXAMPLE/", &proof, text) != TILL_OK) {
        return; /* a kind that has no paper */
    }
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {
        .store = office.store, .site = &site, .terminal = "", .user = "-", .now_s = OFFICE_NOW_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = recover_paper(&c, text, strlen(text), &found, &recovery, reason);
    assert_true(status == TILL_OK || status == TILL_E_PROTOCOL); /* the latter: no receipt's kind */
    assert_int_equal(store_finish(office.store, status), status);
}

static void assert_taken(const struct device *d, uint64_t from)
{
    struct ingest_outcome o;
    assert_int_equal(device_send(d, from, d->count, &o), TILL_OK);
    assert_int_equal(o.terminal.head_seq, d->count);
}

static void live_through(uint32_t with)
{
    seed = with;
    device_begin(&hostile, "0031");
    device_begin(&honest, "0032");
    uint64_t sent = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct body_collection pays = device_cash(any_account(), 100);
        for (uint32_t i = any(6) + 1; i > 0; i--) {
            sign_anything();
        }
        if (any(2) == 0) {
            read_paper(&hostile, hostile.count);
        }
        if (any(3) > 0) {
            assert_taken(&hostile, sent + 1);
            sent = hostile.count;
        }
        device_collect(&honest, &pays, 0);
        assert_taken(&honest, round == 0 ? 1 : honest.count);
    }
    office_assert_sound();
    device_end(&honest);
    device_end(&hostile);
}

static void no_lie_of_one_terminal_holds_up_another_1(void **state)
{
    (void)state;
    live_through(1);
}

static void no_lie_of_one_terminal_holds_up_another_2(void **state)
{
    (void)state;
    live_through(20261123);
}

static void no_lie_of_one_terminal_holds_up_another_3(void **state)
{
    (void)state;
    live_through(77);
}

int main(void)
{
    const struct CMUnitTest tests[SEEDS] = {
        OFFICE_TEST(no_lie_of_one_terminal_holds_up_another_1),
        OFFICE_TEST(no_lie_of_one_terminal_holds_up_another_2),
        OFFICE_TEST(no_lie_of_one_terminal_holds_up_another_3),
    };
    return office_run("host_hostile", tests, sizeof(tests) / sizeof(tests[0]));
}
