/* Sticks at the host: what is taken in as if by the line, what is left alone, what goes back. */
#include "office.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "orders.h"
#include "seal.h"
#include "stick_intake.h"
#include "text.h"

static struct device first, second;
static struct stick_trust trust;
static char folder[FILES_PATH_MAX];
static struct stick_taken taken[8];
static size_t taken_count; /* of them */
static size_t taken_all;
static struct stick_file taken_last;

static void note(void *context, const struct stick_taken *one)
{
    (void)context;
    struct stick_file file;
    assert_true(stick_file_read_name(one->name, &file));
    int order = strcmp(file.terminal, taken_last.terminal);
    bool later =
        file.from != taken_last.from ? file.from > taken_last.from : file.to > taken_last.to;
    assert_true(taken_all == 0 || order > 0 || (order == 0 && later));
    taken_last = file;
    taken_all++;
    if (taken_count < 8) {
        taken[taken_count++] = *one;
    }
}

static void put(const char *place, const char *name, struct span bytes)
{
    char path[FILES_PATH_MAX];
    assert_true(snprintf(path, sizeof(path), "%.200s/fieldtill", folder) > 0);
    (void)mkdir(path, 0700);
    assert_true(snprintf(path, sizeof(path), "%.200s/fieldtill/%s", folder, place) > 0);
    (void)mkdir(path, 0700);
    assert_true(snprintf(path, sizeof(path), "%.200s/fieldtill/%s/%s", folder, place, name) > 0);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

/* A batch of a device as it stands on a stick; damage: a byte that is altered, 0 = none. */
static void put_batch(const struct device *d, uint64_t from, uint64_t to, struct crypto_key *key,
                      size_t damage)
{
    static uint8_t packed[BATCH_PACKED_MAX], sealed[STICK_FILE_NAME_MAX + BATCH_PACKED_MAX + 512];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct stick_file file = {.from = from, .to = to};
    char name[STICK_FILE_NAME_MAX];
    struct buffer out;
    text_copy(file.terminal, sizeof(file.terminal), d->terminal);
    assert_int_equal(stick_file_name(&file, name), TILL_OK);
    crypto_key_public(key, point);
    buffer_init(&out, sealed, sizeof(sealed));
    assert_int_equal(crypto_seal(point, name, device_batch(d, from, to, packed), &out), TILL_OK);
    if (damage > 0) {
        sealed[out.size - damage] ^= 1;
    }
    put(STICK_OUT, name, (struct span){sealed, out.size});
}

static struct stick_intake take_in(void)
{
    struct api api = {.store = office.store,
                      .authority = &office.authority,
                      .books = {office.store, office.dir, &office.authority.statement, 3600}};
    struct stick_intake intake = {
        .api = &api, .trust = &trust, .now_s = OFFICE_NOW_S + 100, .taken = note};
    taken_count = taken_all = 0;
    assert_int_equal(stick_intake(&intake, folder), TILL_OK);
    return intake;
}

/* The acknowledgement that lies there for a terminal. */
static enum till_status read_ack(const char *terminal, struct head *head_out, bool *orders_out)
{
    static char text[STICK_ACK_MAX + 1];
    char path[FILES_PATH_MAX];
    struct span head, orders;
    (void)snprintf(path, sizeof(path), "%.200s/fieldtill/in/%s.ack", folder, terminal);
    enum till_status status = files_read_text(path, text, sizeof(text));
    if (status != TILL_OK) {
        return status;
    }
    struct span all = {(const uint8_t *)text, strlen(text)};
    assert_int_equal(stick_ack_split(all, &head, &orders), TILL_OK);
    *orders_out = orders.size > 0;
    return head_read(&office.authority.statement, head, head_out);
}

static int open_all(void **state)
{
    int failed = office_open(state);
    assert_int_equal(stick_trust_open(office.dir, &trust), TILL_OK);
    office_path("stick", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    device_begin(&first, "0031");
    device_begin(&second, "0032");
    return failed;
}

static int close_all(void **state)
{
    device_end(&first);
    device_end(&second);
    stick_trust_close(&trust);
    return office_close(state);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void files_of_several_terminals_are_taken_in_and_acknowledged(void **state)
{
    (void)state;
    struct head head;
    bool orders = true;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    device_collect(&first, &body, 0);
    put_batch(&first, 4, first.count, trust.key, 0);
    put_batch(&first, 1, 3, trust.key, 0);
    put_batch(&second, 1, second.count, trust.key, 0);
    struct stick_intake intake = take_in();
    assert_int_equal(taken_count, 3);
    assert_int_equal(taken[0].file.from, 1); /* by their numbers, whatever the folder's order */
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(taken[i].status, TILL_OK);
    }
    assert_int_equal(intake.acknowledged, 2);
    assert_int_equal(read_ack("0031", &head, &orders), TILL_OK);
    assert_int_equal(head.seq, first.count);
    assert_false(orders);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    office_assert_sound();
}

static void the_same_stick_again_posts_nothing_and_brings_a_newer_head(void **state)
{
    (void)state;
    struct head head, again;
    bool orders;
    put_batch(&first, 1, first.count, trust.key, 0);
    (void)take_in();
    assert_int_equal(read_ack("0031", &head, &orders), TILL_OK);
    int64_t postings = office_postings();
    (void)take_in();
    assert_int_equal(taken[0].status, TILL_OK);
    assert_int_equal(taken[0].batch.stored, 0);
    assert_int_equal(office_postings(), postings);
    assert_int_equal(read_ack("0031", &again, &orders), TILL_OK);
    assert_true(again.serial > head.serial);
}

/* Files stay on a stick: more than a page of them, and what is new stands last. */
static void a_stick_with_a_year_s_files_is_taken_in_to_its_last(void **state)
{
    enum { OLD_FILES = 600 };
    (void)state;
    struct head head;
    bool orders;
    for (uint64_t i = 0; i < OLD_FILES; i++) {
        struct stick_file file = {.terminal = "0030", .from = 1 + 7919 * i % 6007, .to = 9000};
        char name[STICK_FILE_NAME_MAX];
        assert_int_equal(stick_file_name(&file, name), TILL_OK);
        put(STICK_OUT, name, (struct span){(const uint8_t *)"x", 1});
    }
    put_batch(&first, 1, 2, trust.key, 0);
    put_batch(&first, 3, first.count, trust.key, 0);
    put_batch(&second, 1, second.count, trust.key, 0);
    struct stick_intake intake = take_in();
    assert_int_equal(taken_all, OLD_FILES + 3);
    assert_int_equal(intake.acknowledged, 2);
    assert_int_equal(read_ack("0031", &head, &orders), TILL_OK);
    assert_int_equal(head.seq, first.count);
    assert_int_equal(read_ack("0032", &head, &orders), TILL_OK);
    assert_int_equal(head.seq, second.count);
    assert_int_equal(take_in().acknowledged, 2);
    assert_int_equal(taken_all, OLD_FILES + 3);
}

static void orders_go_back_with_the_head(void **state)
{
    (void)state;
    struct head head;
    bool orders = false;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(orders_send(office.store, "0031", "come in on Friday", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    put_batch(&first, 1, first.count, trust.key, 0);
    (void)take_in();
    assert_int_equal(read_ack("0031", &head, &orders), TILL_OK);
    assert_true(orders);
}

static void what_was_altered_torn_or_sealed_elsewhere_is_named_and_left(void **state)
{
    (void)state;
    struct crypto_key *other = NULL;
    struct head head;
    bool orders;
    char path[FILES_PATH_MAX];
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    put_batch(&first, 1, 2, trust.key, 30);
    put_batch(&first, 1, 3, other, 0);
    put(STICK_OUT, "0031-1-1.fts", (struct span){(const uint8_t *)"FTSEAL1\n", 8});
    (void)snprintf(path, sizeof(path), "%.200s/fieldtill/out/0031-9-9.fts", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    put(STICK_OUT, "letter.doc", (struct span){(const uint8_t *)"x", 1});
    struct stick_intake intake = take_in();
    assert_int_equal(taken_count, 4);
    assert_int_equal(taken[0].status, TILL_E_PROTOCOL);
    assert_int_equal(taken[1].status, TILL_E_SIGNATURE);
    assert_int_equal(taken[2].status, TILL_REFUSED);
    assert_int_equal(taken[3].status, TILL_E_PROTOCOL);
    assert_int_equal(intake.acknowledged, 0);
    assert_int_equal(read_ack("0031", &head, &orders), TILL_NOT_FOUND);
    assert_int_equal(office_terminal("0031").head_seq, 0);
    crypto_key_free(other);
}

static void a_batch_that_its_terminal_did_not_sign_is_refused(void **state)
{
    (void)state;
    second.entries[second.count - 1].signature[5] ^= 1;
    put_batch(&second, 1, second.count, trust.key, 0);
    (void)take_in();
    assert_int_equal(taken[0].status, TILL_E_SIGNATURE);
    assert_int_equal(office_terminal("0032").head_seq, 0);
}

static void who_lacks_earlier_records_learns_where_to_begin(void **state)
{
    (void)state;
    struct head head;
    bool orders;
    put_batch(&first, 3, first.count, trust.key, 0);
    struct stick_intake intake = take_in();
    assert_int_equal(taken[0].status, TILL_NEED_EARLIER);
    assert_int_equal(intake.acknowledged, 1);
    assert_int_equal(read_ack("0031", &head, &orders), TILL_OK);
    assert_int_equal(head.seq, 0);
}

static void a_stick_of_nobody_s_is_said(void **state)
{
    (void)state;
    struct stick_intake intake = {.taken = note, .trust = &trust};
    assert_int_equal(stick_intake(&intake, folder), TILL_NOT_FOUND);
}

static void the_key_stays_and_the_one_before_opens_still(void **state)
{
    (void)state;
    char from[FILES_PATH_MAX], to[FILES_PATH_MAX];
    struct stick_trust again;
    uint8_t point[PUBLIC_KEY_SIZE], other[PUBLIC_KEY_SIZE];
    crypto_key_public(trust.key, point);
    assert_int_equal(stick_trust_open(office.dir, &again), TILL_OK);
    crypto_key_public(again.key, other);
    assert_memory_equal(point, other, sizeof(point));
    stick_trust_close(&again);
    put_batch(&first, 1, first.count, trust.key, 0);
    int64_t before_s = trust.at_s;
    office_path("stick.key", from);
    office_path("stick.old.key", to);
    assert_int_equal(rename(from, to), 0);
    stick_trust_close(&trust);
    assert_int_equal(stick_trust_open(office.dir, &trust), TILL_OK);
    crypto_key_public(trust.key, other);
    assert_memory_not_equal(point, other, sizeof(point));
    assert_true(trust.at_s > before_s); /* so that terminals take it, within the same second too */
    (void)take_in();
    assert_int_equal(taken[0].status, TILL_OK);
}

static void terminals_get_the_key_signed(void **state)
{
    (void)state;
    struct api api = {.store = office.store, .authority = &office.authority};
    struct api_request request = {.path = "/v1/stick", .terminal = "0031", .has_peer = true};
    struct api_answer answer;
    struct stick_key key;
    uint8_t point[PUBLIC_KEY_SIZE];
    text_copy(request.peer_name, sizeof(request.peer_name), "0031");
    memcpy(request.peer_fingerprint, office_terminal("0031").line_cert, HASH_SIZE);
    api_handle(&api, &request, OFFICE_NOW_S, &answer);
    assert_int_equal(answer.code, 200);
    struct span text = {(const uint8_t *)answer.content, answer.size};
    assert_int_equal(stick_key_read(&office.authority.statement, text, &key), TILL_OK);
    crypto_key_public(trust.key, point);
    assert_memory_equal(key.point, point, sizeof(point));
    answer.content[30] ^= 1;
    assert_int_not_equal(stick_key_read(&office.authority.statement, text, &key), TILL_OK);
    api_answer_free(&answer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
    const struct CMUnitTest tests[] = {
        TEST(files_of_several_terminals_are_taken_in_and_acknowledged),
        TEST(the_same_stick_again_posts_nothing_and_brings_a_newer_head),
        TEST(a_stick_with_a_year_s_files_is_taken_in_to_its_last),
        TEST(orders_go_back_with_the_head),
        TEST(what_was_altered_torn_or_sealed_elsewhere_is_named_and_left),
        TEST(a_batch_that_its_terminal_did_not_sign_is_refused),
        TEST(who_lacks_earlier_records_learns_where_to_begin),
        TEST(a_stick_of_nobody_s_is_said),
        TEST(the_key_stays_and_the_one_before_opens_still),
        TEST(terminals_get_the_key_signed),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
