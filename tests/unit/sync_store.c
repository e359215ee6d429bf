/* The line's files and the spool: whole or not at all, through any interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book_text.h"
#include "certs.h"
#include "line_store.h"
#include "spool.h"

static char state_dir[128];
static struct certs_party authority, statements;

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static int make_folder(void **state)
{
    (void)state;
    const char *root = getenv("TMPDIR");
    snprintf(state_dir, sizeof(state_dir), "%s/sync-XXXXXX",
             root != NULL && strlen(root) < 80 ? root : "/tmp");
    return mkdtemp(state_dir) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(state_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int make_parties(void **state)
{
    (void)state;
    certs_party(&authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&statements, "statements", CRYPTO_USAGE_STATEMENT, &authority);
    return 0;
}

static int free_parties(void **state)
{
    (void)state;
    certs_free(&authority);
    certs_free(&statements);
    return 0;
}

/* ---- the line's identity --------------------------------------------------------------------- */

static void make_identity(const char *terminal, struct crypto_key *key, struct line_identity *id)
{
    struct crypto_cert_request r;
    *id = (struct line_identity){.url = "https://host.example:8443"};
    certs_request(&r, terminal, CRYPTO_USAGE_CLIENT, key);
    snprintf(id->terminal, sizeof(id->terminal), "%s", terminal);
    snprintf(id->authority_pem, sizeof(id->authority_pem), "%s", authority.pem);
    snprintf(id->statement_pem, sizeof(id->statement_pem), "%s", statements.pem);
    assert_int_equal(crypto_cert_issue(&r, authority.key, authority.pem, id->line_pem), TILL_OK);
}

static void enrol(struct line_store *s, const char *terminal)
{
    struct crypto_key *key = NULL;
    struct line_identity id;
    assert_int_equal(line_store_enrolling_key(s, terminal, &key), TILL_OK);
    make_identity(terminal, key, &id);
    assert_int_equal(line_store_commit(s, &id), TILL_OK);
    crypto_key_free(key);
}

static void assert_same_key(struct crypto_key *a, struct crypto_key *b, bool same)
{
    uint8_t one[PUBLIC_KEY_SIZE];
    uint8_t two[PUBLIC_KEY_SIZE];
    crypto_key_public(a, one);
    crypto_key_public(b, two);
    assert_int_equal(memcmp(one, two, sizeof(one)) == 0, same);
}

static mode_t mode_of(const char *folder, const char *name)
{
    char path[LINE_FILES_PATH_MAX];
    struct stat found;
    assert_int_equal(line_files_path(folder, name, path), TILL_OK);
    assert_int_equal(stat(path, &found), 0);
    return found.st_mode & 0777;
}

static void a_new_folder_is_not_enrolled(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_NOT_ENROLLED);
    line_store_close(&s);
}

static void two_programs_do_not_share_a_folder(void **state)
{
    (void)state;
    struct line_store s;
    struct line_store again;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    assert_int_equal(line_store_open(state_dir, &again), TILL_BUSY);
    line_store_close(&s);
    assert_int_equal(line_store_open(state_dir, &again), TILL_OK);
    line_store_close(&again);
}

static void an_identity_is_kept_for_its_owner_alone(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_string_equal(id.terminal, "0031");
    assert_string_equal(id.url, "https://host.example:8443");
    assert_string_equal(id.authority_pem, authority.pem);
    assert_int_equal(mode_of(state_dir, "line"), 0700);
    assert_int_equal(mode_of(s.line, "line.key"), 0600);
    line_store_close(&s);
}

static void an_unfinished_enrolment_goes_on_with_its_key(void **state)
{
    (void)state;
    struct line_store s;
    struct crypto_key *first = NULL;
    struct crypto_key *second = NULL;
    struct line_identity id;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    assert_int_equal(line_store_enrolling_key(&s, "0031", &first), TILL_OK);
    line_store_close(&s);
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_NOT_ENROLLED);
    assert_int_equal(line_store_enrolling_key(&s, "0031", &second), TILL_OK);
    assert_same_key(first, second, true);
    crypto_key_free(first);
    crypto_key_free(second);
    line_store_close(&s);
}

