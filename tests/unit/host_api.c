/* What the API answers, to whom; heads and books. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_text.h"
#include "codes.h"
#include "orders.h"
#include "statement.h"

static struct device device;
static struct api_answer answer;
static struct api api;
enum { INTERVAL_S = 3600, PLAIN_MAX = 1 << 20 };
static uint8_t plain[PLAIN_MAX];

static void open_api(void)
{
    api = (struct api){.store = office.store,
                       .authority = &office.authority,
                       .books = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = INTERVAL_S}};
}

static struct api_request request_of(const struct device *d, bool post, const char *path)
{
    struct crypto_cert cert;
    struct api_request r = {.post = post, .path = path, .terminal = d->terminal};
    assert_int_equal(crypto_cert_read(d->answer.line_cert, &cert), TILL_OK);
    r.has_peer = true;
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    return r;
}

static void ask_at(const struct api_request *r, int64_t now_s)
{
    api_answer_free(&answer);
    api_handle(&api, r, now_s, &answer);
}

static void get(const char *path, int64_t now_s)
{
    struct api_request r = request_of(&device, false, path);
    ask_at(&r, now_s);
}

static struct head read_head(void)
{
    struct head head;
    assert_int_equal(answer.code, 200);
    assert_int_equal(head_read(&office.authority.statement,
                               (struct span){(const uint8_t *)answer.content, answer.size}, &head),
                     TILL_OK);
    return head;
}

static struct book_manifest read_manifest(void)
{
    struct book_manifest manifest;
    assert_int_equal(answer.code, 200);
    assert_int_equal(manifest_read(&office.authority.statement,
                                   (struct span){(const uint8_t *)answer.content, answer.size},
                                   &manifest),
                     TILL_OK);
    return manifest;
}

static int refusal(void)
{
    struct wire_error error;
    assert_int_equal(
        wire_error_read((struct span){(const uint8_t *)answer.content, answer.size}, &error),
        TILL_OK);
    return error.status;
}

static int begin(void **state)
{
    (void)office_open(state);
    open_api();
    device_begin(&device, "0031");
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    device_end(&device);
    return office_close(state);
}

/* ---- who ------------------------------------------------------------------------------------- */

static void the_authority_is_for_everyone(void **state)
{
    (void)state;
    struct api_request r = {.path = "/v1/authority", .terminal = ""};
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_memory_equal(answer.content, office.authority.authority_pem, answer.size);
}

static void nothing_else_is_without_a_certificate(void **state)
{
    (void)state;
    static const char *const paths[] = {"/v1/head", "/v1/book", "/v1/book/1", "/v1/x", "/", ""};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct api_request r = {.path = paths[i], .terminal = "0031"};
        ask_at(&r, OFFICE_NOW_S);
        assert_int_equal(answer.code, 403);
        assert_int_equal(refusal(), TILL_NOT_ENROLLED);
    }
}

static void certificate_and_header_must_name_one_terminal(void **state)
{
    (void)state;
    struct api_request r = request_of(&device, false, "/v1/head");
    r.terminal = "0032";
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(refusal(), TILL_REFUSED);
    r.terminal = "";
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(refusal(), TILL_REFUSED);
}

static void another_certificate_of_that_name_is_not_it(void **state)
{
    (void)state;
    struct api_request r = request_of(&device, false, "/v1/head");
    r.peer_fingerprint[31] ^= 1;
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(refusal(), TILL_NOT_ENROLLED);
}

