/* What the office tells terminals, what it learns from them besides money, and books as deltas. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "approval.h"
#include "book_delta.h"
#include "book_text.h"
#include "codes.h"
#include "notes.h"
#include "orders.h"
#include "store_office.h"
#include "team.h"
#include "text.h"

static struct device device;

static struct orders orders_of(const char *terminal)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct orders o;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(orders_statement(office.store, &office.authority.statement, terminal, &out),
                     TILL_OK);
    assert_int_equal(
        orders_read(&office.authority.statement, (struct span){out.data, out.size}, &o), TILL_OK);
    return o;
}

static void set_limit(int limit, int64_t value, int64_t now_s)
{
    bool named[LIMIT_COUNT] = {false};
    int64_t values[LIMIT_COUNT] = {0};
    named[limit] = true;
    values[limit] = value;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(orders_set_limits(office.store, "0031", named, values, now_s), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void send_message(const char *text, int64_t now_s)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(orders_send(office.store, "0031", text, now_s), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static void limits_are_changed_one_by_one(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    assert_int_equal(orders_serial(office.store, "0031"), 0);
    set_limit(LIMIT_CASH, 500000, OFFICE_NOW_S);
    set_limit(LIMIT_DAY, 900000, OFFICE_NOW_S + 10);
    struct orders o = orders_of("0031");
    assert_int_equal(o.limits.value[LIMIT_CASH], 500000);
    assert_int_equal(o.limits.value[LIMIT_DAY], 900000);
    assert_int_equal(o.limits.value[LIMIT_UNSENT], 0);
    set_limit(LIMIT_CASH, 0, OFFICE_NOW_S + 20);
    o = orders_of("0031");
    assert_int_equal(o.limits.value[LIMIT_CASH], 0);
    assert_int_equal(o.limits.value[LIMIT_DAY], 900000);
    device_end(&device);
}

static void serials_go_up_though_the_clock_does_not(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    set_limit(LIMIT_CASH, 1, OFFICE_NOW_S);
    uint64_t first = orders_serial(office.store, "0031");
    set_limit(LIMIT_CASH, 2, OFFICE_NOW_S);
    uint64_t second = orders_serial(office.store, "0031");
    set_limit(LIMIT_CASH, 3, OFFICE_NOW_S - 86400);
    assert_true(first < second && second < orders_serial(office.store, "0031"));
    device_end(&device);
}

/* A store that was restored from last week's copy has no memory of what was given since. */
static void a_restored_store_gives_higher_serials_all_the_same(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    for (int i = 0; i < 5; i++) {
        set_limit(LIMIT_CASH, i, OFFICE_NOW_S);
    }
    uint64_t given = orders_serial(office.store, "0031");
    (void)device_hand_in(&device);
    uint64_t head = office_terminal("0031").head_serial;
    office_tamper("DELETE FROM value WHERE key = 'orders/0031'");
    office_tamper("UPDATE terminal SET head_serial = 1");
    set_limit(LIMIT_CASH, 7, OFFICE_NOW_S + 3600);
    assert_true(orders_serial(office.store, "0031") > given);
    struct store_terminal t;
    assert_int_equal(ingest_touch(office.store, "0031", OFFICE_NOW_S + 3600, &t), TILL_OK);
    assert_true(t.head_serial > head);
    device_end(&device);
}

