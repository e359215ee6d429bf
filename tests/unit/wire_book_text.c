/* The book on the line: rows come back unchanged; packing in pieces, with a cap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "book_text.h"

static struct book_text_line site_line(void)
{
    struct book_text_line line = {.type = BOOK_LINE_SITE};
    site_default(&line.as.site);
    snprintf(line.as.site.payee, sizeof(line.as.site.payee), "国网某县供电公司");
    snprintf(line.as.site.branch, sizeof(line.as.site.branch), "城关供电所");
    snprintf(line.as.site.hotline, sizeof(line.as.site.hotline), "95598");
    snprintf(line.as.site.receipt_url, sizeof(line.as.site.receipt_url), "HTTPS://EXAMPLE.CN/R/");
    line.as.site.receipt_max_minor = 5000000;
    return line;
}

static struct book_text_line customer_line(void)
{
    return (struct book_text_line){.type = BOOK_LINE_CUSTOMER,
                                   .as.customer = {.account = "6100234567",
                                                   .name = "王\"秀\\英",
                                                   .address = "城关镇东街 12 号",
                                                   .meter = "M00012345",
                                                   .phone = "13812344417",
                                                   .meter_book = "CX02",
                                                   .order = 17,
                                                   .class = CUSTOMER_OTHER,
                                                   .balance_minor = 1250,
                                                   .last_paid_date = 20261012,
                                                   .last_paid_minor = 9210,
                                                   .flags = BOOK_CUSTOMER_KEEP_SUPPLY,
                                                   .latitude_e7 = 318612345,
                                                   .longitude_e7 = -1172712340,
                                                   .last_reading_cwh = 1234567,
                                                   .last_reading_date = 20260930}};
}

static struct book_text_line user_line(void)
{
    struct book_text_line line = {
        .type = BOOK_LINE_USER,
        .as.user = {.user = "1001", .name = "李强", .role = 1, .rounds = 20000}};
    memset(line.as.user.salt, 0x11, sizeof(line.as.user.salt));
    memset(line.as.user.pin_check, 0x22, sizeof(line.as.user.pin_check));
    return line;
}

static struct book_text_line bill_line(void)
{
    return (struct book_text_line){.type = BOOK_LINE_BILL,
                                   .as.bill = {.month = 202609,
                                               .due_date = 20261010,
                                               .type = 1,
                                               .energy_cwh = 12345,
                                               .amount_minor = 9210}};
}

/* Written, read, written again: the same bytes. The text goes to text_out, LF cut off. */
static void assert_comes_back(const struct book_text_line *line, char text_out[BOOK_LINE_MAX + 2])
{
    char again[BOOK_LINE_MAX + 2];
    struct buffer out;
    struct book_text_line read;
    buffer_init(&out, text_out, BOOK_LINE_MAX + 1);
    assert_int_equal(book_text_write(line, &out), TILL_OK);
    size_t size = out.size;
    assert_int_equal(text_out[size - 1], '\n');
    text_out[size - 1] = '\0';
    memset(&read, 0xEE, sizeof(read));
    assert_int_equal(book_text_read((struct span){(uint8_t *)text_out, size - 1}, &read), TILL_OK);
    buffer_init(&out, again, sizeof(again));
    assert_int_equal(read.type, line->type);
    assert_int_equal(book_text_write(&read, &out), TILL_OK);
    assert_int_equal(out.size, size);
    again[size - 1] = '\0';
    assert_string_equal(again, text_out);
}

static enum till_status read_text(const char *text)
{
    struct book_text_line line;
    return book_text_read((struct span){(const uint8_t *)text, strlen(text)}, &line);
}

static void a_site_comes_back_with_its_notes(void **state)
{
    (void)state;
    struct book_text_line line = site_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.site.note_count, line.as.site.note_count);
    assert_memory_equal(read.as.site.notes_minor, line.as.site.notes_minor,
                        sizeof(line.as.site.notes_minor));
    assert_string_equal(read.as.site.payee, "国网某县供电公司");
    assert_string_equal(read.as.site.zone, line.as.site.zone);
    assert_int_equal(read.as.site.late_fee_cross_year_ppm, line.as.site.late_fee_cross_year_ppm);
}

