/* Statements: what the host signed is read, and nothing else passes for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "statement.h"

static struct crypto_key *host_key;
static struct sealer host;

static int make_host(void **state)
{
    (void)state;
    if (crypto_key_create(&host_key) != TILL_OK) {
        return -1;
    }
    crypto_sealer(&host, host_key);
    return 0;
}

static int free_host(void **state)
{
    (void)state;
    crypto_key_free(host_key);
    return 0;
}

static struct head sample_head(void)
{
    struct head head = {.terminal = "0031",
                        .seq = 4127,
                        .at_s = 1795314000,
                        .serial = 77,
                        .book_revision = 12,
                        .stopped = true};
    memset(head.hash, 0xA5, sizeof(head.hash));
    return head;
}

static struct book_manifest sample_manifest(void)
{
    struct book_manifest m = {.packed_size = 41234, .plain_size = 400123};
    m.meta = (struct book_meta){.terminal = "0031",
                                .revision = 12,
                                .as_of_s = 1795314000,
                                .applied_seq = 500,
                                .unapplied = {3, 77, 500},
                                .unapplied_count = 3,
                                .customers = 2000};
    memset(m.meta.hash, 0x5A, sizeof(m.meta.hash));
    memset(m.content_hash, 0xC0, sizeof(m.content_hash));
    return m;
}

struct text {
    uint8_t memory[STATEMENT_MAX];
    struct buffer b;
};

static void write_head(struct text *t, const struct head *head)
{
    buffer_init(&t->b, t->memory, sizeof(t->memory));
    assert_int_equal(head_write(&host, head, &t->b), TILL_OK);
}

static struct span span_of(const struct text *t)
{
    return (struct span){t->memory, t->b.size};
}

static void a_head_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct head again;
    struct text t;
    write_head(&t, &head);
    assert_int_equal(head_read(&host, span_of(&t), &again), TILL_OK);
    assert_string_equal(again.terminal, "0031");
    assert_int_equal(again.seq, 4127);
    assert_memory_equal(again.hash, head.hash, HASH_SIZE);
    assert_int_equal(again.at_s, 1795314000);
    assert_int_equal(again.serial, 77);
    assert_int_equal(again.book_revision, 12);
    assert_true(again.stopped);
}

static void a_head_is_spelled_as_the_header_says(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct text t;
    write_head(&t, &head);
    static const char record[] =
        "{\"terminal\":\"0031\",\"seq\":4127,\"hash\":\"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
        "a5a5a5a5a5a5a5a5a5a5a5a5\",\"at_s\":1795314000,\"serial\":77,\"book\":12,\"stopped\":1}\n";
    assert_int_equal(t.b.size, strlen(record) + 128 + 1);
    assert_memory_equal(t.memory, record, strlen(record));
}

static void a_head_of_before_orders_is_still_read(void **state)
{
    (void)state;
    static const char record[] =
        "{\"terminal\":\"0031\",\"seq\":0,\"hash\":\"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
        "a5a5a5a5a5a5a5a5a5a5a5a5\",\"at_s\":1795314000,\"serial\":1,\"book\":0,\"stopped\":0}";
    struct head head = {.orders_serial = 9};
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(statement_write(&host, STATEMENT_TAG_HEAD,
                                     (struct span){(const uint8_t *)record, strlen(record)}, &t.b),
                     TILL_OK);
    assert_int_equal(head_read(&host, span_of(&t), &head), TILL_OK);
    assert_int_equal(head.orders_serial, 0);
}

static void a_head_names_the_newest_orders(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct head again;
    struct text t;
    head.orders_serial = 1795314000;
    write_head(&t, &head);
    assert_int_equal(head_read(&host, span_of(&t), &again), TILL_OK);
    assert_int_equal(again.orders_serial, 1795314000);
}

static void no_altered_byte_of_a_head_passes(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct text t;
    write_head(&t, &head);
    for (size_t i = 0; i < t.b.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct head again = {.seq = 1};
            t.memory[i] ^= (uint8_t)(1u << bit);
            enum till_status status = head_read(&host, span_of(&t), &again);
            t.memory[i] ^= (uint8_t)(1u << bit);
            if (status == TILL_OK) {
                fail_msg("bit %u of byte %zu may be altered", bit, i);
            }
            assert_int_equal(again.seq, 1);
        }
    }
}

static void no_truncated_head_passes(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct head again;
    struct text t;
    write_head(&t, &head);
    for (size_t size = 0; size < t.b.size; size++) {
        assert_int_not_equal(head_read(&host, (struct span){t.memory, size}, &again), TILL_OK);
    }
}

static void another_key_does_not_sign_for_the_host(void **state)
{
    (void)state;
    struct crypto_key *key = NULL;
    struct sealer other;
    struct head head = sample_head();
    struct head again;
    struct text t;
    assert_int_equal(crypto_key_create(&key), TILL_OK);
    crypto_sealer(&other, key);
    write_head(&t, &head);
    assert_int_equal(head_read(&other, span_of(&t), &again), TILL_E_SIGNATURE);
    crypto_key_free(key);
}

static void a_manifest_does_not_pass_for_a_head(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct span record;
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_OK);
    assert_int_equal(statement_read(&host, STATEMENT_TAG_BOOK, span_of(&t), &record), TILL_OK);
    assert_int_equal(statement_read(&host, STATEMENT_TAG_HEAD, span_of(&t), &record),
                     TILL_E_SIGNATURE);
}

static void a_manifest_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct book_manifest again;
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_OK);
    assert_int_equal(manifest_read(&host, span_of(&t), &again), TILL_OK);
    assert_string_equal(again.meta.terminal, "0031");
    assert_int_equal(again.meta.revision, 12);
    assert_int_equal(again.meta.as_of_s, 1795314000);
    assert_int_equal(again.meta.applied_seq, 500);
    assert_int_equal(again.meta.unapplied_count, 3);
    assert_memory_equal(again.meta.unapplied, m.meta.unapplied, 3 * sizeof(uint64_t));
    assert_int_equal(again.meta.customers, 2000);
    assert_memory_equal(again.meta.hash, m.meta.hash, HASH_SIZE);
    assert_int_equal(again.packed_size, 41234);
    assert_int_equal(again.plain_size, 400123);
}

static void a_manifest_without_unapplied_entries_comes_back(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct book_manifest again;
    struct text t;
    m.meta.unapplied_count = 0;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_OK);
    assert_int_equal(manifest_read(&host, span_of(&t), &again), TILL_OK);
    assert_int_equal(again.meta.unapplied_count, 0);
}

static void an_unapplied_list_out_of_order_is_refused(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct text t;
    m.meta.unapplied[1] = 3;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_BAD_INPUT);
}

static void a_delta_names_its_base_and_what_is_fetched(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct book_manifest again;
    struct text t;
    m.since = 9;
    memset(m.content_hash, 0xD1, HASH_SIZE);
    memset(m.base_hash, 0xB5, HASH_SIZE);
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_OK);
    assert_int_equal(manifest_read(&host, span_of(&t), &again), TILL_OK);
    assert_int_equal(again.since, 9);
    assert_memory_equal(again.content_hash, m.content_hash, HASH_SIZE);
    assert_memory_equal(again.base_hash, m.base_hash, HASH_SIZE);
    assert_memory_equal(again.meta.hash, m.meta.hash, HASH_SIZE);
}

static void a_whole_book_names_what_is_fetched_too(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct book_manifest again;
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_OK);
    assert_int_equal(manifest_read(&host, span_of(&t), &again), TILL_OK);
    assert_int_equal(again.since, 0);
    assert_memory_equal(again.content_hash, m.content_hash, HASH_SIZE);
}

static void a_delta_over_itself_or_the_future_is_none(void **state)
{
    (void)state;
    struct book_manifest m = sample_manifest();
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    m.since = m.meta.revision;
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_BAD_INPUT);
    m.since = m.meta.revision + 1;
    assert_int_equal(manifest_write(&host, &m, &t.b), TILL_BAD_INPUT);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static struct orders sample_orders(void)
{
    struct orders o = {.terminal = "0031", .at_s = 1795314000, .message_count = 2};
    o.limits.serial = 1795314001;
    o.limits.value[LIMIT_CASH] = 2000000;
    o.limits.value[LIMIT_OFFLINE] = 259200;
    o.limits.value[LIMIT_REVERSED] = 50000;
    o.messages[0] = (struct orders_message){.id = 12, .at_s = 1795313000};
    snprintf(o.messages[0].text, ORDERS_MESSAGE_MAX, "明天 \"城东\" 停电\\检修");
    o.messages[1] = (struct orders_message){.id = 7, .at_s = 1795300000};
    snprintf(o.messages[1].text, ORDERS_MESSAGE_MAX, "hand in by 17:00");
    return o;
}

static void orders_come_back_as_they_were_written(void **state)
{
    (void)state;
    struct orders o = sample_orders();
    struct orders again;
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_OK);
    assert_int_equal(orders_read(&host, span_of(&t), &again), TILL_OK);
    assert_string_equal(again.terminal, "0031");
    assert_int_equal(again.at_s, o.at_s);
    assert_int_equal(again.limits.serial, o.limits.serial);
    assert_memory_equal(again.limits.value, o.limits.value, sizeof(o.limits.value));
    assert_int_equal(again.message_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(again.messages[i].id, o.messages[i].id);
        assert_int_equal(again.messages[i].at_s, o.messages[i].at_s);
        assert_string_equal(again.messages[i].text, o.messages[i].text);
    }
}

static void orders_are_spelled_as_the_protocol_says(void **state)
{
    (void)state;
    struct orders o = sample_orders();
    struct text t;
    static const char record[] =
        "{\"terminal\":\"0031\",\"serial\":1795314001,\"at_s\":1795314000,\"cash\":2000000,"
        "\"offline\":259200,\"reversed\":50000,\"i0\":12,\"a0\":1795313000,\"t0\":\"明天 "
        "\\\"城东\\\" 停电\\\\检修\",\"i1\":7,\"a1\":1795300000,\"t1\":\"hand in by 17:00\"}\n";
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_OK);
    assert_int_equal(t.b.size, strlen(record) + 128 + 1);
    assert_memory_equal(t.memory, record, strlen(record));
}

static void a_head_does_not_pass_for_orders(void **state)
{
    (void)state;
    struct head head = sample_head();
    struct orders o;
    struct text t;
    write_head(&t, &head);
    assert_int_equal(orders_read(&host, span_of(&t), &o), TILL_E_SIGNATURE);
}

static void orders_that_break_a_rule_are_not_written(void **state)
{
    (void)state;
    struct text t;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    struct orders o = sample_orders();
    o.limits.serial = 0;
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_BAD_INPUT);
    o = sample_orders();
    o.limits.value[LIMIT_DAY] = -1;
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_BAD_INPUT);
    o = sample_orders();
    o.messages[1].id = 12;
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_BAD_INPUT);
    o = sample_orders();
    o.messages[1].text[0] = '\0';
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_BAD_INPUT);
    o = sample_orders();
    snprintf(o.messages[1].text, ORDERS_MESSAGE_MAX, "two\nlines");
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_BAD_INPUT);
}

static void eight_messages_of_the_longest_kind_fit(void **state)
{
    (void)state;
    struct orders o = sample_orders();
    struct orders again;
    struct text t;
    o.message_count = ORDERS_MESSAGES_MAX;
    for (size_t i = 0; i < ORDERS_MESSAGES_MAX; i++) {
        o.messages[i] = (struct orders_message){.id = 100 - i, .at_s = 1795313000};
        memset(o.messages[i].text, 'x', ORDERS_MESSAGE_MAX - 1);
    }
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_OK);
    assert_int_equal(orders_read(&host, span_of(&t), &again), TILL_OK);
    assert_int_equal(again.message_count, ORDERS_MESSAGES_MAX);
    memset(o.messages[0].text, '"', ORDERS_MESSAGE_MAX - 1);
    memset(o.messages[1].text, '"', ORDERS_MESSAGE_MAX - 1);
    memset(o.messages[2].text, '"', ORDERS_MESSAGE_MAX - 1);
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(orders_write(&host, &o, &t.b), TILL_TOO_LARGE);
}

/* A host that signs nonsense: the signature holds, the record must still be refused. */
static enum till_status read_signed(const char *record)
{
    struct text t;
    struct book_manifest m;
    buffer_init(&t.b, t.memory, sizeof(t.memory));
    assert_int_equal(statement_write(&host, STATEMENT_TAG_BOOK,
                                     (struct span){(const uint8_t *)record, strlen(record)}, &t.b),
                     TILL_OK);
    return manifest_read(&host, span_of(&t), &m);
}