static void the_newest_messages_come_first_and_the_ninth_pushes_the_oldest_out(void **state)
{
    (void)state;
    char text[32], first[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    device_begin(&device, "0031");
    for (int i = 1; i <= 8; i++) {
        (void)snprintf(text, sizeof(text), "消息 %d", i);
        send_message(text, OFFICE_NOW_S);
    }
    (void)snprintf(first, sizeof(first), "message/0031/%llu",
                   (unsigned long long)orders_of("0031").messages[7].id);
    assert_int_equal(store_value_get(office.store, first, value, sizeof(value)), TILL_OK);
    send_message("消息 9", OFFICE_NOW_S);
    assert_int_equal(store_value_get(office.store, first, value, sizeof(value)), TILL_NOT_FOUND);
    struct orders o = orders_of("0031");
    assert_int_equal(o.message_count, ORDERS_MESSAGES_MAX);
    assert_string_equal(o.messages[0].text, "消息 9");
    assert_string_equal(o.messages[7].text, "消息 2");
    assert_true(o.messages[0].id > o.messages[1].id);
    device_end(&device);
}

static void messages_that_do_not_fit_leave_the_oldest_out(void **state)
{
    (void)state;
    char text[ORDERS_MESSAGE_MAX];
    device_begin(&device, "0031");
    memset(text, '"', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (int i = 0; i < 8; i++) {
        send_message(text, OFFICE_NOW_S);
    }
    struct orders o = orders_of("0031");
    assert_true(o.message_count >= 4 && o.message_count < 8);
    device_end(&device);
}

static void what_is_no_message_is_not_sent(void **state)
{
    (void)state;
    char text[ORDERS_MESSAGE_MAX + 1];
    device_begin(&device, "0031");
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(orders_send(office.store, "0031", "", OFFICE_NOW_S), TILL_BAD_INPUT);
    assert_int_equal(orders_send(office.store, "0031", "a\nb", OFFICE_NOW_S), TILL_BAD_INPUT);
    assert_int_equal(orders_send(office.store, "0031", text, OFFICE_NOW_S), TILL_BAD_INPUT);
    assert_int_equal(orders_send(office.store, "0099", "hello", OFFICE_NOW_S), TILL_NOT_FOUND);
    store_rollback(office.store);
    device_end(&device);
}

/* ---- PINs ------------------------------------------------------------------------------------ */

static struct book_user user_of(const char *number)
{
    struct book_user user;
    assert_int_equal(import_find_user(office.store, number, &user), TILL_OK);
    return user;
}

/* As a terminal does it: stretched, then sealed with its secret. */
static void change_pin(const char *user, const char *pin)
{
    struct entry e = {0};
    struct body_pin_changed body = {.rounds = 1000};
    uint8_t memory[64], mask[HASH_SIZE], stretched[HASH_SIZE];
    struct buffer bytes;
    text_copy(body.user, sizeof(body.user), user);
    memset(body.salt, 0x31, sizeof(body.salt));
    assert_int_equal(crypto_pbkdf2((struct span){(const uint8_t *)pin, strlen(pin)},
                                   (struct span){body.salt, sizeof(body.salt)}, body.rounds,
                                   stretched),
                     TILL_OK);
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put_text(&bytes, "fieldtill/pin/1");
    buffer_put_text(&bytes, user);
    buffer_put(&bytes, body.salt, sizeof(body.salt));
    assert_int_equal(crypto_hmac((struct span){device.answer.secret, HASH_SIZE},
                                 (struct span){memory, bytes.size}, mask),
                     TILL_OK);
    for (size_t i = 0; i < HASH_SIZE; i++) {
        body.sealed[i] = stretched[i] ^ mask[i];
    }
    assert_int_equal(entry_write_pin_changed(&e, &body), TILL_OK);
    device_append(&device, &e);
}

static bool pin_is(const char *number, const char *pin)
{
    struct book_user user = user_of(number);
    uint8_t stretched[HASH_SIZE];
    assert_int_equal(crypto_pbkdf2((struct span){(const uint8_t *)pin, strlen(pin)},
                                   (struct span){user.salt, sizeof(user.salt)}, user.rounds,
                                   stretched),
                     TILL_OK);
    return memcmp(stretched, user.pin_check, HASH_SIZE) == 0;
}

static void a_pin_that_was_changed_in_the_field_is_the_users_pin(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    (void)office_import("user,name,role,pin,cash_limit,must_change_pin\n"
                        "1001,王芳,collector,,20000,yes\n");
    assert_true(user_of("1001").must_change_pin);
    uint64_t generation = import_generation(office.store);
    device.at_s += 10;
    change_pin("1001", "975310");
    (void)device_hand_in(&device);
    assert_true(pin_is("1001", "975310"));
    assert_false(user_of("1001").must_change_pin);
    assert_true(import_generation(office.store) > generation);
    device_end(&device);
}

static void an_older_change_does_not_undo_a_newer_one(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    change_pin("1001", "111111");
    device.at_s -= 7200; /* another clock, or a terminal that came late */
    change_pin("1001", "222222");
    (void)device_hand_in(&device);
    assert_true(pin_is("1001", "111111"));
    device_end(&device);
}

static void a_pin_of_nobody_changes_nothing(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    change_pin("7777", "111111");
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    device_end(&device);
}

/* ---- other notes ----------------------------------------------------------------------------- */

static void disputes_and_corrections_are_listed(void **state)
{
    (void)state;
    struct entry e = {0};
    struct store_matter m = {0};
    struct body_correction_request correction = {.reason = REVERSAL_WRONG_AMOUNT,
                                                 .amount_minor = 4200};
    struct body_dispute dispute = {.proof = DISPUTE_WORD};
    device_begin(&device, "0031");
    text_copy(correction.account, sizeof(correction.account), OFFICE_ACCOUNT);
    text_copy(correction.receipt, sizeof(correction.receipt), "0031-0000005");
    assert_int_equal(entry_write_correction_request(&e, &correction), TILL_OK);
    device_append(&device, &e);
    text_copy(dispute.account, sizeof(dispute.account), OFFICE_LATE);
    assert_int_equal(entry_write_dispute(&e, &dispute), TILL_OK);
    device_append(&device, &e);
    (void)device_hand_in(&device);
    assert_int_equal(store_matter_next(office.store, 0, &m), TILL_OK);
    assert_int_equal(m.kind, MATTER_CORRECTION);
    assert_string_equal(m.reference, "0031-0000005");
    assert_int_equal(m.amount_minor, 4200);
    assert_int_equal(store_matter_next(office.store, m.id, &m), TILL_OK);
    assert_int_equal(m.kind, MATTER_DISPUTE);
    assert_int_equal(m.code, DISPUTE_WORD);
    assert_int_equal(store_matter_next(office.store, m.id, &m), TILL_NOT_FOUND);
    device_end(&device);
}

static void a_reading_is_the_customers_last_one(void **state)
{
    (void)state;
    struct entry e = {0};
    struct book_customer customer;
    struct body_reading reading = {.energy_cwh = 1234500};
    device_begin(&device, "0031");
    text_copy(reading.account, sizeof(reading.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reading(&e, &reading), TILL_OK);
    device_append(&device, &e);
    reading.energy_cwh = 99999900;
    reading.doubted = true;
    assert_int_equal(entry_write_reading(&e, &reading), TILL_OK);
    device_append(&device, &e);
    (void)device_hand_in(&device);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    assert_int_equal(customer.last_reading_cwh, 1234500);
    assert_int_equal(customer.last_reading_date, 20261122);
    device_end(&device);
}

static void nothing_follows_the_end_of_a_journal(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_retired retired = {.reason = 1};
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    struct codes_request again = {.terminal = "0031", .name = "", .books = "", .replaces = ""};
    char code[ENROL_CODE_MAX];
    device_begin(&device, "0031");
    assert_int_equal(entry_write_retired(&e, &retired), TILL_OK);
    device_append(&device, &e);
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(office_terminal("0031").state, TERMINAL_RETIRED);
    assert_int_equal(office_alarms("retired"), 1);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(codes_add(office.store, &again, OFFICE_NOW_S, code), TILL_UNCHANGED);
    device_end(&device);
}

static void a_new_number_names_where_the_old_one_ended(void **state)
{
    (void)state;
    struct device next;
    char number[TERMINAL_MAX];
    uint64_t seq = 0;
    struct codes_request request = {
        .terminal = "0047", .name = "", .books = "CX01", .replaces = "0031"};
    char code[ENROL_CODE_MAX];
    memset(&next, 0, sizeof(next));
    device_begin(&device, "0031");
    (void)device_hand_in(&device);
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, code), TILL_OK);
    assert_int_equal(codes_predecessor(office.store, "0047", number, &seq), TILL_OK);
    assert_string_equal(number, "0031");
    assert_int_equal(seq, device.count);
    device_end(&device);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void positions_and_readings_are_imported(void **state)
{
    (void)state;
    struct book_customer c;
    (void)office_import("account,name,address,meter,meter_book,order,class,latitude,longitude,"
                        "last_reading,last_reading_date\n" OFFICE_ACCOUNT
                        ",王秀英,城东村12号,0001234,CX01,1,resident,31.8612345,-117.2712345678,"
                        "1234.56,2026-10-31\n");
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &c), TILL_OK);
    assert_int_equal(c.latitude_e7, 318612345);
    assert_int_equal(c.longitude_e7, -1172712345);
    assert_int_equal(c.last_reading_cwh, 123456);
    assert_int_equal(c.last_reading_date, 20261031);
    (void)office_import("account,name,address,meter,meter_book,order,class\n" OFFICE_ACCOUNT
                        ",王秀英,城东村14号,0001234,CX01,1,resident\n");
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &c), TILL_OK);
    assert_int_equal(c.latitude_e7, 318612345);
    assert_int_equal(c.last_reading_cwh, 123456);
}