static void a_user_comes_back_with_the_pin_check(void **state)
{
    (void)state;
    struct book_text_line line = user_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_memory_equal(read.as.user.salt, line.as.user.salt, BOOK_PIN_SALT_SIZE);
    assert_memory_equal(read.as.user.pin_check, line.as.user.pin_check, HASH_SIZE);
    assert_int_equal(read.as.user.rounds, 20000);
}

static void a_customer_with_every_field_comes_back(void **state)
{
    (void)state;
    struct book_text_line line = customer_line();
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    assert_string_equal(
        text, "{\"t\":\"customer\",\"account\":\"6100234567\",\"name\":\"王\\\"秀\\\\英\","
              "\"address\":\"城关镇东街 12 号\",\"meter\":\"M00012345\",\"phone\":\"13812344417\","
              "\"book\":\"CX02\",\"order\":17,\"class\":1,\"balance\":1250,"
              "\"paid_date\":20261012,\"paid\":9210,\"flags\":1,\"latitude\":318612345,"
              "\"longitude\":-1172712340,\"reading\":1234567,\"reading_date\":20260930}");
}

static void a_customer_with_the_least_takes_few_bytes(void **state)
{
    (void)state;
    struct book_text_line line = {.type = BOOK_LINE_CUSTOMER,
                                  .as.customer = {.account = "6100234567",
                                                  .name = "王秀英",
                                                  .meter_book = "CX02",
                                                  .order = 1,
                                                  .last_reading_cwh = -1}};
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"customer\",\"account\":\"6100234567\",\"name\":\"王秀英\","
                              "\"book\":\"CX02\",\"order\":1}");
}

static void a_reading_of_nothing_is_told_from_none(void **state)
{
    (void)state;
    struct book_text_line line = customer_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    line.as.customer.last_reading_cwh = 0;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.customer.last_reading_cwh, 0);
    line.as.customer.last_reading_cwh = -1;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.customer.last_reading_cwh, -1);
    assert_int_equal(read.as.customer.last_reading_date, 20260930);
    assert_int_equal(read.as.customer.latitude_e7, 318612345);
    assert_int_equal(read.as.customer.longitude_e7, -1172712340);
}

static void a_pin_to_be_changed_and_a_tolerance_come_back(void **state)
{
    (void)state;
    struct book_text_line line = user_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    line.as.user.must_change_pin = true;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_true(read.as.user.must_change_pin);
    line = site_line();
    line.as.site.tolerance_minor = 50;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.site.tolerance_minor, 50);
}

static void a_team_and_who_has_gone_come_back(void **state)
{
    (void)state;
    struct book_text_line line = {.type = BOOK_LINE_TEAM, .as.team = {.terminal = "0031"}};
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    memset(line.as.team.approval_key, 0xC4, HASH_SIZE);
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_string_equal(read.as.team.terminal, "0031");
    assert_memory_equal(read.as.team.approval_key, line.as.team.approval_key, HASH_SIZE);
    line = (struct book_text_line){.type = BOOK_LINE_GONE, .as.account = "6100234567"};
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"gone\",\"account\":\"6100234567\"}");
}

static void who_held_a_meter_book_before_comes_back(void **state)
{
    (void)state;
    struct book_text_line line = {
        .type = BOOK_LINE_HOLDER,
        .as.holder = {.meter_book = "CX01", .terminal = "0031", .through_s = 1795309200}};
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    struct buffer out;
    buffer_init(&out, text, sizeof(text));
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT); /* no key */
    memset(line.as.holder.journal_key, 0xC4, PUBLIC_KEY_SIZE);
    line.as.holder.journal_key[0] = 4;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_memory_equal(&read.as.holder, &line.as.holder, sizeof(line.as.holder));
    line.as.holder.through_s = 0;
    assert_comes_back(&line, text);
    assert_null(strstr(text, "through"));
}