static void a_blocked_terminal_gets_nothing(void **state)
{
    (void)state;
    get("/v1/head", OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(codes_revoke(office.store, "0031", OFFICE_NOW_S), TILL_OK);
    get("/v1/head", OFFICE_NOW_S);
    assert_int_equal(refusal(), TILL_REVOKED);
}

static void a_large_enrolment_message_is_not_read(void **state)
{
    (void)state;
    static uint8_t large[ENROL_MESSAGE_MAX + 1];
    struct api_request r = {.post = true, .path = "/v1/enrol", .terminal = ""};
    r.body = (struct span){large, sizeof(large)};
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(answer.code, 413);
}

static void enrolling_over_the_api_gives_a_readable_answer(void **state)
{
    (void)state;
    static struct device other;
    static struct enrol_answer given;
    uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    device_make(&other, "0032");
    struct enrol_request wanted = device_request(&other);
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(enrol_request_write(&wanted, &out), TILL_OK);
    struct api_request r = {.post = true, .path = "/v1/enrol", .terminal = ""};
    r.body = (struct span){out.data, out.size};
    ask_at(&r, OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(
        enrol_answer_read((struct span){(const uint8_t *)answer.content, answer.size}, &given),
        TILL_OK);
    assert_string_equal(given.terminal, "0032");
    device_end(&other);
}

/* ---- heads ----------------------------------------------------------------------------------- */

static void post_batch(uint64_t from, uint64_t to, int64_t now_s)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    struct api_request r = request_of(&device, true, "/v1/journal");
    r.body = device_batch(&device, from, to, memory);
    ask_at(&r, now_s);
}

static void a_batch_is_answered_with_the_signed_head(void **state)
{
    (void)state;
    post_batch(1, 4, OFFICE_NOW_S);
    struct head head = read_head();
    assert_string_equal(head.terminal, "0031");
    assert_int_equal(head.seq, 4);
    assert_memory_equal(head.hash, device.entries[3].hash, HASH_SIZE);
    assert_int_equal(head.at_s, OFFICE_NOW_S);
    assert_false(head.stopped);
}

static void before_any_record_the_head_is_the_first_link(void **state)
{
    (void)state;
    get("/v1/head", OFFICE_NOW_S);
    struct head head = read_head();
    assert_int_equal(head.seq, 0);
    assert_memory_equal(head.hash, device.genesis, HASH_SIZE);
}

static void the_serial_of_heads_goes_up(void **state)
{
    (void)state;
    uint64_t last = 0;
    for (int i = 0; i < 3; i++) {
        get("/v1/head", OFFICE_NOW_S);
        assert_true(read_head().serial > last);
        last = read_head().serial;
        post_batch(1, 4, OFFICE_NOW_S);
        assert_true(read_head().serial > last);
        last = read_head().serial;
    }
}

static void a_gap_is_told_by_its_status(void **state)
{
    (void)state;
    post_batch(3, 4, OFFICE_NOW_S);
    assert_int_equal(answer.code, 409);
    assert_int_equal(refusal(), TILL_NEED_EARLIER);
}

/* ---- books ----------------------------------------------------------------------------------- */

/* The content of the newest book, unpacked into `plain`; checked against its manifest. */
static size_t fetch(int64_t now_s, struct book_manifest *manifest)
{
    char path[64];
    struct unpacker *u = NULL;
    struct buffer out;
    uint8_t hash[HASH_SIZE];
    get("/v1/book", now_s);
    *manifest = read_manifest();
    (void)snprintf(path, sizeof(path), "/v1/book/%llu",
                   (unsigned long long)manifest->meta.revision);
    get(path, now_s);
    assert_int_equal(answer.code, 200);
    assert_int_equal(answer.size, manifest->packed_size);
    struct span in = {(const uint8_t *)answer.content, answer.size};
    buffer_init(&out, plain, sizeof(plain));
    assert_int_equal(unpacker_open(PLAIN_MAX, &u), TILL_OK);
    assert_int_equal(unpacker_feed(u, &in, &out), TILL_OK);
    assert_true(unpacker_done(u));
    unpacker_close(u);
    assert_int_equal(out.size, manifest->plain_size);
    assert_int_equal(crypto_sha256((struct span){plain, out.size}, hash), TILL_OK);
    assert_memory_equal(hash, manifest->meta.hash, HASH_SIZE);
    assert_int_equal(
        crypto_sha256((struct span){(const uint8_t *)answer.content, answer.size}, hash), TILL_OK);
    assert_memory_equal(hash, manifest->content_hash, HASH_SIZE);
    return out.size;
}

static void a_book_holds_what_the_terminal_carries(void **state)
{
    (void)state;
    struct book_manifest manifest;
    struct book_text_line line;
    unsigned counts[BOOK_LINE_TYPES] = {0};
    size_t size = fetch(OFFICE_NOW_S, &manifest);
    for (size_t at = 0; at < size;) {
        const uint8_t *lf = memchr(plain + at, '\n', size - at);
        assert_non_null(lf);
        struct span text = {plain + at, (size_t)(lf - plain) - at};
        assert_int_equal(book_text_read(text, &line), TILL_OK);
        counts[line.type]++;
        at = (size_t)(lf - plain) + 1;
    }
    assert_int_equal(counts[BOOK_LINE_SITE], 1);
    assert_int_equal(counts[BOOK_LINE_USER], 2);
    assert_int_equal(counts[BOOK_LINE_METER_BOOK], 2);
    assert_int_equal(counts[BOOK_LINE_CUSTOMER], 3);
    assert_int_equal(counts[BOOK_LINE_BILL], 3);
    assert_int_equal(counts[BOOK_LINE_END], 1);
    assert_int_equal(manifest.meta.customers, 3);
}

static void a_pin_is_checked_with_the_devices_secret(void **state)
{
    (void)state;
    struct book_manifest manifest;
    struct book_text_line line;
    uint8_t stretched[HASH_SIZE], check[HASH_SIZE];
    size_t size = fetch(OFFICE_NOW_S, &manifest);
    char *at = memmem(plain, size, "{\"t\":\"user\"", 11);
    assert_non_null(at);
    size_t length = strcspn(at, "\n");
    assert_int_equal(book_text_read((struct span){(uint8_t *)at, length}, &line), TILL_OK);
    const struct book_user *u = &line.as.user;
    assert_string_equal(u->user, "1001");
    assert_int_equal(crypto_pbkdf2((struct span){(const uint8_t *)"1234", 4},
                                   (struct span){u->salt, sizeof(u->salt)}, u->rounds, stretched),
                     TILL_OK);
    assert_int_equal(crypto_hmac((struct span){device.answer.secret, HASH_SIZE},
                                 (struct span){stretched, HASH_SIZE}, check),
                     TILL_OK);
    assert_memory_equal(check, u->pin_check, HASH_SIZE);
}

static void a_book_comes_in_pieces_that_join(void **state)
{
    (void)state;
    static char whole[PLAIN_MAX];
    get("/v1/book", OFFICE_NOW_S);
    get("/v1/book/1", OFFICE_NOW_S);
    size_t size = answer.size;
    assert_true(size > 200 && size < sizeof(whole));
    memcpy(whole, answer.content, size);
    struct api_request r = request_of(&device, false, "/v1/book/1");
    r.most = 100;
    for (r.from = 0; r.from < size; r.from += answer.size) {
        ask_at(&r, OFFICE_NOW_S);
        assert_int_equal(answer.code, 206);
        assert_int_equal(answer.from, r.from);
        assert_int_equal(answer.whole, size);
        assert_true(answer.size == 100 || r.from + answer.size == size);
        assert_memory_equal(answer.content, whole + r.from, answer.size);
    }
    ask_at(&r, OFFICE_NOW_S); /* behind the end: all of it, and the asker sees that it erred */
    assert_int_equal(answer.code, 200);
    assert_int_equal(answer.size, size);
}

static void who_holds_the_newest_head_gets_none(void **state)
{
    (void)state;
    char path[32], tag[HEAD_TAG_MAX];
    get("/v1/head", OFFICE_NOW_S);
    struct head held = read_head();
    assert_int_equal(head_tag(&office.authority.statement, &held, tag), TILL_OK);
    (void)snprintf(path, sizeof(path), "/v1/head/%s", tag);
    get(path, OFFICE_NOW_S + 60);
    assert_int_equal(answer.code, 204);
    assert_int_equal(answer.size, 0);
    struct store_terminal t = office_terminal("0031");
    assert_int_equal(t.head_serial, held.serial); /* it cost no commit */
    t.stopped = true;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_terminal_put(office.store, &t), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    get(path, OFFICE_NOW_S + 61);
    assert_true(read_head().stopped);
}

static void asking_again_makes_no_new_revision(void **state)
{
    (void)state;
    get("/v1/book", OFFICE_NOW_S);
    assert_int_equal(read_manifest().meta.revision, 1);
    get("/v1/book", OFFICE_NOW_S + 10 * INTERVAL_S);
    assert_int_equal(read_manifest().meta.revision, 1);
}

static void collections_wait_for_the_interval(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    get("/v1/book", OFFICE_NOW_S);
    device_collect(&device, &body, 0);
    post_batch(1, 5, OFFICE_NOW_S + 60);
    assert_int_equal(read_head().book_revision, 1);
    get("/v1/book", OFFICE_NOW_S + 60);
    assert_int_equal(read_manifest().meta.applied_seq, 0);
    get("/v1/head", OFFICE_NOW_S + INTERVAL_S + 60);
    assert_int_equal(read_head().book_revision, 2);
    get("/v1/book", OFFICE_NOW_S + INTERVAL_S + 60);
    assert_int_equal(read_manifest().meta.applied_seq, 5);
}

static void an_import_is_offered_at_once(void **state)
{
    (void)state;
    get("/v1/book", OFFICE_NOW_S);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202610,1,20,52.00,20261231\n");
    get("/v1/head", OFFICE_NOW_S + 1);
    assert_int_equal(read_head().book_revision, 2);
}

static void a_record_set_aside_is_named_in_the_next_book_at_once(void **state)
{
    (void)state;
    struct body_collection lost = device_cash("6109999999", 1000);
    get("/v1/book", OFFICE_NOW_S);
    device_collect(&device, &lost, 0);
    post_batch(1, 5, OFFICE_NOW_S + 1);
    assert_int_equal(read_head().book_revision, 2);
    get("/v1/book", OFFICE_NOW_S + 1);
    struct book_manifest manifest = read_manifest();
    assert_int_equal(manifest.meta.applied_seq, 5);
    assert_int_equal(manifest.meta.unapplied_count, 1);
    assert_int_equal(manifest.meta.unapplied[0], 5);
}

static void a_lost_book_is_made_anew(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    struct book_manifest manifest;
    (void)fetch(OFFICE_NOW_S, &manifest);
    office_path("books/0031-1.txt", path);
    assert_int_equal(remove(path), 0);
    (void)fetch(OFFICE_NOW_S, &manifest);
    assert_int_equal(manifest.meta.revision, 2);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static void orders_are_named_in_the_head_and_fetched_signed(void **state)
{
    (void)state;
    struct orders o;
    bool named[LIMIT_COUNT] = {false};
    int64_t values[LIMIT_COUNT] = {0};
    get("/v1/head", OFFICE_NOW_S);
    assert_int_equal(read_head().orders_serial, 0);
    get("/v1/orders", OFFICE_NOW_S);
    assert_int_equal(answer.code, 404);
    named[LIMIT_UNSENT] = true;
    values[LIMIT_UNSENT] = 300;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(orders_set_limits(office.store, "0031", named, values, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    get("/v1/head", OFFICE_NOW_S);
    uint64_t serial = read_head().orders_serial;
    assert_true(serial > 0);
    get("/v1/orders", OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(orders_read(&office.authority.statement,
                                 (struct span){(const uint8_t *)answer.content, answer.size}, &o),
                     TILL_OK);
    assert_int_equal(o.limits.serial, serial);
    assert_int_equal(o.limits.value[LIMIT_UNSENT], 300);
    assert_string_equal(o.terminal, "0031");
}

/* ---- deltas ---------------------------------------------------------------------------------- */

enum { CROWD = 120 };

static void import_crowd(int64_t first_bill_minor, unsigned from, unsigned to)
{
    static char csv[64 * 1024];
    size_t size = (size_t)snprintf(csv, sizeof(csv),
                                   "account,name,address,meter,meter_book,order,class,phone\n");
    for (unsigned i = from; i < to; i++) {
        size += (size_t)snprintf(csv + size, sizeof(csv) - size,
                                 "62001%05u,王%u,翠湖路 %u 号,77%06u,CX01,%u,resident,138%08u\n",
                                 i * 7919 % 100000, i, i * 31 % 97, i * 104729 % 1000000, 10 + i,
                                 i * 15485863 % 100000000);
    }
    assert_int_equal(office_import(csv).bad, 0);
    (void)snprintf(csv, sizeof(csv),
                   "account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                   ",202601,1,20,%lld.00,20261231\n",
                   (long long)first_bill_minor);
    assert_int_equal(office_import(csv).bad, 0);
}

/* What the terminal says that it has. */
static void tell_applied(const struct book_manifest *manifest)
{
    struct entry e = {0};
    struct body_book_applied body = {.revision = manifest->meta.revision,
                                     .customers = manifest->meta.customers};
    memcpy(body.hash, manifest->meta.hash, HASH_SIZE);
    assert_int_equal(entry_write_book_applied(&e, &body), TILL_OK);
    device_append(&device, &e);
    post_batch(1, device.count, OFFICE_NOW_S);
}

static size_t fetch_delta(uint64_t revision, uint64_t since, char *out, size_t capacity)
{
    char path[64];
    struct unpacker *u = NULL;
    struct buffer plain_out;
    (void)snprintf(path, sizeof(path), "/v1/book/%llu/%llu", (unsigned long long)revision,
                   (unsigned long long)since);
    get(path, OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    struct span in = {(const uint8_t *)answer.content, answer.size};
    buffer_init(&plain_out, out, capacity - 1);
    assert_int_equal(unpacker_open(capacity, &u), TILL_OK);
    assert_int_equal(unpacker_feed(u, &in, &plain_out), TILL_OK);
    assert_true(unpacker_done(u));
    unpacker_close(u);
    out[plain_out.size] = '\0';
    return plain_out.size;
}

static void what_changed_since_the_book_that_a_terminal_has_is_given_alone(void **state)
{
    (void)state;
    static char delta[PLAIN_MAX];
    struct book_manifest base, whole;
    uint8_t hash[HASH_SIZE];
    import_crowd(10, 0, CROWD);
    (void)fetch(OFFICE_NOW_S, &base);
    tell_applied(&base);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202611,1,20,52.00,20261231\n");
    get("/v1/book/since/1", OFFICE_NOW_S);
    struct book_manifest manifest = read_manifest();
    assert_int_equal(manifest.since, 1);
    assert_int_equal(manifest.meta.revision, 2);
    assert_memory_equal(manifest.base_hash, base.meta.hash, HASH_SIZE);
    assert_int_equal(fetch_delta(2, 1, delta, sizeof(delta)), manifest.plain_size);
    assert_int_equal(answer.size, manifest.packed_size);
    assert_int_equal(crypto_sha256((struct span){(uint8_t *)answer.content, answer.size}, hash),
                     TILL_OK);
    assert_memory_equal(hash, manifest.content_hash, HASH_SIZE);
    assert_non_null(strstr(delta, OFFICE_OTHER));
    assert_non_null(strstr(delta, "\"month\":202611"));
    assert_null(strstr(delta, "\"account\":\"" OFFICE_ACCOUNT "\""));
    assert_null(strstr(delta, "\"t\":\"site\""));
    (void)fetch(OFFICE_NOW_S, &whole);
    assert_memory_equal(manifest.meta.hash, whole.meta.hash, HASH_SIZE);
    assert_true(manifest.packed_size < whole.packed_size / 2);
}

static void over_a_book_that_the_terminal_has_not_the_whole_is_given(void **state)
{
    (void)state;
    struct book_manifest base;
    import_crowd(10, 0, CROWD);
    (void)fetch(OFFICE_NOW_S, &base);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202611,1,20,52.00,20261231\n");
    get("/v1/book/since/1", OFFICE_NOW_S); /* the terminal never said that it has it */
    assert_int_equal(read_manifest().since, 0);
    base.meta.hash[0] ^= 1;
    tell_applied(&base); /* another book under that number */
    get("/v1/book/since/1", OFFICE_NOW_S);
    assert_int_equal(read_manifest().since, 0);
}

static void a_delta_as_large_as_half_the_book_is_none(void **state)
{
    (void)state;
    struct book_manifest base;
    import_crowd(10, 0, CROWD);
    (void)fetch(OFFICE_NOW_S, &base);
    tell_applied(&base);
    import_crowd(10, CROWD, 4 * CROWD);
    for (int i = 0; i < 2; i++) {
        get("/v1/book/since/1", OFFICE_NOW_S);
        assert_int_equal(read_manifest().since, 0);
    }
}

static void the_book_that_a_terminal_has_is_kept_however_old(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    struct book_manifest base, later;
    import_crowd(10, 0, CROWD);
    (void)fetch(OFFICE_NOW_S, &base);
    tell_applied(&base);
    for (int month = 202602; month < 202607; month++) {
        char csv[160];
        (void)snprintf(csv, sizeof(csv),
                       "account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                       ",%d,1,20,5.00,20261231\n",
                       month);
        assert_int_equal(office_import(csv).bad, 0);
        (void)fetch(OFFICE_NOW_S, &later);
    }
    assert_int_equal(later.meta.revision, 6);
    office_path("books/0031-1.zst", path);
    assert_true(files_exist(path));
    office_path("books/0031-3.zst", path);
    assert_false(files_exist(path));
    get("/v1/book/since/1", OFFICE_NOW_S);
    assert_int_equal(read_manifest().since, 1);
}

static void no_path_leads_to_another_file(void **state)
{
    (void)state;
    static const char *const paths[] = {"/v1/book/1/1",
                                        "/v1/book/1/0",
                                        "/v1/book/since",
                                        "/v1/book/since/",
                                        "/v1/book/since/0",
                                        "/v1/book/since/1/",
                                        "/v1/book/since/x",
                                        "/v1/book/",
                                        "/v1/book/0",
                                        "/v1/book/01",
                                        "/v1/book/-1",
                                        "/v1/book/1/",
                                        "/v1/book/../host.db",
                                        "/v1/book/99",
                                        "/v1/book/1e0",
                                        "/v1/book/1.zst",
                                        "/v1/book/18446744073709551617"};
    get("/v1/book", OFFICE_NOW_S);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        get(paths[i], OFFICE_NOW_S);
        assert_int_equal(answer.code, 404);
    }
}

#define API_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(the_authority_is_for_everyone),
        API_TEST(nothing_else_is_without_a_certificate),
        API_TEST(certificate_and_header_must_name_one_terminal),
        API_TEST(another_certificate_of_that_name_is_not_it),
        API_TEST(a_blocked_terminal_gets_nothing),
        API_TEST(a_large_enrolment_message_is_not_read),
        API_TEST(enrolling_over_the_api_gives_a_readable_answer),
        API_TEST(a_batch_is_answered_with_the_signed_head),
        API_TEST(before_any_record_the_head_is_the_first_link),
        API_TEST(the_serial_of_heads_goes_up),
        API_TEST(a_gap_is_told_by_its_status),
        API_TEST(a_book_holds_what_the_terminal_carries),
        API_TEST(a_pin_is_checked_with_the_devices_secret),
        API_TEST(a_book_comes_in_pieces_that_join),
        API_TEST(who_holds_the_newest_head_gets_none),
        API_TEST(asking_again_makes_no_new_revision),
        API_TEST(collections_wait_for_the_interval),
        API_TEST(an_import_is_offered_at_once),
        API_TEST(a_record_set_aside_is_named_in_the_next_book_at_once),
        API_TEST(a_lost_book_is_made_anew),
        API_TEST(orders_are_named_in_the_head_and_fetched_signed),
        API_TEST(what_changed_since_the_book_that_a_terminal_has_is_given_alone),
        API_TEST(over_a_book_that_the_terminal_has_not_the_whole_is_given),
        API_TEST(a_delta_as_large_as_half_the_book_is_none),
        API_TEST(the_book_that_a_terminal_has_is_kept_however_old),
        API_TEST(no_path_leads_to_another_file),
    };
    return cmocka_run_group_tests_name("host_api", tests, NULL, NULL);
}