static void a_place_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const wrong[] = {"91.0,10.0", "31.8,",      "31.8.1,5",
                                        "x,5",       "31.8,180.1", "-,1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char csv[512];
        (void)snprintf(csv, sizeof(csv),
                       "account,name,address,meter,meter_book,order,class,latitude,"
                       "longitude\n" OFFICE_ACCOUNT ",王秀英,x,1,CX01,1,resident,%s\n",
                       wrong[i]);
        if (office_import(csv).bad != 1) {
            fail_msg("'%s' was taken", wrong[i]);
        }
    }
}

static void a_team_is_in_its_supervisors_book_with_keys(void **state)
{
    (void)state;
    static struct device second;
    uint8_t key[HASH_SIZE];
    struct book_content content;
    char text[2 * HASH_SIZE + 64], hex[2 * HASH_SIZE + 1];
    static uint8_t plain[64 * 1024];
    struct unpacker *u = NULL;
    struct buffer out;
    device_begin(&device, "0031");
    device_begin(&second, "0032");
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, "0031", "0032,0099"), TILL_NOT_FOUND);
    assert_int_equal(team_set(office.store, "0031", "0032,0032"), TILL_BAD_INPUT);
    assert_int_equal(team_set(office.store, "0031", "0031"), TILL_BAD_INPUT);
    assert_int_equal(team_set(office.store, "0031", "0032,0031"), TILL_BAD_INPUT);
    assert_int_equal(team_set(office.store, "0031", "0032"), TILL_OK);
    struct store_terminal t = office_terminal("0031");
    assert_int_equal(book_content_make(office.store, &t, OFFICE_NOW_S, &content), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    struct span in = {content.packed, content.packed_size};
    buffer_init(&out, plain, sizeof(plain));
    assert_int_equal(unpacker_open(sizeof(plain), &u), TILL_OK);
    assert_int_equal(unpacker_feed(u, &in, &out), TILL_OK);
    unpacker_close(u);
    book_content_free(&content);
    assert_int_equal(approval_key((struct span){second.answer.secret, HASH_SIZE}, key), TILL_OK);
    hex_encode((struct span){key, HASH_SIZE}, hex);
    (void)snprintf(text, sizeof(text), "{\"t\":\"team\",\"terminal\":\"0032\",\"key\":\"%s\"}\n",
                   hex);
    assert_non_null(memmem(plain, out.size, text, strlen(text)));
    device_end(&second);
    device_end(&device);
}