static void a_corrected_receipt_comes_back(void **state)
{
    (void)state;
    struct book_text_line line = {
        .type = BOOK_LINE_CORRECTED,
        .as.corrected = {
            .terminal = "0031", .seq = 4127, .how = BOOK_CORRECTED_REFUNDED, .date = 20261122}};
    char text[BOOK_LINE_MAX + 2];
    struct buffer out;
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"corrected\",\"terminal\":\"0031\",\"seq\":4127,"
                              "\"how\":2,\"date\":20261122}");
    line.as.corrected.how = (enum book_correction)4;
    buffer_init(&out, text, sizeof(text));
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line.as.corrected.how = BOOK_CORRECTED_MOVED;
    line.as.corrected.date = 20261131;
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
}

static void banks_papers_and_late_receipts_come_back_with_their_site(void **state)
{
    (void)state;
    struct book_text_line line = site_line();
    struct book_text_line read;
    struct site *s = &line.as.site;
    char text[BOOK_LINE_MAX + 2];
    s->papers[CUSTOMER_OTHER] = SITE_PAPER_BOTH;
    s->late_receipt_days = 7;
    s->bank_count = 2;
    s->banks[0] = (struct site_bank){"ICBC", "工商银行\"清溪\"支行", "6222 0001"};
    s->banks[1] = (struct site_bank){"RCU", "农村信用社", ""};
    assert_comes_back(&line, text);
    assert_non_null(strstr(text, "\"paper_other\":2,\"late_receipt_days\":7,\"bank1\":\"ICBC\","
                                 "\"bank1_name\":\"工商银行\\\"清溪\\\"支行\","
                                 "\"bank1_account\":\"6222 0001\",\"bank2\":\"RCU\","
                                 "\"bank2_name\":\"农村信用社\"}"));
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.site.papers[CUSTOMER_RESIDENT], SITE_PAPER_RECEIPT);
    assert_int_equal(read.as.site.papers[CUSTOMER_OTHER], SITE_PAPER_BOTH);
    assert_int_equal(read.as.site.late_receipt_days, 7);
    assert_int_equal(read.as.site.bank_count, 2);
    assert_string_equal(read.as.site.banks[0].name, s->banks[0].name);
    assert_string_equal(read.as.site.banks[1].account, "");
}

/* Six of the longest, with all that must be escaped, are still one line. */
static void a_site_with_the_most_banks_fits_its_line(void **state)
{
    (void)state;
    struct book_text_line line = site_line();
    struct site *s = &line.as.site;
    char text[BOOK_LINE_MAX + 2];
    memset(s->payee, '"', sizeof(s->payee) - 1);
    memset(s->branch, '"', sizeof(s->branch) - 1);
    s->bank_count = SITE_BANKS_MAX;
    for (int i = 0; i < SITE_BANKS_MAX; i++) {
        memset(&s->banks[i], '"', sizeof(s->banks[i]));
        snprintf(s->banks[i].id, sizeof(s->banks[i].id), "BANKOFNUMBR%c", '0' + i);
        s->banks[i].name[sizeof(s->banks[i].name) - 1] = '\0';
        s->banks[i].account[sizeof(s->banks[i].account) - 1] = '\0';
    }
    assert_comes_back(&line, text);
}

static void a_deputy_s_dates_and_issued_paper_come_back(void **state)
{
    (void)state;
    struct book_text_line line = user_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    line.as.user.deputy_from = 20261201;
    line.as.user.deputy_to = 20261207;
    assert_comes_back(&line, text);
    assert_int_equal(book_text_read((struct span){(uint8_t *)text, strlen(text)}, &read), TILL_OK);
    assert_int_equal(read.as.user.deputy_from, 20261201);
    assert_int_equal(read.as.user.deputy_to, 20261207);
    line = (struct book_text_line){.type = BOOK_LINE_STOCK,
                                   .as.stock = {.issue = 7,
                                                .type = STOCK_INVOICE,
                                                .series = "B",
                                                .first = 12001,
                                                .last = 12500,
                                                .user = "1001",
                                                .from = "2001"}};
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"stock\",\"issue\":7,\"type\":2,\"series\":\"B\","
                              "\"first\":12001,\"last\":12500,\"user\":\"1001\","
                              "\"from\":\"2001\"}");
    line.as.stock.series[0] = line.as.stock.from[0] = '\0';
    assert_comes_back(&line, text);
    assert_null(strstr(text, "series"));
    assert_null(strstr(text, "from"));
}

