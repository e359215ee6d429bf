/* The journal under real keys: signed by the device's, audited by anyone with the file alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"

#define PATH "/journal.db"
enum { SECTOR_SIZE = 512, RECEIPTS = 8, ENTRIES = 3 + 2 * RECEIPTS };

static struct crypto_key *device_key;
static struct sealer device_sealer;

static int make_key(void **state)
{
    (void)state;
    if (crypto_key_create(&device_key) != TILL_OK)
        return -1;
    crypto_sealer(&device_sealer, device_key);
    return 0;
}

static int free_key(void **state)
{
    (void)state;
    crypto_key_free(device_key);
    return 0;
}

/* The auditor's: a public key made from the point that the first entry names. */
static enum till_status public_sealer(void *context, const uint8_t point[PUBLIC_KEY_SIZE],
                                      struct sealer *sealer_out)
{
    struct crypto_key **key = context;
    enum till_status status;

    crypto_key_free(*key); /* it is asked for again where the chain is read again */
    *key = NULL;
    status = crypto_key_load_public(point, key);
    if (status == TILL_OK)
        crypto_sealer(sealer_out, *key);
    return status;
}

static struct journal *tell(void)
{
    struct journal_options options = story_options(CUT_VFS, PATH, &device_sealer);
    uint8_t point[PUBLIC_KEY_SIZE];
    struct journal *j = NULL;

    cut_vfs_create(1, SECTOR_SIZE);
    crypto_key_public(device_key, point);
    assert_int_equal(story_create(&options, point, &j), TILL_OK);
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 1; n <= RECEIPTS; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        assert_int_equal(story_print_done(j), TILL_OK);
    }
    return j;
}

static struct journal_verdict audit(void)
{
    struct crypto_key *public_key = NULL;
    struct journal_verifier verifier = {.context = &public_key, .sealer_for = public_sealer};
    struct journal_verdict verdict;

    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    crypto_key_free(public_key);
    return verdict;
}

static void a_signed_journal_is_sound_to_anyone(void **state)
{
    (void)state;
    journal_close(tell());
    struct journal_verdict verdict = audit();
    assert_string_equal(verdict.text, "");
    assert_int_equal(verdict.first_bad, 0);
    assert_int_equal(verdict.entries, ENTRIES);
    assert_string_equal(verdict.terminal, STORY_TERMINAL);
}

static void an_entry_sealed_by_another_key_is_named(void **state)
{
    struct crypto_key *other = NULL;
    struct journal *j = tell();

    (void)state;
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    crypto_sealer(&j->sealer, other);
    assert_int_equal(story_login(j), TILL_OK);
    journal_close(j);
    crypto_key_free(other);
    struct journal_verdict verdict = audit();
    assert_int_equal(verdict.first_bad, ENTRIES + 1);
    assert_int_equal(verdict.reason, TILL_E_SIGNATURE);
}

static void a_start_with_another_key_is_refused(void **state)
{
    struct journal_options options = story_options(CUT_VFS, PATH, &device_sealer);
    struct crypto_key *other = NULL;
    struct journal_found found;
    struct journal *j = NULL;

    (void)state;
    journal_close(tell());
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    crypto_sealer(&options.sealer, other);
    assert_int_equal(journal_open(&options, &found, &j), TILL_E_SIGNATURE);
    crypto_key_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_journal_is_sound_to_anyone),
        cmocka_unit_test(an_entry_sealed_by_another_key_is_named),
        cmocka_unit_test(a_start_with_another_key_is_refused),
    };

    return cmocka_run_group_tests(tests, make_key, free_key);
}
