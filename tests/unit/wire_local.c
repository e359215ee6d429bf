/* The local socket: bodies, datagrams, and both ends of a real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "local.h"
#include "text.h"

static char folder[64];
static char path[LOCAL_PATH_MAX];

static int make_folder(void **state)
{
    (void)state;
    const char *root = getenv("TMPDIR");
    snprintf(folder, sizeof(folder), "%s/wire-XXXXXX",
             root != NULL && strlen(root) < 40 ? root : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof(path), "%s/line", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

/* ---- bodies ---------------------------------------------------------------------------------- */

static char memory[96 * 1024];

static struct span written(const struct buffer *out)
{
    return (struct span){out->data, out->size};
}

static void a_hello_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    struct local_hello v = {.version = "0.1.0", .terminal = "", .protocol = 1};
    struct local_hello again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_hello(&v, &out), TILL_OK);
    assert_int_equal(local_read_hello(written(&out), &again), TILL_OK);
    assert_string_equal(again.version, "0.1.0");
    assert_string_equal(again.terminal, "");
    assert_int_equal(again.protocol, 1);
}

static void a_network_state_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    struct local_network v = {
        .bearer = 3, .airplane = true, .has_signal = true, .signal = 75, .budget_bytes = 262144};
    struct local_network again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_network(&v, &out), TILL_OK);
    assert_int_equal(local_read_network(written(&out), &again), TILL_OK);
    assert_int_equal(again.bearer, 3);
    assert_true(again.airplane);
    assert_true(again.has_signal);
    assert_int_equal(again.signal, 75);
    assert_int_equal(again.budget_bytes, 262144);
    assert_string_equal(again.zone, ""); /* of a terminal that does not say it yet */
    text_copy(v.zone, sizeof(v.zone), "CST-8");
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_network(&v, &out), TILL_OK);
    assert_int_equal(local_read_network(written(&out), &again), TILL_OK);
    assert_string_equal(again.zone, "CST-8");
    text_copy(v.zone, sizeof(v.zone), "moon");
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_network(&v, &out), TILL_OK);
    assert_int_equal(local_read_network(written(&out), &again), TILL_E_PROTOCOL);
    v.zone[0] = '\0';
    v.has_signal = false;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_network(&v, &out), TILL_OK);
    assert_int_equal(local_read_network(written(&out), &again), TILL_OK);
    assert_false(again.has_signal);
}

static void a_question_comes_back_and_can_not_lead_a_path_astray(void **state)
{
    (void)state;
    static const char *const bad[] = {"../head", "a?b", "a b", "a%2e", "\xe4\xb8\xad"};
    struct buffer out;
    struct local_query v = {.what = QUERY_RECEIPT, .argument = "0031/12/ab"};
    struct local_query again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_query(&v, &out), TILL_OK);
    assert_int_equal(local_read_query(written(&out), &again), TILL_OK);
    assert_int_equal(again.what, QUERY_RECEIPT);
    assert_string_equal(again.argument, "0031/12/ab");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char json[128];
        snprintf(v.argument, sizeof(v.argument), "%s", bad[i]);
        buffer_init(&out, memory, sizeof(memory));
        assert_int_equal(local_write_query(&v, &out), TILL_BAD_INPUT);
        snprintf(json, sizeof(json), "{\"what\":1,\"argument\":\"%s\"}", bad[i]);
        struct span text = {(const uint8_t *)json, strlen(json)};
        assert_int_equal(local_read_query(text, &again), TILL_E_PROTOCOL);
    }
}

static enum till_status write_report(const char *name, const char *user, int64_t at_s, size_t size,
                                     struct buffer *out)
{
    static uint8_t content[LOCAL_REPORT_SIZE_MAX + 1];
    struct local_report v = {.at_s = at_s, .content = {content, size}};
    memset(content, 'x', sizeof(content));
    text_copy(v.name, sizeof(v.name), name);
    text_copy(v.user, sizeof(v.user), user);
    buffer_init(out, memory, sizeof(memory));
    return local_write_report(&v, out);
}

static void a_report_comes_back_whole(void **state)
{
    (void)state;
    struct buffer out;
    struct local_report again;
    assert_int_equal(write_report("0031-books-20261101-20261130.csv", "1001", 1795309200,
                                  LOCAL_REPORT_SIZE_MAX, &out),
                     TILL_OK);
    assert_int_equal(local_read_report(written(&out), &again), TILL_OK);
    assert_string_equal(again.name, "0031-books-20261101-20261130.csv");
    assert_string_equal(again.user, "1001");
    assert_int_equal(again.at_s, 1795309200);
    assert_int_equal(again.content.size, LOCAL_REPORT_SIZE_MAX);
    assert_int_equal(again.content.data[0], 'x');
}