static void what_became_of_cash_comes_back(void **state)
{
    (void)state;
    struct book_text_line line = {
        .type = BOOK_LINE_TAKEN,
        .as.taken = {
            .given = 41, .terminal = "0032", .seq = 7, .user = "2001", .at_s = 1795397400}};
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":7,"
                              "\"user\":\"2001\",\"at\":1795397400}");
    line.as.taken.user[0] = '\0';
    assert_comes_back(&line, text);
    assert_null(strstr(text, "user"));
    line =
        (struct book_text_line){.type = BOOK_LINE_EXPLAINED,
                                .as.explained = {.seq = 52, .user = "1001", .amount_minor = 800}};
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"explained\",\"seq\":52,\"user\":\"1001\",\"amount\":800}");
    line.as.explained.amount_minor = -800;
    assert_comes_back(&line, text);
}

static void hostile_lines_of_what_became_of_cash_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"t\":\"taken\",\"given\":0,\"terminal\":\"0032\",\"seq\":7,\"at\":1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"\",\"seq\":7,\"at\":1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":0,\"at\":1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":7,\"at\":-1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":7,\"user\":\"\",\"at\":1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":7,\"user\":\"-\",\"at\":1}",
        "{\"t\":\"taken\",\"given\":41,\"terminal\":\"0032\",\"seq\":7}",
        "{\"t\":\"explained\",\"seq\":0,\"user\":\"1001\",\"amount\":800}",
        "{\"t\":\"explained\",\"seq\":52,\"user\":\"\",\"amount\":800}",
        "{\"t\":\"explained\",\"seq\":52,\"user\":\"1001\",\"amount\":0}",
        "{\"t\":\"explained\",\"seq\":52,\"user\":\"1001\",\"amount\":1000000000000}",
        "{\"t\":\"explained\",\"seq\":52,\"user\":\"1001\"}",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        enum till_status status = read_text(wrong[i]);
        if (status != TILL_E_PROTOCOL) {
            fail_msg("case %zu gives %d", i, status);
        }
    }
}

#define A_SITE                                                                                     \
    "{\"t\":\"site\",\"currency\":\"CNY\",\"exponent\":2,\"symbol\":\"¥\",\"unit\":\"yuan\","     \
    "\"zone\":\"CST-8\",\"notes\":\"10000\",\"words\":1,\"payee\":\"P\",\"branch\":\"B\","         \
    "\"hotline\":\"95598\",\"receipt_url\":\"\",\"receipt_max\":0,\"late_resident_ppm\":1000,"     \
    "\"late_other_ppm\":2000,\"late_cross_year_ppm\":3000,\"late_minimum\":0"
#define A_USER                                                                                     \
    "{\"t\":\"user\",\"user\":\"1001\",\"name\":\"N\",\"role\":%d,"                                \
    "\"salt\":\"11111111111111111111111111111111\",\"rounds\":1,\"check\":"                        \
    "\"2222222222222222222222222222222222222222222222222222222222222222\""

