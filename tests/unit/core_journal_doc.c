/*
 * db/JOURNAL.md against the program: its tables are those of the code, and its worked bytes are
 * reproduced one by one. An independent program wrote them; this one reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "fold.h"

enum { PAGE_MAX = 65536, VALUE_MAX = 2048, ENTRIES = 4 };

static char page[PAGE_MAX];

struct world {
    struct crypto_key *key;
    struct sealer sealer;
    char terminal[TERMINAL_MAX];
    struct entry entries[ENTRIES];
    uint8_t genesis[HASH_SIZE];
};
static struct world the_world;

/* The worked value of that name, its lines joined. */
static void value_of(const char *name, char out[VALUE_MAX])
{
    char wanted[64];
    (void)snprintf(wanted, sizeof(wanted), "\n%s:", name);
    const char *block = strstr(page, "\n```worked\n");
    assert_non_null(block);
    const char *at = strstr(block, wanted);
    if (at == NULL) {
        fail_msg("JOURNAL.md has no worked %s", name);
        return;
    }
    at += strlen(wanted);
    size_t size = 0;
    if (*at == ' ') {
        at++;
    }
    for (;;) {
        for (; *at != '\n' && *at != '\0' && size + 1 < VALUE_MAX; at++) {
            out[size++] = *at;
        }
        if (strncmp(at, "\n  ", 3) != 0) {
            break;
        }
        at += 3;
    }
    out[size] = '\0';
}

static void bytes_of(const char *name, uint8_t *out, size_t size)
{
    char text[VALUE_MAX];
    value_of(name, text);
    assert_int_equal(hex_decode(text, strlen(text), out, size), TILL_OK);
}

static void assert_worked(const char *name, const uint8_t *bytes, size_t size)
{
    char expected[VALUE_MAX];
    static char got[2 * CHAIN_PREIMAGE_MAX + 1];
    value_of(name, expected);
    hex_encode((struct span){bytes, size}, got);
    assert_string_equal(got, expected);
}

static void base64(const uint8_t *bytes, size_t size, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three = (uint32_t)bytes[i] << 16;
        three |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        three |= left > 2 ? bytes[i + 2] : 0;
        *out++ = digits[three >> 18];
        *out++ = digits[three >> 12 & 63];
        *out++ = left > 1 ? digits[three >> 6 & 63] : '=';
        *out++ = left > 2 ? digits[three & 63] : '=';
    }
    *out = '\0';
}

/* ECPrivateKey (RFC 5915 §3) around the two worked values. */
static struct crypto_key *worked_key(void)
{
    static const uint8_t head[] = {0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20};
    static const uint8_t middle[] = {0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                     0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00};
    uint8_t memory[128];
    uint8_t secret[32];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct buffer der;
    bytes_of("private key", secret, sizeof(secret));
    bytes_of("public key", point, sizeof(point));
    buffer_init(&der, memory, sizeof(memory));
    buffer_put(&der, head, sizeof(head));
    buffer_put(&der, secret, sizeof(secret));
    buffer_put(&der, middle, sizeof(middle));
    buffer_put(&der, point, sizeof(point));
    assert_int_equal(buffer_status(&der), TILL_OK);
    char text[256];
    char pem[CRYPTO_KEY_PEM_MAX];
    base64(der.data, der.size, text);
    int used = snprintf(pem, sizeof(pem), "-----BEGIN EC PRIVATE KEY-----\n");
    for (size_t i = 0; i < strlen(text); i += 64) {
        used += snprintf(pem + used, sizeof(pem) - (size_t)used, "%.64s\n", text + i);
    }
    (void)snprintf(pem + used, sizeof(pem) - (size_t)used, "-----END EC PRIVATE KEY-----\n");
    struct crypto_key *key = NULL;
    assert_int_equal(crypto_key_load(pem, &key), TILL_OK);
    return key;
}

static void name_of(int number, const char *what, char out[64])
{
    (void)snprintf(out, 64, "%d %s", number, what);
}

/* seq, at_s, kind and body as the page gives them. */
static void load_entry(int number, struct entry *e)
{
    char name[64];
    char text[VALUE_MAX];
    *e = (struct entry){.seq = (uint64_t)number};
    name_of(number, "at_s", name);
    value_of(name, text);
    e->at_s = strtoll(text, NULL, 10);
    name_of(number, "kind", name);
    value_of(name, text);
    e->kind = (uint16_t)strtoul(text, NULL, 16);
    name_of(number, "body", name);
    value_of(name, text);
    e->body_size = (uint16_t)strlen(text);
    assert_true(e->body_size <= ENTRY_BODY_MAX);
    memcpy(e->body, text, e->body_size + 1u);
}

static int set_up(void **state)
{
    FILE *file = fopen("db/JOURNAL.md", "r");
    assert_non_null(file);
    size_t size = fread(page, 1, sizeof(page) - 1, file);
    assert_true(size < sizeof(page) - 1);
    page[size] = '\0';
    (void)fclose(file);
    struct world *w = &the_world;
    char terminal[VALUE_MAX];
    value_of("terminal", terminal);
    (void)snprintf(w->terminal, sizeof(w->terminal), "%.12s", terminal);
    w->key = worked_key();
    crypto_sealer(&w->sealer, w->key);
    for (int i = 0; i < ENTRIES; i++) {
        load_entry(i + 1, &w->entries[i]);
    }
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    crypto_key_free(w->key);
    return 0;
}

static void the_worked_key_is_a_pair(void **state)
{
    struct world *w = *state;
    uint8_t point[PUBLIC_KEY_SIZE];
    crypto_key_public(w->key, point);
    assert_worked("public key", point, sizeof(point));
}