static void a_report_can_not_lead_a_path_astray_or_be_too_large(void **state)
{
    (void)state;
    static const char *const names[] = {"",        ".csv",     "a.pdf",           "../a.csv",
                                        "a/b.csv", "a b.csv",  "a?b.csv",         "a..b.csv",
                                        ".a.csv",  "a.csv/..", "\xe4\xb8\xad.csv"};
    struct buffer out;
    struct local_report again;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char body[128];
        assert_int_equal(write_report(names[i], "1001", 1, 1, &out), TILL_BAD_INPUT);
        snprintf(body, sizeof(body), "%s\n1001\n1\nx", names[i]);
        struct span text = {(const uint8_t *)body, strlen(body)};
        assert_int_equal(local_read_report(text, &again), TILL_E_PROTOCOL);
    }
    assert_int_equal(write_report("a.csv", "10/1", 1, 1, &out), TILL_BAD_INPUT);
    assert_int_equal(write_report("a.csv", "1001", 0, 1, &out), TILL_BAD_INPUT);
    assert_int_equal(write_report("a.csv", "1001", 1, 0, &out), TILL_BAD_INPUT);
    assert_int_equal(write_report("a.csv", "1001", 1, LOCAL_REPORT_SIZE_MAX + 1, &out),
                     TILL_TOO_LARGE);
    static const char *const bodies[] = {"",
                                         "a.csv",
                                         "a.csv\n1001\n1\n",
                                         "a.csv\n1001\n01\nx",
                                         "a.csv\n1001\n-1\nx",
                                         "a.csv\n1001\n1 \nx",
                                         "a.csv\n1001\n9999999999999\nx",
                                         "a.csv\n\n1\nx"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct span text = {(const uint8_t *)bodies[i], strlen(bodies[i])};
        assert_int_equal(local_read_report(text, &again), TILL_E_PROTOCOL);
    }
}

static void pending_and_want_come_back(void **state)
{
    (void)state;
    struct buffer out;
    struct local_pending p = {
        .head = 9007199254740991, .acknowledged = 5, .book = 7, .orders = 1795314000};
    struct local_pending p_again;
    struct local_want w = {.from = 6, .entries = 200};
    struct local_want w_again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_pending(&p, &out), TILL_OK);
    assert_int_equal(local_read_pending(written(&out), &p_again), TILL_OK);
    assert_int_equal(p_again.head, p.head);
    assert_int_equal(p_again.acknowledged, p.acknowledged);
    assert_int_equal(p_again.book, p.book);
    assert_int_equal(p_again.orders, p.orders);
    assert_false(p_again.wants_stick);
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_want(&w, &out), TILL_OK);
    assert_int_equal(local_read_want(written(&out), &w_again), TILL_OK);
    assert_int_equal(w_again.from, 6);
    assert_int_equal(w_again.entries, 200);
}

static void a_count_too_large_for_json_is_not_written(void **state)
{
    (void)state;
    struct buffer out;
    struct local_pending p = {.head = UINT64_MAX};
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_pending(&p, &out), TILL_BAD_INPUT);
}

static void a_link_state_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    struct local_link v = {.state = LINK_BACKING_OFF,
                           .status = TILL_E_SIGNATURE,
                           .last_contact_s = 1795314000,
                           .next_try_s = 1795314060,
                           .bytes_today = 12345};
    struct local_link again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_link(&v, &out), TILL_OK);
    assert_int_equal(local_read_link(written(&out), &again), TILL_OK);
    assert_int_equal(again.state, LINK_BACKING_OFF);
    assert_int_equal(again.status, TILL_E_SIGNATURE);
    assert_int_equal(again.last_contact_s, 1795314000);
    assert_int_equal(again.next_try_s, 1795314060);
    assert_int_equal(again.bytes_today, 12345);
}