/* What a host that means harm might say of money and power: each refuses the book. */
static void hostile_lines_of_banks_deputies_and_paper_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        A_SITE ",\"bank1\":\"ICBC\"}",
        A_SITE ",\"bank1\":\"icbc\",\"bank1_name\":\"N\"}",
        A_SITE ",\"bank1\":\"ICBC\",\"bank1_name\":\"\"}",
        A_SITE ",\"bank1\":\"ICBC\",\"bank1_name\":\"N\",\"bank1_account\":\"\"}",
        A_SITE ",\"bank2\":\"ICBC\",\"bank2_name\":\"N\"}",
        A_SITE ",\"bank1\":\"A\",\"bank1_name\":\"N\",\"bank2\":\"A\",\"bank2_name\":\"N\"}",
        A_SITE ",\"paper_other\":0}",
        A_SITE ",\"paper_other\":3}",
        A_SITE ",\"late_receipt_days\":256}",
        A_SITE ",\"late_receipt_days\":7,\"paper_other\":2}",
        "{\"t\":\"stock\",\"issue\":0,\"type\":1,\"first\":1,\"last\":2,\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":4,\"first\":1,\"last\":2,\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":1,\"first\":3,\"last\":2,\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":1,\"first\":1,\"last\":1000000000000,"
        "\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":1,\"series\":\"\",\"first\":1,\"last\":2,"
        "\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":1,\"series\":\"b\",\"first\":1,\"last\":2,"
        "\"user\":\"1001\"}",
        "{\"t\":\"stock\",\"issue\":1,\"type\":1,\"first\":1,\"last\":2}",
    };
    static const struct {
        int role;
        const char *dates;
        enum till_status status;
    } users[] = {
        {ROLE_COLLECTOR, "}", TILL_OK},
        {ROLE_COLLECTOR, ",\"deputy_from\":20261201,\"deputy_to\":20261207}", TILL_OK},
        {ROLE_COLLECTOR, ",\"deputy_from\":20261207,\"deputy_to\":20261201}", TILL_E_PROTOCOL},
        {ROLE_COLLECTOR, ",\"deputy_from\":20261201}", TILL_E_PROTOCOL},
        {ROLE_COLLECTOR, ",\"deputy_from\":0,\"deputy_to\":0}", TILL_E_PROTOCOL},
        {ROLE_COLLECTOR, ",\"deputy_from\":20261301,\"deputy_to\":20261307}", TILL_E_PROTOCOL},
        {ROLE_TECHNICIAN, ",\"deputy_from\":20261201,\"deputy_to\":20261207}", TILL_E_PROTOCOL},
        {ROLE_OFFICE, ",\"deputy_from\":20261201,\"deputy_to\":20261207}", TILL_E_PROTOCOL},
    };
    char text[BOOK_LINE_MAX];
    assert_int_equal(read_text(A_SITE "}"), TILL_OK);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        enum till_status status = read_text(wrong[i]);
        if (status != TILL_E_PROTOCOL) {
            fail_msg("case %zu gives %d", i, status);
        }
    }
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        int size = snprintf(text, sizeof(text), A_USER, users[i].role);
        snprintf(text + size, sizeof(text) - (size_t)size, "%s", users[i].dates);
        enum till_status status = read_text(text);
        if (status != users[i].status) {
            fail_msg("user %zu gives %d", i, status);
        }
    }
}

static void bills_meter_books_and_the_end_come_back(void **state)
{
    (void)state;
    char text[BOOK_LINE_MAX + 2];
    struct book_text_line line = bill_line();
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,"
                              "\"energy\":12345,\"amount\":9210}");
    line.as.bill.type = 3;
    assert_comes_back(&line, text);
    line = (struct book_text_line){
        .type = BOOK_LINE_METER_BOOK,
        .as.meter_book = {.id = "CX02", .name = "城西二册", .customers = 120}};
    assert_comes_back(&line, text);
    line = (struct book_text_line){.type = BOOK_LINE_END, .as.customers = 2000};
    assert_comes_back(&line, text);
    assert_string_equal(text, "{\"t\":\"end\",\"customers\":2000}");
}

