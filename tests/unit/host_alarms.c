/* What an alarm is made of, and what whoever lists it reads. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "test_language.h"
#include "text.h"

static struct device device;

static const char *shown(const char *stored)
{
    static char text[ALARM_SHOWN_MAX];
    alarm_show(stored, text);
    return text;
}

static struct store_alarm alarm_of(const char *kind)
{
    struct store_alarm alarm = {0};
    while (store_alarm_next(office.store, alarm.id, &alarm) == TILL_OK) {
        if (strcmp(alarm.kind, kind) == 0) {
            return alarm;
        }
    }
    fail_msg("there is no alarm %s", kind);
    return alarm;
}

static enum till_status put(const char *text)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = alarm_put(office.store, OFFICE_NOW_S, "0031", "code", text);
    return store_finish(office.store, status);
}

static void pay_of_nobody(void)
{
    struct body_collection body = device_cash("6100009999", 1000);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    device_end(&device);
}

/* ---- languages ------------------------------------------------------------------------------- */

static void what_was_set_aside_is_read_in_the_language_that_is_asked(void **state)
{
    (void)state;
    pay_of_nobody();
    struct store_alarm alarm = alarm_of("quarantine");
    language_set("zh_CN");
    assert_non_null(strstr(shown(alarm.text), "已搁置"));
    assert_non_null(strstr(shown(alarm.text), "没有此户号的客户"));
    assert_null(strstr(shown(alarm.text), "was set aside"));
    language_set("en");
    assert_non_null(strstr(shown(alarm.text), "(collection) was set aside: no customer has this"));
}

static void one_that_needs_no_arguments_is_translated_whole(void **state)
{
    (void)state;
    assert_int_equal(put("the office stopped new collections"), TILL_OK);
    language_set("zh_CN");
    assert_string_equal(shown(alarm_of("code").text), "供电公司已停止新收费");
}

static void a_sentence_of_an_older_host_is_shown_as_it_stands(void **state)
{
    (void)state;
    assert_int_equal(put("record 4127 (collection) was set aside: at 100 %1"), TILL_OK);
    language_set("zh_CN");
    assert_string_equal(shown(alarm_of("code").text),
                        "record 4127 (collection) was set aside: at 100 %1");
}

/* ---- arguments ------------------------------------------------------------------------------- */

static void an_argument_is_text_whatever_it_says(void **state)
{
    struct alarm_text t;
    char english[ALARM_SHOWN_MAX];
    (void)state;
    alarm_say(&t, "invoice %1 for record %2: the invoice of record %3 stands for the same bill");
    alarm_add_text(&t, "%2%s%n\x1ft\x1b[2J\r\n");
    alarm_add_number(&t, 7);
    alarm_add_text(&t, "\xff\xfe");
    assert_int_equal(put(t.stored), TILL_OK);
    alarm_show_english(alarm_of("code").text, english);
    assert_string_equal(english, "invoice %2%s%n?t?[2J?? for record 7: the invoice of record ?? "
                                 "stands for the same bill");
}

static void a_text_of_a_terminal_is_not_translated(void **state)
{
    struct alarm_text t;
    (void)state;
    alarm_say(&t, "%1 %2: %3");
    alarm_add_text(&t, "the office stopped new collections");
    alarm_add_words(&t, "the office stopped new collections");
    alarm_add_text(&t, "");
    language_set("zh_CN");
    assert_string_equal(shown(t.stored),
                        "the office stopped new collections 供电公司已停止新收费：");
}

static void an_argument_that_is_too_long_is_cut_and_the_next_is_there(void **state)
{
    struct alarm_text t;
    char text[ALARM_SHOWN_MAX];
    (void)state;
    language_set("en");
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    alarm_say(&t, "%1 %2: %3");
    for (int i = 0; i < ALARM_ARGUMENTS_MAX; i++) {
        alarm_add_text(&t, text);
    }
    assert_true(strlen(t.stored) < STORE_ALARM_MAX);
    assert_int_equal(put(t.stored), TILL_OK);
    assert_non_null(strstr(shown(alarm_of("code").text), "xxx : "));
}

static void a_stored_text_that_is_damaged_is_shown_and_nothing_beyond_it(void **state)
{
    char memory[STORE_ALARM_MAX];
    (void)state;
    assert_string_equal(shown(""), "");
    assert_string_equal(shown("%1 %2: %9\x1f"), "? ?: ?");
    assert_string_equal(shown("%1 %2: %9\x1ft"), " ?: ?");
    assert_string_equal(shown("\x1fw"), "");
    memset(memory, STORE_PART_MARK, sizeof(memory) - 1);
    memory[sizeof(memory) - 1] = '\0';
    assert_string_equal(shown(memory), "");
    for (size_t i = 0; i + 2 < sizeof(memory); i += 2) {
        memcpy(memory + i, "%1", 2);
    }
    memcpy(memory + sizeof(memory) - 200, "\x1ft", 2);
    assert_int_equal(strlen(shown(memory)) < ALARM_SHOWN_MAX, 1);
}

static void the_store_takes_no_other_control_character(void **state)
{
    (void)state;
    assert_int_equal(put("a\nb"), TILL_BAD_INPUT);
    assert_int_equal(put("a\x1ftb\x1b"), TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(what_was_set_aside_is_read_in_the_language_that_is_asked),
        OFFICE_TEST(one_that_needs_no_arguments_is_translated_whole),
        OFFICE_TEST(a_sentence_of_an_older_host_is_shown_as_it_stands),
        OFFICE_TEST(an_argument_is_text_whatever_it_says),
        OFFICE_TEST(a_text_of_a_terminal_is_not_translated),
        OFFICE_TEST(an_argument_that_is_too_long_is_cut_and_the_next_is_there),
        OFFICE_TEST(a_stored_text_that_is_damaged_is_shown_and_nothing_beyond_it),
        OFFICE_TEST(the_store_takes_no_other_control_character),
    };
    return office_run("host_alarms", tests, sizeof(tests) / sizeof(tests[0]));
}