static void an_enrolment_that_is_repeated_bears_the_certified_key(void **state)
{
    (void)state;
    struct line_store s;
    struct crypto_key *key = NULL;
    struct crypto_cert cert;
    struct line_identity id;
    uint8_t public_key[PUBLIC_KEY_SIZE];
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_enrolling_key(&s, "0031", &key), TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_int_equal(crypto_cert_read(id.line_pem, &cert), TILL_OK);
    crypto_key_public(key, public_key);
    assert_memory_equal(public_key, cert.public_key, PUBLIC_KEY_SIZE);
    crypto_key_free(key);
    enrol(&s, "0031");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    line_store_close(&s);
}

static void another_number_has_another_key_and_replaces_the_first_whole(void **state)
{
    (void)state;
    struct line_store s;
    struct crypto_key *first = NULL;
    struct crypto_key *second = NULL;
    struct line_identity id;
    struct stat found;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_enrolling_key(&s, "0031", &first), TILL_OK);
    assert_int_equal(nftw(s.next, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    assert_int_equal(line_store_enrolling_key(&s, "0032", &second), TILL_OK);
    assert_same_key(first, second, false);
    /* Until it is committed, the first is in force. */
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_string_equal(id.terminal, "0031");
    enrol(&s, "0032");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_string_equal(id.terminal, "0032");
    assert_int_not_equal(stat(s.next, &found), 0);
    crypto_key_free(first);
    crypto_key_free(second);
    line_store_close(&s);
}

static void files_that_do_not_belong_together_are_noticed(void **state)
{
    (void)state;
    static const char *const names[] = {"line.key", "line.pem", "authority.pem", "statement.pem",
                                        "url"};
    for (size_t i = 0; i < 5; i++) {
        struct line_store s;
        struct line_identity id;
        char path[LINE_FILES_PATH_MAX];
        assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
        enrol(&s, "0031");
        assert_int_equal(line_files_path(s.line, names[i], path), TILL_OK);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(line_store_load(&s, &id), TILL_E_CORRUPT);
        line_store_close(&s);
    }
    struct line_store s;
    struct line_identity id;
    struct certs_party stranger;
    certs_party(&stranger, "0031", CRYPTO_USAGE_CLIENT, &authority);
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(
        line_files_write(s.line, "line.pem",
                         (struct span){(const uint8_t *)stranger.pem, strlen(stranger.pem)}),
        TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_E_CORRUPT);
    certs_free(&stranger);
    line_store_close(&s);
}

/* ---- the spool ------------------------------------------------------------------------------- */

enum { CONTENT_SIZE = 70000 };

/* A book's content in book.part, and the manifest that fits it. */
static void make_part(const char *folder, uint64_t revision, struct book_manifest *manifest)
{
    static uint8_t plain[CONTENT_SIZE];
    static uint8_t packed[CONTENT_SIZE + 1000];
    struct packer *p = NULL;
    struct buffer out;
    struct span in = {plain, sizeof(plain)};
    for (size_t i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)((i * i + revision) >> 7);
    }
    buffer_init(&out, packed, sizeof(packed));
    assert_int_equal(packer_open(&p), TILL_OK);
    assert_int_equal(packer_feed(p, &in, true, &out), TILL_OK);
    packer_close(p);
    assert_int_equal(line_files_write(folder, "book.part", (struct span){packed, out.size}),
                     TILL_OK);
    *manifest = (struct book_manifest){.packed_size = out.size, .plain_size = sizeof(plain)};
    manifest->meta.revision = revision;
    assert_int_equal(crypto_sha256((struct span){plain, sizeof(plain)}, manifest->meta.hash),
                     TILL_OK);
    assert_int_equal(crypto_sha256((struct span){packed, out.size}, manifest->content_hash),
                     TILL_OK);
}

static const struct span text = {(const uint8_t *)"signed manifest\n", 16};

static void a_whole_book_is_kept_and_found_after_a_restart(void **state)
{
    (void)state;
    struct line_store s;
    struct book_manifest m;
    struct spooled_book found;
    char path[LINE_FILES_PATH_MAX];
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    spool_load(s.spool, &found);
    assert_int_equal(found.revision, 0);
    make_part(s.spool, 12, &m);
    assert_int_equal(spool_keep(s.spool, &m, text, path), TILL_OK);
    spool_load(s.spool, &found);
    assert_int_equal(found.revision, 12);
    assert_string_equal(found.path, path);
    assert_int_equal(path[0], '/');
    assert_string_equal(found.manifest, "signed manifest\n");
    spool_drop(s.spool, 12);
    assert_int_not_equal(access(path, F_OK), 0);
    spool_load(s.spool, &found);
    assert_int_equal(found.revision, 0);
    line_store_close(&s);
}