static void rows_that_break_a_rule_are_not_written(void **state)
{
    (void)state;
    char memory[BOOK_LINE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    struct book_text_line line = customer_line();
    line.as.customer.balance_minor = -1;
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line = customer_line();
    line.as.customer.account[0] = '\0';
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line = customer_line();
    snprintf(line.as.customer.name, sizeof(line.as.customer.name), "two\nlines");
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line = bill_line();
    line.as.bill.month = 202613;
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line = user_line();
    line.as.user.rounds = 0;
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    line = (struct book_text_line){.type = (enum book_line_type)99};
    assert_int_equal(book_text_write(&line, &out), TILL_BAD_INPUT);
    assert_int_equal(out.size, 0);
}

static void lines_that_break_a_rule_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "{}",
        "{\"t\":\"customers\"}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"amount\":-1}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261310,\"amount\":1}",
        "{\"t\":\"bill\",\"month\":209,\"due\":20261010,\"amount\":1}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"type\":1,\"amount\":1}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"energy\":0,\"amount\":1}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"amount\":1,\"x\":1}",
        "{\"t\":\"bill\",\"due\":20261010,\"month\":202609,\"amount\":1}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"amount\":\"1\"}",
        "{\"t\":\"bill\",\"month\":202609,\"due\":20261010,\"amount\":9223372036854775808}",
        "{\"t\":\"end\",\"customers\":-1}",
        "{\"t\":\"end\",\"customers\":4294967296}",
        "{\"t\":\"gone\",\"account\":\"6\"}",
        "{\"t\":\"team\",\"terminal\":\"0031\",\"key\":\"00\"}",
        "{\"t\":\"customer\",\"account\":\"6100\",\"name\":\"x\",\"book\":\"B\",\"order\":1,"
        "\"latitude\":900000001}",
        "{\"t\":\"customer\",\"account\":\"6100\",\"name\":\"x\",\"book\":\"B\",\"order\":1,"
        "\"reading\":-1}",
        "{\"t\":\"customer\",\"account\":\"61\",\"name\":\"x\",\"book\":\"B\",\"order\":1}",
        "{\"t\":\"customer\",\"account\":\"6100\",\"name\":\"x\",\"phone\":\"\",\"book\":\"B\","
        "\"order\":1}",
        "{\"t\":\"customer\",\"account\":\"6100\",\"name\":\"x\",\"book\":\"\",\"order\":1}",
        "{\"t\":\"customer\",\"account\":\"6100\",\"name\":\"x\",\"book\":\"B\",\"order\":1,"
        "\"class\":2}",
    };
    assert_int_equal(read_text("{\"t\":\"end\",\"customers\":0}"), TILL_OK);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        enum till_status status = read_text(wrong[i]);
        if (status != TILL_E_PROTOCOL) {
            fail_msg("case %zu gives %d", i, status);
        }
    }
}

static void a_line_of_a_newer_host_is_passed_over_where_it_says_so(void **state)
{
    (void)state;
    struct book_text_line line;
    static const char skip[] = "{\"t\":\"weather\",\"skip\":1,\"wind\":\"N\",\"force\":7}";
    assert_int_equal(book_text_read((struct span){(const uint8_t *)skip, strlen(skip)}, &line),
                     TILL_OK);
    assert_int_equal(line.type, BOOK_LINE_SKIPPED);
    assert_int_equal(read_text("{\"t\":\"weather\",\"wind\":\"N\"}"), TILL_E_PROTOCOL);
    assert_int_equal(read_text("{\"t\":\"weather\",\"skip\":2}"), TILL_E_PROTOCOL);
    assert_int_equal(read_text("{\"t\":\"weather\",\"wind\":\"N\",\"skip\":1}"), TILL_E_PROTOCOL);
    assert_int_equal(read_text("{\"t\":\"end\",\"skip\":1,\"customers\":0}"), TILL_E_PROTOCOL);
}

static void no_truncated_line_is_read(void **state)
{
    (void)state;
    struct book_text_line line = customer_line();
    struct book_text_line read;
    char text[BOOK_LINE_MAX + 2];
    assert_comes_back(&line, text);
    for (size_t size = 0; size < strlen(text); size++) {
        assert_int_not_equal(book_text_read((struct span){(uint8_t *)text, size}, &read), TILL_OK);
    }
}

/* ---- packing --------------------------------------------------------------------------------- */

enum { PLAIN_SIZE = 300000 };
static uint8_t plain[PLAIN_SIZE], packed[PLAIN_SIZE + 1000], unpacked[PLAIN_SIZE + 1000];