static void a_book_with_the_longest_manifest_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    static struct local_book v, again;
    memset(v.manifest, '"', sizeof(v.manifest) - 1);
    snprintf(v.path, sizeof(v.path), "/var/lib/fieldtill/spool/book-12.zst");
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_book(&v, &out), TILL_OK);
    assert_int_equal(local_read_book(written(&out), &again), TILL_OK);
    assert_string_equal(again.path, v.path);
    assert_string_equal(again.manifest, v.manifest);
}

static void an_enrolment_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    static struct local_enrol v = {.ticket = "FIELDTILL1 x", .journal_csr = "-----BEGIN\nA\n"};
    static struct local_enrol again;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_enrol(&v, &out), TILL_OK);
    assert_int_equal(local_read_enrol(written(&out), &again), TILL_OK);
    assert_string_equal(again.ticket, v.ticket);
    assert_string_equal(again.journal_csr, v.journal_csr);
}

static void an_applied_book_comes_back(void **state)
{
    (void)state;
    struct buffer out;
    uint64_t revision = 0;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_write_book_applied(12, &out), TILL_OK);
    assert_int_equal(local_read_book_applied(written(&out), &revision), TILL_OK);
    assert_int_equal(revision, 12);
}

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static void bodies_of_another_form_are_refused(void **state)
{
    (void)state;
    struct local_network n;
    struct local_want w;
    struct local_hello h;
    struct local_link l;
    assert_int_equal(local_read_network(span_of("{\"bearer\":4,\"airplane\":0}"), &n),
                     TILL_E_PROTOCOL);
    assert_int_equal(local_read_network(span_of("{\"bearer\":1}"), &n), TILL_E_PROTOCOL);
    assert_int_equal(local_read_network(span_of("{\"bearer\":1,\"airplane\":0,\"x\":1}"), &n),
                     TILL_E_PROTOCOL);
    assert_int_equal(local_read_want(span_of("{\"from\":0,\"entries\":1}"), &w), TILL_E_PROTOCOL);
    assert_int_equal(local_read_want(span_of("{\"from\":1,\"entries\":1001}"), &w),
                     TILL_E_PROTOCOL);
    assert_int_equal(
        local_read_hello(span_of("{\"version\":\"1\",\"terminal\":\"a b\",\"protocol\":1}"), &h),
        TILL_E_PROTOCOL);
    assert_int_equal(local_read_link(span_of("{\"state\":9,\"status\":0,\"last_contact_s\":0,"
                                             "\"next_try_s\":0,\"bytes_today\":0}"),
                                     &l),
                     TILL_E_PROTOCOL);
}

/* ---- datagrams and sockets ------------------------------------------------------------------- */

static void a_datagram_has_its_ten_bytes_of_header(void **state)
{
    (void)state;
    struct buffer out;
    struct local_message m = {.id = 0x01020304, .type = LOCAL_NOW, .deadline_ms = 0x0A0B0C0D};
    static const uint8_t expected[] = {1, 2, 3, 4, 0, 6, 0x0A, 0x0B, 0x0C, 0x0D, '{', '}'};
    m.body = span_of("{}");
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(local_encode(&m, &out), TILL_OK);
    assert_int_equal(out.size, sizeof(expected));
    assert_memory_equal(memory, expected, sizeof(expected));
    struct local_message again;
    assert_int_equal(local_decode(written(&out), &again), TILL_OK);
    assert_int_equal(again.id, m.id);
    assert_int_equal(again.type, m.type);
    assert_int_equal(again.deadline_ms, m.deadline_ms);
    assert_int_equal(again.body.size, 2);
    for (size_t size = 0; size < 10; size++) {
        assert_int_equal(local_decode((struct span){out.data, size}, &again), TILL_E_PROTOCOL);
    }
}

static void open_pair(int *listener, int *near, int *far)
{
    assert_int_equal(local_listen(path, listener), TILL_OK);
    assert_int_equal(local_connect(path, near), TILL_OK);
    assert_int_equal(local_accept(*listener, far), TILL_OK);
}

static void the_largest_message_passes_both_ways(void **state)
{
    (void)state;
    static uint8_t body[LOCAL_MESSAGE_MAX - 10];
    static uint8_t got[LOCAL_MESSAGE_MAX];
    int listener = -1;
    int ends[2] = {-1, -1};
    open_pair(&listener, &ends[0], &ends[1]);
    for (size_t i = 0; i < sizeof(body); i++) {
        body[i] = (uint8_t)(i * 7);
    }
    for (size_t i = 0; i < 2; i++) {
        struct local_message m = {.id = 9, .type = LOCAL_BATCH, .body = {body, sizeof(body)}};
        struct local_message again;
        assert_int_equal(local_send(ends[i], &m), TILL_OK);
        assert_int_equal(local_receive(ends[1 - i], got, &again), TILL_OK);
        assert_int_equal(again.body.size, sizeof(body));
        assert_memory_equal(again.body.data, body, sizeof(body));
        m.body.size++;
        assert_int_equal(local_send(ends[i], &m), TILL_TOO_LARGE);
    }
    close(ends[0]);
    close(ends[1]);
    close(listener);
}