static void orders_are_kept_as_they_were_signed(void **state)
{
    (void)state;
    struct line_store s;
    char found[STATEMENT_MAX + 1];
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    assert_false(spool_load_orders(s.spool, found));
    spool_keep_orders(s.spool, text);
    assert_true(spool_load_orders(s.spool, found));
    assert_string_equal(found, "signed manifest\n");
    line_store_close(&s);
}

static void a_book_that_is_not_what_was_signed_is_not_kept(void **state)
{
    (void)state;
    struct line_store s;
    struct book_manifest m;
    struct spooled_book found;
    char path[LINE_FILES_PATH_MAX];
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    make_part(s.spool, 12, &m);
    m.content_hash[5] ^= 1;
    assert_int_equal(spool_keep(s.spool, &m, text, path), TILL_E_CORRUPT);
    make_part(s.spool, 12, &m);
    m.plain_size++;
    assert_int_equal(spool_keep(s.spool, &m, text, path), TILL_E_CORRUPT);
    m.plain_size -= 2; /* more comes out than was signed */
    assert_int_equal(spool_keep(s.spool, &m, text, path), TILL_E_CORRUPT);
    m.plain_size++;
    assert_int_equal(line_files_path(s.spool, "book.part", path), TILL_OK);
    assert_int_equal(truncate(path, (off_t)m.packed_size - 1), 0);
    assert_int_equal(spool_keep(s.spool, &m, text, path), TILL_E_CORRUPT);
    spool_load(s.spool, &found);
    assert_int_equal(found.revision, 0);
    line_store_close(&s);
}

static void only_the_newest_whole_book_is_left_after_a_restart(void **state)
{
    (void)state;
    struct line_store s;
    struct book_manifest m;
    struct spooled_book found;
    char first[LINE_FILES_PATH_MAX];
    char second[LINE_FILES_PATH_MAX];
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    make_part(s.spool, 9, &m);
    assert_int_equal(spool_keep(s.spool, &m, text, first), TILL_OK);
    make_part(s.spool, 12, &m);
    assert_int_equal(spool_keep(s.spool, &m, text, second), TILL_OK);
    make_part(s.spool, 13, &m); /* came, and was not kept yet */
    struct spooled_part part;
    spool_load(s.spool, &found);
    spool_load_part(s.spool, &part);
    assert_int_equal(found.revision, 12);
    assert_int_equal(part.size, 0);
    assert_int_not_equal(access(first, F_OK), 0);
    assert_int_equal(line_files_path(s.spool, "book.part", first), TILL_OK);
    assert_int_not_equal(access(first, F_OK), 0);
    line_store_close(&s);
}

static void a_part_of_a_book_and_what_was_carried_outlive_a_restart(void **state)
{
    (void)state;
    struct line_store s;
    struct book_manifest m;
    struct spooled_part part;
    int64_t day = 0;
    uint64_t bytes = 0;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    spool_load_spent(s.spool, &day, &bytes);
    assert_int_equal(bytes, 0);
    spool_begin_part(s.spool, text);
    make_part(s.spool, 13, &m);
    spool_load_part(s.spool, &part);
    assert_int_equal(part.size, m.packed_size);
    assert_memory_equal(part.manifest, text.data, text.size);
    spool_begin_part(s.spool, text); /* of another */
    spool_load_part(s.spool, &part);
    assert_int_equal(part.size, 0);
    spool_keep_spent(s.spool, 20779, 123456);
    spool_load_spent(s.spool, &day, &bytes);
    assert_int_equal(day, 20779);
    assert_int_equal(bytes, 123456);
    line_store_close(&s);
}

/* ---- other authorities ----------------------------------------------------------------------- */