#define HASH_TEXT "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define MANIFEST(terminal, list, hash)                                                             \
    "{\"terminal\":\"" terminal "\",\"revision\":1,\"as_of_s\":9,\"applied_seq\":50,"              \
    "\"unapplied\":\"" list "\",\"customers\":2,\"hash\":\"" hash "\",\"packed\":\"" HASH_TEXT     \
    "\",\"packed_size\":1,\"plain_size\":2}"

static void signed_nonsense_is_still_refused(void **state)
{
    (void)state;
    assert_int_equal(read_signed(MANIFEST("0031", "1,50", HASH_TEXT)), TILL_OK);
    assert_int_equal(read_signed(MANIFEST("0031", "1,51", HASH_TEXT)), TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("0031", "01", HASH_TEXT)), TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("0031", "1,", HASH_TEXT)), TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("0031", "1 2", HASH_TEXT)), TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("0031", "99999999999999999999", HASH_TEXT)),
                     TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("a b", "1", HASH_TEXT)), TILL_E_PROTOCOL);
    assert_int_equal(read_signed(MANIFEST("0031", "1", "5A5a")), TILL_E_PROTOCOL);
    assert_int_equal(read_signed("{}"), TILL_E_PROTOCOL);
    assert_int_equal(read_signed("money"), TILL_E_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_comes_back_as_it_was_written),
        cmocka_unit_test(a_head_is_spelled_as_the_header_says),
        cmocka_unit_test(a_head_of_before_orders_is_still_read),
        cmocka_unit_test(a_head_names_the_newest_orders),
        cmocka_unit_test(no_altered_byte_of_a_head_passes),
        cmocka_unit_test(no_truncated_head_passes),
        cmocka_unit_test(another_key_does_not_sign_for_the_host),
        cmocka_unit_test(a_manifest_does_not_pass_for_a_head),
        cmocka_unit_test(a_manifest_comes_back_as_it_was_written),
        cmocka_unit_test(a_manifest_without_unapplied_entries_comes_back),
        cmocka_unit_test(an_unapplied_list_out_of_order_is_refused),
        cmocka_unit_test(signed_nonsense_is_still_refused),
        cmocka_unit_test(a_delta_names_its_base_and_what_is_fetched),
        cmocka_unit_test(a_whole_book_names_what_is_fetched_too),
        cmocka_unit_test(a_delta_over_itself_or_the_future_is_none),
        cmocka_unit_test(orders_come_back_as_they_were_written),
        cmocka_unit_test(orders_are_spelled_as_the_protocol_says),
        cmocka_unit_test(a_head_does_not_pass_for_orders),
        cmocka_unit_test(orders_that_break_a_rule_are_not_written),
        cmocka_unit_test(eight_messages_of_the_longest_kind_fit),
    };
    return cmocka_run_group_tests(tests, make_host, free_host);
}