/* ---- deltas ---------------------------------------------------------------------------------- */

enum { BOOK_MAX = 64 * 1024 };

static struct book_content pack_text(const char *text)
{
    struct book_content content = {0};
    struct book_pen *pen = NULL;
    assert_int_equal(book_pen_open(&content, &pen), TILL_OK);
    assert_int_equal(book_pen_put(pen, (struct span){(const uint8_t *)text, strlen(text)}, true),
                     TILL_OK);
    assert_int_equal(book_pen_close(pen), TILL_OK);
    return content;
}

static void unpack_text(const struct book_content *content, char out_text[BOOK_MAX])
{
    struct unpacker *u = NULL;
    struct buffer out;
    struct span in = {content->packed, content->packed_size};
    buffer_init(&out, out_text, BOOK_MAX - 1);
    assert_int_equal(unpacker_open(BOOK_MAX, &u), TILL_OK);
    assert_int_equal(unpacker_feed(u, &in, &out), TILL_OK);
    assert_true(unpacker_done(u));
    unpacker_close(u);
    out_text[out.size] = '\0';
}

static void delta_is(const char *base, const char *whole, const char *wanted)
{
    static char text[BOOK_MAX];
    struct book_content one = pack_text(base), two = pack_text(whole), delta;
    assert_int_equal(book_delta_make((struct span){one.packed, one.packed_size},
                                     (struct span){two.packed, two.packed_size}, &delta),
                     TILL_OK);
    unpack_text(&delta, text);
    assert_string_equal(text, wanted);
    assert_int_equal(delta.plain_size, strlen(wanted));
    book_content_free(&one);
    book_content_free(&two);
    book_content_free(&delta);
}

#define SITE "{\"t\":\"site\",\"x\":1}\n{\"t\":\"user\",\"u\":1}\n"
#define CUSTOMER(account, more)                                                                    \
    "{\"t\":\"customer\",\"account\":\"" account "\",\"name\":\"x\"" more "}\n"