/* The certificates of the identity that is held, changed as line_trust_follow does. */
static void the_authorities_change_and_the_key_stays(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id, back;
    struct certs_party next, renewed;
    certs_party(&next, "authority-2", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&renewed, "statements", CRYPTO_USAGE_STATEMENT, &next);
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_string_equal(id.trust, "");
    assert_int_equal(crypto_bundle_add(id.authority_pem, next.pem), TILL_OK);
    snprintf(id.trust, sizeof(id.trust), "a word\nits signature\n");
    assert_int_equal(line_store_trust(&s, &id), TILL_OK);
    assert_int_equal(line_store_load(&s, &back), TILL_OK);
    assert_memory_equal(&back, &id, sizeof(id));
    /* The old one goes, and the certificates that are by the new one alone hold. */
    memcpy(id.authority_pem, next.pem, sizeof(next.pem));
    memcpy(id.statement_pem, renewed.pem, sizeof(id.statement_pem));
    assert_int_equal(line_store_trust(&s, &id), TILL_OK);
    assert_int_equal(line_store_load(&s, &back), TILL_OK);
    assert_string_equal(back.authority_pem, next.pem);
    assert_string_equal(back.line_pem, id.line_pem);
    line_store_close(&s);
    certs_free(&next);
    certs_free(&renewed);
}

static void another_number_knows_nothing_of_the_authorities_of_the_first(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    snprintf(id.trust, sizeof(id.trust), "a word\nits signature\n");
    assert_int_equal(line_store_trust(&s, &id), TILL_OK);
    enrol(&s, "0032");
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    assert_string_equal(id.trust, "");
    line_store_close(&s);
}

static void put(const char *folder, const char *name)
{
    assert_int_equal(line_files_write(folder, name, (struct span){(const uint8_t *)"x", 1}),
                     TILL_OK);
}

static int count_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    const char *name = path + walk->base;
    if (type == FTW_F && strcmp(name, "spent") != 0 && strcmp(name, "line.lock") != 0) {
        fail_msg("%s is left", path);
    }
    return 0;
}

static void nothing_is_left_of_a_number_that_was_ended_here(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id;
    struct crypto_key *key = NULL;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0031");
    assert_int_equal(line_store_renewing_key(&s, &key), TILL_OK);
    crypto_key_free(key);
    static const char *const spooled[] = {"spent",         "orders",     "book.part",
                                          "part.manifest", "book-7.zst", "book-7.manifest",
                                          "orders.new"};
    for (size_t i = 0; i < sizeof(spooled) / sizeof(spooled[0]); i++) {
        put(s.spool, spooled[i]);
    }
    put(s.line, "line.key.new");
    put(s.state, "session");
    assert_int_equal(line_store_forget(&s, "0031"), TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_NOT_ENROLLED);
    assert_int_equal(nftw(state_dir, count_one, 8, FTW_PHYS), 0);
    assert_int_equal(line_store_forget(&s, "0031"), TILL_OK); /* told once more */
    line_store_close(&s);
}

static void the_end_of_another_number_takes_nothing(void **state)
{
    (void)state;
    struct line_store s;
    struct line_identity id;
    assert_int_equal(line_store_open(state_dir, &s), TILL_OK);
    enrol(&s, "0032");
    assert_int_equal(line_store_forget(&s, "0031"), TILL_OK);
    assert_int_equal(line_store_load(&s, &id), TILL_OK);
    line_store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_folder_is_not_enrolled, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(two_programs_do_not_share_a_folder, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_identity_is_kept_for_its_owner_alone, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_unfinished_enrolment_goes_on_with_its_key, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_enrolment_that_is_repeated_bears_the_certified_key,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(another_number_has_another_key_and_replaces_the_first_whole,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(files_that_do_not_belong_together_are_noticed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_whole_book_is_kept_and_found_after_a_restart, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(orders_are_kept_as_they_were_signed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_book_that_is_not_what_was_signed_is_not_kept, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_part_of_a_book_and_what_was_carried_outlive_a_restart,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(only_the_newest_whole_book_is_left_after_a_restart,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_authorities_change_and_the_key_stays, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_a_number_that_was_ended_here,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_end_of_another_number_takes_nothing, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(
            another_number_knows_nothing_of_the_authorities_of_the_first, make_folder,
            remove_folder),
    };
    return cmocka_run_group_tests(tests, make_parties, free_parties);
}