static uint32_t random_state = 7;
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

static size_t pack_in_pieces(size_t size, size_t piece_in, size_t piece_out)
{
    struct packer *p = NULL;
    size_t done = 0;
    size_t at = 0;
    assert_int_equal(packer_open(&p), TILL_OK);
    enum till_status status = TILL_OK;
    do {
        size_t now = size - at < piece_in ? size - at : piece_in;
        struct span in = {plain + at, now};
        bool last = at + now == size;
        do {
            struct buffer out;
            buffer_init(&out, packed + done, piece_out);
            status = packer_feed(p, &in, last, &out);
            done += out.size;
            assert_true(status == TILL_OK || status == TILL_TOO_LARGE);
        } while (status == TILL_TOO_LARGE);
        assert_int_equal(in.size, 0);
        at += now;
    } while (at < size);
    packer_close(p);
    return done;
}

static enum till_status unpack_in_pieces(struct span from, uint64_t most, size_t piece_in,
                                         size_t piece_out, size_t *size_out)
{
    struct unpacker *u = NULL;
    size_t done = 0;
    enum till_status status = TILL_OK;
    assert_int_equal(unpacker_open(most, &u), TILL_OK);
    while (status == TILL_OK && !unpacker_done(u)) {
        struct span in = {from.data, from.size < piece_in ? from.size : piece_in};
        size_t before = in.size;
        struct buffer out;
        buffer_init(&out, unpacked + done, piece_out);
        status = unpacker_feed(u, &in, &out);
        from.data += before - in.size;
        from.size -= before - in.size;
        done += out.size;
        if (status == TILL_OK && out.size == 0 && before == 0) {
            break; /* the frame never ended */
        }
    }
    bool ended = unpacker_done(u);
    unpacker_close(u);
    *size_out = done;
    return status == TILL_OK && !ended ? TILL_UNCHANGED : status;
}

static void fill_plain(void)
{
    for (size_t i = 0; i < PLAIN_SIZE; i++) {
        plain[i] = (uint8_t)('a' + random_below(random_below(26) + 1));
    }
}

static void what_was_packed_in_any_pieces_comes_out_whole(void **state)
{
    (void)state;
    fill_plain();
    static const size_t pieces[][4] = {
        {PLAIN_SIZE, 1000, PLAIN_SIZE, 1000}, {1, 64, 1, 64}, {777, 13, 5, 501}};
    for (size_t i = 0; i < 3; i++) {
        size_t size = i == 1 ? 3000 : PLAIN_SIZE;
        size_t got = 0;
        size_t packed_size = pack_in_pieces(size, pieces[i][0], pieces[i][1]);
        assert_int_equal(unpack_in_pieces((struct span){packed, packed_size}, size, pieces[i][2],
                                          pieces[i][3], &got),
                         TILL_OK);
        assert_int_equal(got, size);
        assert_memory_equal(unpacked, plain, size);
    }
}

static void more_than_was_allowed_does_not_come_out(void **state)
{
    (void)state;
    size_t got = 0;
    memset(plain, 'x', PLAIN_SIZE);
    size_t size = pack_in_pieces(PLAIN_SIZE, PLAIN_SIZE, 1000);
    assert_true(size < 300);
    assert_int_equal(unpack_in_pieces((struct span){packed, size}, 5000, 1000, 500, &got),
                     TILL_TOO_LARGE);
    assert_true(got <= 5000);
}

static void a_cut_frame_is_never_done(void **state)
{
    (void)state;
    fill_plain();
    size_t got = 0;
    size_t size = pack_in_pieces(2000, 2000, 3000);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_not_equal(
            unpack_in_pieces((struct span){packed, cut}, PLAIN_SIZE, 100, 1000, &got), TILL_OK);
    }
}

static void bytes_after_the_frame_are_refused(void **state)
{
    (void)state;
    fill_plain();
    size_t got = 0;
    size_t size = pack_in_pieces(2000, 2000, 3000);
    packed[size] = 'x';
    assert_int_equal(
        unpack_in_pieces((struct span){packed, size + 1}, PLAIN_SIZE, PLAIN_SIZE, 3000, &got),
        TILL_E_PROTOCOL);
}