#define BILL(amount) "{\"t\":\"bill\",\"amount\":" amount "}\n"
#define END(count) "{\"t\":\"end\",\"customers\":" count "}\n"

static void a_delta_of_the_same_book_is_its_end(void **state)
{
    (void)state;
    delta_is(SITE CUSTOMER("6100", "") BILL("1") END("1"),
             SITE CUSTOMER("6100", "") BILL("1") END("1"), END("1"));
}

static void a_delta_has_who_changed_with_all_their_bills(void **state)
{
    (void)state;
    delta_is(SITE CUSTOMER("6100", "") BILL("1") BILL("2") CUSTOMER("6101", "") END("2"),
             SITE CUSTOMER("6100", "") BILL("2") CUSTOMER("6101", "") END("2"),
             CUSTOMER("6100", "") BILL("2") END("2"));
}

static void a_delta_has_who_came_and_who_left(void **state)
{
    (void)state;
    delta_is(SITE CUSTOMER("6100", "") CUSTOMER("6102", "") BILL("9") END("2"),
             SITE CUSTOMER("6102", "") BILL("9") CUSTOMER("6101", "") BILL("3") END("2"),
             CUSTOMER("6101", "") BILL("3") "{\"t\":\"gone\",\"account\":\"6100\"}\n" END("2"));
}

static void a_delta_has_all_of_the_head_where_any_of_it_changed(void **state)
{
    (void)state;
    delta_is(SITE CUSTOMER("6100", "") END("1"),
             SITE "{\"t\":\"user\",\"u\":2}\n" CUSTOMER("6100", "") END("1"),
             SITE "{\"t\":\"user\",\"u\":2}\n" END("1"));
    delta_is(SITE END("0"), SITE CUSTOMER("6100", "") END("1"), CUSTOMER("6100", "") END("1"));
    delta_is(SITE CUSTOMER("6100", "") END("1"), "{\"t\":\"site\",\"x\":2}\n" END("0"),
             "{\"t\":\"site\",\"x\":2}\n{\"t\":\"gone\",\"account\":\"6100\"}\n" END("0"));
}

static void what_is_no_book_makes_no_delta(void **state)
{
    (void)state;
    struct book_content one = pack_text(SITE BILL("1") END("0")), two = pack_text(SITE END("0"));
    struct book_content delta;
    assert_int_equal(book_delta_make((struct span){one.packed, one.packed_size},
                                     (struct span){two.packed, two.packed_size}, &delta),
                     TILL_E_PROTOCOL);
    assert_int_equal(book_delta_make((struct span){two.packed, two.packed_size - 3},
                                     (struct span){two.packed, two.packed_size}, &delta),
                     TILL_E_PROTOCOL);
    book_content_free(&one);
    book_content_free(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(limits_are_changed_one_by_one),
        OFFICE_TEST(serials_go_up_though_the_clock_does_not),
        OFFICE_TEST(a_restored_store_gives_higher_serials_all_the_same),
        OFFICE_TEST(the_newest_messages_come_first_and_the_ninth_pushes_the_oldest_out),
        OFFICE_TEST(messages_that_do_not_fit_leave_the_oldest_out),
        OFFICE_TEST(what_is_no_message_is_not_sent),
        OFFICE_TEST(a_pin_that_was_changed_in_the_field_is_the_users_pin),
        OFFICE_TEST(an_older_change_does_not_undo_a_newer_one),
        OFFICE_TEST(a_pin_of_nobody_changes_nothing),
        OFFICE_TEST(disputes_and_corrections_are_listed),
        OFFICE_TEST(a_reading_is_the_customers_last_one),
        OFFICE_TEST(nothing_follows_the_end_of_a_journal),
        OFFICE_TEST(a_new_number_names_where_the_old_one_ended),
        OFFICE_TEST(positions_and_readings_are_imported),
        OFFICE_TEST(a_place_that_is_none_is_named),
        OFFICE_TEST(a_team_is_in_its_supervisors_book_with_keys),
        cmocka_unit_test(a_delta_of_the_same_book_is_its_end),
        cmocka_unit_test(a_delta_has_who_changed_with_all_their_bills),
        cmocka_unit_test(a_delta_has_who_came_and_who_left),
        cmocka_unit_test(a_delta_has_all_of_the_head_where_any_of_it_changed),
        cmocka_unit_test(what_is_no_book_makes_no_delta),
    };
    return cmocka_run_group_tests_name("host_orders", tests, NULL, NULL);
}