static void an_empty_socket_says_so_and_a_closed_one_is_gone(void **state)
{
    (void)state;
    static uint8_t got[LOCAL_MESSAGE_MAX];
    int listener = -1;
    int near = -1;
    int far = -1;
    struct local_message m = {.type = LOCAL_NOW};
    open_pair(&listener, &near, &far);
    assert_int_equal(local_accept(listener, &far), TILL_UNCHANGED);
    assert_int_equal(local_receive(near, got, &m), TILL_UNCHANGED);
    close(far);
    assert_int_equal(local_receive(near, got, &m), TILL_DEVICE_OFFLINE);
    assert_int_equal(local_send(near, &m), TILL_DEVICE_OFFLINE);
    close(near);
    close(listener);
}

static void a_peer_that_does_not_read_makes_the_sender_wait(void **state)
{
    (void)state;
    static uint8_t body[100000];
    int listener = -1;
    int near = -1;
    int far = -1;
    struct local_message m = {.type = LOCAL_BATCH, .body = {body, sizeof(body)}};
    enum till_status status = TILL_OK;
    open_pair(&listener, &near, &far);
    for (int i = 0; i < 1000 && status == TILL_OK; i++) {
        status = local_send(near, &m);
    }
    assert_int_equal(status, TILL_BUSY);
    close(near);
    close(far);
    close(listener);
}

static void a_stale_socket_is_replaced_and_a_live_one_is_not(void **state)
{
    (void)state;
    int first = -1;
    int second = -1;
    struct stat file;
    assert_int_equal(local_listen(path, &first), TILL_OK);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    assert_int_equal(local_listen(path, &second), TILL_BUSY);
    close(first);
    assert_int_equal(local_connect(path, &second), TILL_DEVICE_OFFLINE);
    assert_int_equal(local_listen(path, &second), TILL_OK);
    close(second);
}

static void a_file_that_is_no_socket_stays(void **state)
{
    (void)state;
    int fd = -1;
    struct stat file;
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(local_listen(path, &fd), TILL_E_IO);
    assert_int_equal(stat(path, &file), 0);
    unlink(path);
}

static void nobody_there_and_a_path_too_long_are_told_apart(void **state)
{
    (void)state;
    int fd = -1;
    char long_path[LOCAL_PATH_MAX + 2];
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    unlink(path);
    assert_int_equal(local_connect(path, &fd), TILL_DEVICE_OFFLINE);
    assert_int_equal(local_connect(long_path, &fd), TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_comes_back),
        cmocka_unit_test(a_network_state_comes_back),
        cmocka_unit_test(a_question_comes_back_and_can_not_lead_a_path_astray),
        cmocka_unit_test(a_report_comes_back_whole),
        cmocka_unit_test(a_report_can_not_lead_a_path_astray_or_be_too_large),
        cmocka_unit_test(pending_and_want_come_back),
        cmocka_unit_test(a_count_too_large_for_json_is_not_written),
        cmocka_unit_test(a_link_state_comes_back),
        cmocka_unit_test(a_book_with_the_longest_manifest_comes_back),
        cmocka_unit_test(an_enrolment_comes_back),
        cmocka_unit_test(an_applied_book_comes_back),
        cmocka_unit_test(bodies_of_another_form_are_refused),
        cmocka_unit_test(a_datagram_has_its_ten_bytes_of_header),
        cmocka_unit_test(the_largest_message_passes_both_ways),
        cmocka_unit_test(an_empty_socket_says_so_and_a_closed_one_is_gone),
        cmocka_unit_test(a_peer_that_does_not_read_makes_the_sender_wait),
        cmocka_unit_test(a_stale_socket_is_replaced_and_a_live_one_is_not),
        cmocka_unit_test(a_file_that_is_no_socket_stays),
        cmocka_unit_test(nobody_there_and_a_path_too_long_are_told_apart),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