static void an_altered_frame_is_refused(void **state)
{
    (void)state;
    fill_plain();
    size_t got = 0;
    size_t size = pack_in_pieces(2000, 2000, 3000);
    for (size_t i = 0; i < size; i++) {
        packed[i] ^= 0x10;
        enum till_status status =
            unpack_in_pieces((struct span){packed, size}, 2000, PLAIN_SIZE, 3000, &got);
        packed[i] ^= 0x10;
        if (status == TILL_OK && memcmp(unpacked, plain, 2000) != 0) {
            fail_msg("byte %zu altered what comes out", i);
        }
    }
}

static void a_frame_that_needs_a_large_window_is_refused(void **state)
{
    (void)state;
    /* RFC 8878 §3.1.1.1.2: window descriptor 0xA0 = 2^30 bytes; no content size, no checksum. */
    static const uint8_t frame[] = {0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0, 0x09, 0x00, 0x00, 'x'};
    size_t got = 0;
    assert_int_equal(
        unpack_in_pieces((struct span){frame, sizeof(frame)}, 100, sizeof(frame), 100, &got),
        TILL_TOO_LARGE);
}

static void skippable_and_foreign_frames_are_refused(void **state)
{
    (void)state;
    static const uint8_t skippable[] = {0x50, 0x2A, 0x4D, 0x18, 0x01, 0x00, 0x00, 0x00, 'x'};
    static const uint8_t html[] = "<html>Please log in</html>";
    size_t got = 0;
    assert_int_equal(
        unpack_in_pieces((struct span){skippable, sizeof(skippable)}, 100, 1, 100, &got),
        TILL_E_PROTOCOL);
    assert_int_equal(unpack_in_pieces((struct span){html, sizeof(html)}, 100, 100, 100, &got),
                     TILL_E_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_comes_back_with_its_notes),
        cmocka_unit_test(a_user_comes_back_with_the_pin_check),
        cmocka_unit_test(a_customer_with_every_field_comes_back),
        cmocka_unit_test(a_customer_with_the_least_takes_few_bytes),
        cmocka_unit_test(a_reading_of_nothing_is_told_from_none),
        cmocka_unit_test(a_pin_to_be_changed_and_a_tolerance_come_back),
        cmocka_unit_test(a_team_and_who_has_gone_come_back),
        cmocka_unit_test(who_held_a_meter_book_before_comes_back),
        cmocka_unit_test(a_corrected_receipt_comes_back),
        cmocka_unit_test(bills_meter_books_and_the_end_come_back),
        cmocka_unit_test(rows_that_break_a_rule_are_not_written),
        cmocka_unit_test(lines_that_break_a_rule_are_refused),
        cmocka_unit_test(banks_papers_and_late_receipts_come_back_with_their_site),
        cmocka_unit_test(a_site_with_the_most_banks_fits_its_line),
        cmocka_unit_test(a_deputy_s_dates_and_issued_paper_come_back),
        cmocka_unit_test(hostile_lines_of_banks_deputies_and_paper_are_refused),
        cmocka_unit_test(what_became_of_cash_comes_back),
        cmocka_unit_test(hostile_lines_of_what_became_of_cash_are_refused),
        cmocka_unit_test(a_line_of_a_newer_host_is_passed_over_where_it_says_so),
        cmocka_unit_test(no_truncated_line_is_read),
        cmocka_unit_test(what_was_packed_in_any_pieces_comes_out_whole),
        cmocka_unit_test(more_than_was_allowed_does_not_come_out),
        cmocka_unit_test(a_cut_frame_is_never_done),
        cmocka_unit_test(bytes_after_the_frame_are_refused),
        cmocka_unit_test(an_altered_frame_is_refused),
        cmocka_unit_test(a_frame_that_needs_a_large_window_is_refused),
        cmocka_unit_test(skippable_and_foreign_frames_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