static void the_genesis_is_reproduced(void **state)
{
    struct world *w = *state;
    static const char tag[] = "fieldtill/genesis/1";
    uint8_t memory[256];
    uint8_t point[PUBLIC_KEY_SIZE];
    uint8_t authority[HASH_SIZE];
    struct buffer preimage;
    bytes_of("public key", point, sizeof(point));
    bytes_of("authority", authority, sizeof(authority));
    buffer_init(&preimage, memory, sizeof(memory));
    buffer_put_text(&preimage, tag);
    buffer_put_u8(&preimage, (uint8_t)strlen(w->terminal));
    buffer_put_text(&preimage, w->terminal);
    buffer_put(&preimage, point, sizeof(point));
    buffer_put(&preimage, authority, sizeof(authority));
    assert_worked("genesis preimage", preimage.data, preimage.size);
    assert_int_equal(chain_genesis(&w->sealer, w->terminal, point, authority, w->genesis), TILL_OK);
    assert_worked("genesis hash", w->genesis, HASH_SIZE);
}

static void every_preimage_hash_and_signature_is_reproduced(void **state)
{
    struct world *w = *state;
    uint8_t prev[HASH_SIZE];
    bytes_of("genesis hash", prev, sizeof(prev));
    for (int i = 0; i < ENTRIES; i++) {
        struct entry *e = &w->entries[i];
        uint8_t memory[CHAIN_PREIMAGE_MAX];
        char name[64];
        struct buffer preimage;
        buffer_init(&preimage, memory, sizeof(memory));
        chain_preimage(w->terminal, e, prev, &preimage);
        name_of(i + 1, "preimage", name);
        assert_worked(name, preimage.data, preimage.size);
        assert_int_equal(chain_seal(&w->sealer, w->terminal, e, prev), TILL_OK);
        name_of(i + 1, "hash", name);
        assert_worked(name, e->hash, HASH_SIZE);
        name_of(i + 1, "signature", name);
        assert_worked(name, e->signature, SIGNATURE_SIZE);
        assert_int_equal(chain_check(&w->sealer, w->terminal, e, prev, true), TILL_OK);
        memcpy(prev, e->hash, HASH_SIZE);
    }
    char code[CHECK_CODE_MAX];
    char sentence[64];
    chain_check_code(prev, code);
    (void)snprintf(sentence, sizeof(sentence), "check code %s.", code);
    assert_non_null(strstr(page, sentence));
}

static void the_worked_bodies_are_those_of_the_writers(void **state)
{
    struct world *w = *state;
    struct body_enrolled enrolled;
    struct body_collection collection;
    for (int i = 0; i < ENTRIES; i++) {
        assert_int_equal(entry_check_body(&w->entries[i]), TILL_OK);
    }
    assert_int_equal(entry_read_enrolled(&w->entries[0], &enrolled), TILL_OK);
    assert_string_equal(enrolled.terminal, w->terminal);
    assert_worked("authority", enrolled.authority, HASH_SIZE);
    assert_worked("public key", enrolled.public_key, PUBLIC_KEY_SIZE);
    assert_int_equal(entry_read_collection(&w->entries[3], &collection), TILL_OK);
    assert_int_equal(collection.amount_minor, 19058);
    assert_int_equal(collection.tendered_minor, 20000);
    assert_int_equal(collection.late_fee_minor, 416);
}

static void the_packed_fold_is_reproduced(void **state)
{
    struct world *w = *state;
    struct fold f;
    uint8_t memory[FOLD_PACKED_MAX];
    struct buffer packed;
    fold_init(&f);
    for (int i = 0; i < ENTRIES; i++) {
        assert_int_equal(fold_apply(&f, &w->entries[i], NULL), TILL_OK);
    }
    buffer_init(&packed, memory, sizeof(memory));
    assert_int_equal(fold_pack(&f, &packed), TILL_OK);
    assert_worked("fold", packed.data, packed.size);
}

static void the_table_of_kinds_is_that_of_the_code(void **state)
{
    (void)state;
    static const struct {
        uint16_t number;
        const char *name;
        const char *text;
    } kinds[] = {
#define X(name, number, text) {number, text, "| " #number " | " text " | "},
        KIND_LIST(X)
#undef X
    };
    const char *at = strstr(page, "| number | name | money |");
    assert_non_null(at);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        at = strstr(at, kinds[i].text);
        if (at == NULL) {
            fail_msg("not in the table, or out of order: %s", kinds[i].text);
            return;
        }
        at += strlen(kinds[i].text);
        bool money = strncmp(at, "yes | ", 6) == 0;
        assert_int_equal(money, kind_is_money(kinds[i].number));
        /* A kind that the page calls defined is one that a reader knows, and no other is. */
        const char *line_end = strchr(at, '\n');
        assert_non_null(line_end);
        bool defined = strncmp(line_end - 11, "| defined |", 11) == 0;
        struct entry e = {.kind = kinds[i].number, .body = "{\"nobody\":1}", .body_size = 12};
        assert_int_equal(entry_check_body(&e), defined ? TILL_E_PROTOCOL : TILL_READ_ONLY);
    }
    /* None too many: the next row would begin with a number. */
    at = strstr(at, "\n");
    assert_non_null(at);
    assert_int_not_equal(strncmp(at, "\n| 0x", 5), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_key_is_a_pair),
        cmocka_unit_test(the_genesis_is_reproduced),
        cmocka_unit_test(every_preimage_hash_and_signature_is_reproduced),
        cmocka_unit_test(the_worked_bodies_are_those_of_the_writers),
        cmocka_unit_test(the_packed_fold_is_reproduced),
        cmocka_unit_test(the_table_of_kinds_is_that_of_the_code),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
