/* Which authorities stand: the statement, the moments, the answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "trust.h"

enum { DAY_S = 86400, TERMINALS = 1000, PARTS = 10 };
static struct crypto_key *key;
static struct sealer sealer;

static int make_host(void **state)
{
    (void)state;
    if (crypto_key_create(&key) != TILL_OK) {
        return -1;
    }
    crypto_sealer(&sealer, key);
    return 0;
}

static int free_host(void **state)
{
    (void)state;
    crypto_key_free(key);
    return 0;
}

static struct trust example(void)
{
    struct trust t = {.serial = 1795300000,
                      .at_s = 1795300000,
                      .has_next = true,
                      .by_s = 1795300000 + 14 * DAY_S};
    memset(t.authority, 0x11, HASH_SIZE);
    memset(t.next, 0x22, HASH_SIZE);
    return t;
}

static struct span written(const struct trust *t, uint8_t *memory)
{
    struct buffer out;
    buffer_init(&out, memory, TRUST_TEXT_MAX);
    assert_int_equal(trust_write(&sealer, t, &out), TILL_OK);
    return (struct span){memory, out.size};
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t memory[TRUST_TEXT_MAX];
    struct trust t = example(), back;
    memset(&back, 0, sizeof(back));
    assert_int_equal(trust_read(&sealer, written(&t, memory), &back), TILL_OK);
    assert_int_equal(back.serial, t.serial);
    assert_int_equal(back.by_s, t.by_s);
    assert_memory_equal(back.authority, t.authority, HASH_SIZE);
    assert_memory_equal(trust_newest(&back), t.next, HASH_SIZE);
    t = (struct trust){.serial = 1795300001, .at_s = 1795300001};
    assert_int_equal(trust_read(&sealer, written(&t, memory), &back), TILL_OK);
    assert_false(back.has_next);
    assert_memory_equal(trust_newest(&back), t.authority, HASH_SIZE);
}

static void one_byte_changed_is_no_statement(void **state)
{
    (void)state;
    uint8_t memory[TRUST_TEXT_MAX];
    struct trust t = example(), back;
    struct span text = written(&t, memory);
    for (size_t i = 0; i < text.size; i++) {
        memory[i] ^= 1;
        assert_int_not_equal(trust_read(&sealer, text, &back), TILL_OK);
        memory[i] ^= 1;
    }
}

/* A head, an order, a key for sticks: signed by the same key, and no word on the authorities. */
static void another_kind_of_statement_is_refused(void **state)
{
    (void)state;
    static const char *const tags[] = {STATEMENT_TAG_HEAD, STATEMENT_TAG_BOOK,
                                       STATEMENT_TAG_ORDERS};
    uint8_t memory[TRUST_TEXT_MAX], other[TRUST_TEXT_MAX];
    struct trust t = example(), back;
    struct span text = written(&t, memory);
    struct span record = {memory,
                          (size_t)((const uint8_t *)memchr(memory, '\n', text.size) - memory)};
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        struct buffer out;
        buffer_init(&out, other, sizeof(other));
        assert_int_equal(statement_write(&sealer, tags[i], record, &out), TILL_OK);
        assert_int_equal(trust_read(&sealer, (struct span){other, out.size}, &back),
                         TILL_E_SIGNATURE);
    }
}

static void what_makes_no_sense_is_not_written(void **state)
{
    (void)state;
    uint8_t memory[TRUST_TEXT_MAX];
    struct buffer out;
    struct trust bad[4] = {example(), example(), example(), example()};
    bad[0].serial = 0;
    memcpy(bad[1].next, bad[1].authority, HASH_SIZE);
    bad[2].by_s = bad[2].at_s - 1;
    bad[3].has_next = false;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        buffer_init(&out, memory, sizeof(memory));
        assert_int_equal(trust_write(&sealer, &bad[i], &out), TILL_BAD_INPUT);
    }
}

static void the_moments_of_a_fleet_are_spread_and_stay(void **state)
{
    (void)state;
    struct trust t = example();
    int in_part[PARTS] = {0};
    for (int i = 0; i < TERMINALS; i++) {
        char terminal[TERMINAL_MAX];
        int64_t at_s = 0, again_s = 0;
        snprintf(terminal, sizeof(terminal), "%04d", i);
        assert_int_equal(trust_moment(&sealer, &t, terminal, &at_s), TILL_OK);
        assert_int_equal(trust_moment(&sealer, &t, terminal, &again_s), TILL_OK);
        assert_int_equal(at_s, again_s);
        assert_true(at_s >= t.at_s && at_s < t.by_s);
        in_part[(at_s - t.at_s) * PARTS / (t.by_s - t.at_s)]++;
    }
    for (int i = 0; i < PARTS; i++) {
        assert_in_range(in_part[i], TERMINALS / PARTS / 2, TERMINALS / PARTS * 2);
    }
    int64_t at_s = 0;
    t.by_s = t.at_s;
    assert_int_equal(trust_moment(&sealer, &t, "0031", &at_s), TILL_OK);
    assert_int_equal(at_s, t.at_s);
}

static void an_answer_comes_back_and_knows_no_other_keys(void **state)
{
    (void)state;
    static const struct trust_answer a = {.statement = "{\"serial\":1}\nabcd\n",
                                          .authority_cert = "-----BEGIN A-----\nx\n",
                                          .cross_cert = "-----BEGIN C-----\ny\n",
                                          .statement_cert = "-----BEGIN S-----\nz\n"};
    struct trust_answer back;
    uint8_t memory[TRUST_ANSWER_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(trust_answer_write(&a, &out), TILL_OK);
    assert_int_equal(trust_answer_read((struct span){memory, out.size}, &back), TILL_OK);
    assert_string_equal(back.statement, a.statement);
    assert_string_equal(back.cross_cert, a.cross_cert);
    memory[out.size - 1] = ',';
    buffer_put_text(&out, "\"more\":1}");
    assert_int_equal(trust_answer_read((struct span){memory, out.size}, &back), TILL_E_PROTOCOL);
}

static void a_head_names_the_newest_word(void **state)
{
    (void)state;
    struct head head = {.terminal = "0031", .serial = 5, .trust_serial = 1795300000}, back;
    uint8_t memory[STATEMENT_MAX];
    char with[HEAD_TAG_MAX], without[HEAD_TAG_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(head_write(&sealer, &head, &out), TILL_OK);
    assert_int_equal(head_read(&sealer, (struct span){memory, out.size}, &back), TILL_OK);
    assert_int_equal(back.trust_serial, head.trust_serial);
    assert_int_equal(head_tag(&sealer, &head, with), TILL_OK);
    head.trust_serial = 0;
    assert_int_equal(head_tag(&sealer, &head, without), TILL_OK);
    assert_string_not_equal(with, without); /* so that a poll hears of it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(one_byte_changed_is_no_statement),
        cmocka_unit_test(another_kind_of_statement_is_refused),
        cmocka_unit_test(what_makes_no_sense_is_not_written),
        cmocka_unit_test(the_moments_of_a_fleet_are_spread_and_stay),
        cmocka_unit_test(an_answer_comes_back_and_knows_no_other_keys),
        cmocka_unit_test(a_head_names_the_newest_word),
    };
    return cmocka_run_group_tests(tests, make_host, free_host);
}
