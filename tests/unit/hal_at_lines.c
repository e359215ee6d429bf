/* Lines of AT modems, and the conversation with one, without any line or clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "at_machine.h"

/* ---- lines ----------------------------------------------------------------------------------- */

static void lines_are_cut_out_of_noise_and_a_spoilt_one_is_dropped(void **state)
{
    (void)state;
    static const char stream[] = "\r\n\r\nOK\r\n\x01+CSQ: 9\x02\r\n+CSQ: 20,99\n";
    struct at_reader reader;
    char seen[128] = "";
    at_reader_init(&reader);
    for (size_t i = 0; i < sizeof stream - 1; i++) {
        if (at_reader_put(&reader, (uint8_t)stream[i])) {
            size_t size = strlen(seen);
            snprintf(seen + size, sizeof seen - size, "%.40s|", reader.line);
        }
    }
    assert_string_equal(seen, "OK|+CSQ: 20,99|");
    for (int i = 0; i < AT_LINE_MAX + 1; i++) {
        assert_false(at_reader_put(&reader, 'x'));
    }
    assert_false(at_reader_put(&reader, '\r'));
    assert_false(at_reader_put(&reader, 'A'));
    assert_true(at_reader_put(&reader, '\r'));
    assert_string_equal(reader.line, "A");
}

static void a_command_ends_with_ok_or_with_an_error_in_figures_or_words(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum at_final final;
        int error;
    } table[] = {
        {"OK", AT_OK, -2},
        {"ERROR", AT_ERROR, -1},
        {"+CME ERROR: 10", AT_ERROR, 10},
        {"+CME ERROR: SIM not inserted", AT_ERROR, 10},
        {"+CME ERROR: SIM PIN required", AT_ERROR, 11},
        {"+CME ERROR: incorrect password", AT_ERROR, 16},
        {"+CME ERROR: a word of the maker", AT_ERROR, -1},
        {"+CMS ERROR: 310", AT_ERROR, -1},
        {"NO CARRIER", AT_ERROR, -1},
        {"OKAY", AT_NOT_FINAL, -2},
        {"+CSQ: 10,99", AT_NOT_FINAL, -2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int error = -2;
        assert_int_equal(at_line_final(table[i].line, &error), table[i].final);
        assert_int_equal(error, table[i].error);
    }
}

static void a_registration_is_read_as_an_answer_and_as_it_comes_by_itself(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum modem_registration registration;
        enum modem_access access;
    } table[] = {
        {"+CREG: 0,1", MODEM_HOME, MODEM_ACCESS_UNKNOWN},
        {"+CREG: 2,5,\"00A1\",\"0B2C\",7", MODEM_ROAMING, MODEM_ACCESS_LTE},
        {"+CREG: 2", MODEM_SEARCHING, MODEM_ACCESS_UNKNOWN},
        {"+CREG: 1,\"00A1\",\"0B2C\",3", MODEM_HOME, MODEM_ACCESS_EDGE},
        {"+CREG: 1,00A1,0B2C,2", MODEM_HOME, MODEM_ACCESS_3G},
        {"+CREG:3", MODEM_DENIED, MODEM_ACCESS_UNKNOWN},
        {"+CREG: 2,0", MODEM_IDLE, MODEM_ACCESS_UNKNOWN},
        {"+CREG: 2,99", MODEM_UNKNOWN, MODEM_ACCESS_UNKNOWN},
        {"+CREG: 2,1,\"00A1\",\"0B2C\",99", MODEM_HOME, MODEM_ACCESS_UNKNOWN},
    };
    struct at_registration r;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(at_line_registration(table[i].line, "+CREG:", &r));
        assert_int_equal(r.registration, table[i].registration);
        assert_int_equal(r.access, table[i].access);
    }
    assert_false(at_line_registration("+CREG: x", "+CREG:", &r));
    assert_false(at_line_registration("+CGREG: 0,1", "+CREG:", &r));
}

static void the_sim_the_signal_and_the_operator_are_read(void **state)
{
    (void)state;
    enum modem_sim sim = MODEM_SIM_NONE;
    assert_true(at_line_sim("+CPIN: READY", &sim) && sim == MODEM_SIM_READY);
    assert_true(at_line_sim("+CPIN: SIM PIN", &sim) && sim == MODEM_SIM_PIN);
    assert_true(at_line_sim("+CPIN: SIM PUK", &sim) && sim == MODEM_SIM_BLOCKED);
    assert_true(at_line_sim("+CPIN: PH-NET PIN", &sim) && sim == MODEM_SIM_BLOCKED);
    assert_true(at_line_sim("+CPIN: NOT INSERTED", &sim) && sim == MODEM_SIM_NONE);
    assert_true(at_line_sim("+CPIN: SIM PIN2", &sim) && sim == MODEM_SIM_READY);
    int16_t dbm = 1;
    assert_true(at_line_signal("+CSQ: 0,99", &dbm) && dbm == -113);
    assert_true(at_line_signal("+CSQ: 31,0", &dbm) && dbm == -51);
    assert_true(at_line_signal("+CSQ: 99,99", &dbm) && dbm == 0);
    assert_false(at_line_signal("+CSQ: ,", &dbm));
    char name[33] = "before";
    enum modem_access access = MODEM_ACCESS_UNKNOWN;
    assert_true(at_line_operator("+COPS: 0,0,\"CHINA, MOBILE\",7", name, &access));
    assert_string_equal(name, "CHINA, MOBILE");
    assert_int_equal(access, MODEM_ACCESS_LTE);
    assert_true(at_line_operator("+COPS: 0", name, &access));
    assert_string_equal(name, "");
    assert_true(at_line_operator("+COPS: 0,0,\"\xFF\xFE\"", name, &access));
    assert_string_equal(name, "");
    assert_int_equal(access, MODEM_ACCESS_LTE);
}

/* ---- the conversation ------------------------------------------------------------------------ */

static struct at_machine machine;
static int64_t now_ms;

static void begin(void)
{
    struct at_options options;
    at_options_default(&options);
    now_ms = 1000;
    at_machine_init(&machine, &options, now_ms);
}

/* What it sends next, without its end; "" = nothing is due now. */
static const char *sends(void)
{
    static char text[AT_COMMAND_MAX];
    at_machine_step(&machine, now_ms);
    snprintf(text, sizeof text, "%.*s", (int)machine.out_size, machine.out);
    text[strcspn(text, "\r")] = '\0';
    at_machine_sent(&machine, machine.out_size);
    return text;
}

static void says(const char *lines)
{
    at_machine_take(&machine, (struct span){(const uint8_t *)lines, strlen(lines)}, now_ms);
}

/* Answers everything as a modem on LTE does, until nothing is due; a command that begins with
 * `stop` is left unanswered, and true is answered. */
static bool converse(const char *stop)
{
    static const char *const answers[][2] = {
        {"AT+CMEE?", "+CMEE: 0\r\nOK\r\n"},
        {"AT+CPIN?", "+CPIN: READY\r\n\r\nOK\r\n"},
        {"AT+CSQ", "+CSQ: 20,99\r\n\r\nOK\r\n"},
        {"AT+CREG?", "+CREG: 2,1,\"00A1\",\"0B2C\",7\r\nOK\r\n"},
        {"AT+CEREG?", "+CEREG: 2,1,\"00A1\",\"0B2C\",7\r\nOK\r\n"},
        {"AT+CGREG?", "+CGREG: 2,0\r\nOK\r\n"},
        {"AT+COPS?", "+COPS: 0,0,\"CHINA MOBILE\",7\r\nOK\r\n"},
        {"AT+CGATT?", "+CGATT: 1\r\nOK\r\n"},
        {"AT+CGACT?", "+CGACT: 1,1\r\n+CGACT: 2,0\r\nOK\r\n"},
    };
    for (int turn = 0; turn < 60; turn++) {
        const char *command = sends();
        if (command[0] == '\0') {
            return false;
        }
        if (stop && strncmp(command, stop, strlen(stop)) == 0) {
            return true;
        }
        const char *answer = "OK\r\n";
        for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
            answer = strcmp(command, answers[i][0]) == 0 ? answers[i][1] : answer;
        }
        says(answer);
    }
    fail_msg("it never stops asking");
    return false;
}

static void a_modem_is_asked_once_what_it_is_and_then_left_alone(void **state)
{
    (void)state;
    begin();
    assert_false(at_machine_answers(&machine));
    assert_false(converse(NULL));
    assert_true(at_machine_answers(&machine));
    assert_int_equal(machine.state.sim, MODEM_SIM_READY);
    assert_int_equal(machine.state.registration, MODEM_HOME);
    assert_int_equal(machine.state.access, MODEM_ACCESS_LTE);
    assert_int_equal(machine.state.signal_dbm, -73);
    assert_string_equal(machine.state.operator_name, "CHINA MOBILE");
    assert_true(machine.state.attached);
    now_ms += 9999;
    assert_string_equal(sends(), "");
    now_ms += 1;
    assert_string_equal(sends(), "AT+CPIN?");
}

static void what_comes_by_itself_counts_in_the_middle_of_an_answer(void **state)
{
    (void)state;
    begin();
    assert_true(converse("AT+CSQ"));
    says("+CREG: 5,\"00A1\",\"0B2C\",0\r\n+CSQ: 3,99\r\nRING\r\n^BOOT:1\r\nOK\r\n");
    assert_int_equal(machine.state.signal_dbm, -107);
    assert_int_equal(machine.state.registration, MODEM_ROAMING);
    assert_int_equal(machine.state.access, MODEM_ACCESS_GPRS);
    assert_string_equal(sends(), "AT+CREG?");
}

static void a_late_ok_of_an_older_command_is_not_taken_for_the_next_one_s(void **state)
{
    (void)state;
    begin();
    assert_true(converse("AT+CSQ"));
    now_ms += 2000;
    assert_string_equal(sends(), "");
    assert_true(at_machine_answers(&machine) == false || machine.phase == AT_PHASE_SYNC);
    now_ms += 300;
    assert_string_equal(sends(), "AT+CMEE?");
    says("+CSQ: 9,9\r\nOK\r\n");
    assert_int_equal(machine.phase, AT_PHASE_SYNC);
    says("+CMEE: 1\r\nOK\r\n");
    assert_int_equal(machine.phase, AT_PHASE_READY);
}

static void three_time_outs_in_a_row_are_a_hang_and_reset_it(void **state)
{
    (void)state;
    begin();
    assert_false(converse(NULL));
    now_ms += 10000;
    assert_string_equal(sends(), "AT+CPIN?");
    for (int i = 0; i < 2; i++) {
        now_ms += 2000;
        assert_string_equal(sends(), "");
        assert_true(at_machine_answers(&machine));
        now_ms += 300;
        assert_string_equal(sends(), "AT+CMEE?");
    }
    now_ms += 2000;
    assert_string_equal(sends(), "AT+CFUN=1,1");
    assert_false(at_machine_answers(&machine));
    assert_int_equal(at_machine_attach(&machine, "cmnet"), TILL_BUSY);
    now_ms += 2999;
    says("OK\r\n");
    assert_string_equal(sends(), "");
    now_ms += 1;
    assert_false(converse(NULL));
    assert_true(at_machine_answers(&machine));
    assert_int_equal(machine.state.registration, MODEM_HOME);
}

static void a_modem_that_stays_dead_is_cut_off_its_power_and_left_ever_longer(void **state)
{
    (void)state;
    struct at_options options;
    at_options_default(&options);
    options.has_power = true;
    now_ms = 1000;
    at_machine_init(&machine, &options, now_ms);
    int commands = 0;
    int cycles = 0;
    int64_t last_ms = 0;
    for (; now_ms < 4000000; now_ms += 100) {
        commands += strcmp(sends(), "AT+CFUN=1,1") == 0;
        if (machine.wants_power_cycle) {
            cycles++;
            last_ms = now_ms;
            at_machine_power_cycled(&machine, now_ms);
        }
    }
    assert_in_range(commands, 4, 8);
    assert_in_range(cycles, 4, 8);
    assert_true(now_ms - last_ms < 2 * AT_RESET_PAUSE_MAX_MS);
    while (strcmp(sends(), "AT+CMEE?") != 0) {
        now_ms += 100;
    }
    says("+CMEE: 1\r\nOK\r\n");
    assert_false(converse(NULL));
    assert_true(at_machine_answers(&machine));
}

static void without_a_sim_nothing_of_the_network_is_asked(void **state)
{
    (void)state;
    begin();
    assert_true(converse("AT+CPIN?"));
    says("+CME ERROR: 10\r\n");
    assert_false(converse("AT+CSQ"));
    assert_true(at_machine_answers(&machine));
    assert_int_equal(machine.state.sim, MODEM_SIM_NONE);
    assert_int_equal(at_machine_attach(&machine, "cmnet"), TILL_REFUSED);
    now_ms += 10000;
    assert_true(converse("AT+CSQ")); /* it was put in */
}

static void a_sim_that_is_taken_out_is_seen_at_once(void **state)
{
    (void)state;
    begin();
    assert_false(converse(NULL));
    says("+CPIN: NOT INSERTED\r\n");
    assert_int_equal(machine.state.sim, MODEM_SIM_NONE);
    assert_int_equal(machine.state.registration, MODEM_IDLE);
    assert_false(machine.state.attached);
}

static void a_pin_is_asked_for_once_and_sent_once(void **state)
{
    (void)state;
    begin();
    assert_true(converse("AT+CPIN?"));
    says("+CPIN: SIM PIN\r\nOK\r\n");
    assert_true(machine.wants_pin);
    at_machine_pin(&machine, "2468");
    assert_true(converse("AT+CPIN="));
    assert_null(memchr(machine.out, '2', sizeof machine.out)); /* wiped once it was sent */
    assert_int_equal(machine.pin[0], 0);
    says("+CME ERROR: 16\r\n");
    assert_true(machine.pin_refused);
    for (int i = 0; i < 5; i++) {
        while (sends()[0] != '\0') {
            says("+CPIN: SIM PIN\r\nOK\r\n");
            assert_int_not_equal(strncmp(machine.text, "AT+CPIN=", 8), 0);
        }
        assert_false(machine.wants_pin);
        now_ms += 10000;
    }
    assert_int_equal(machine.state.sim, MODEM_SIM_PIN);
}

static void a_pin_that_opened_the_sim_is_sent_again_after_a_reset(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 3; i++) {
        assert_true(converse("AT+CPIN?"));
        says("+CPIN: SIM PIN\r\nOK\r\n");
        assert_true(machine.wants_pin);
        at_machine_pin(&machine, "2468");
        assert_true(converse("AT+CPIN="));
        says("OK\r\n+CPIN: READY\r\n");
        assert_int_equal(machine.state.sim, MODEM_SIM_READY);
        assert_int_equal(at_machine_reset(&machine, now_ms), TILL_OK);
        now_ms += 5000;
    }
}

static void attaching_sets_the_apn_and_a_refusal_ends_it(void **state)
{
    (void)state;
    begin();
    assert_false(converse(NULL));
    assert_int_equal(at_machine_attach(&machine, "cm\"net"), TILL_BAD_INPUT);
    assert_int_equal(at_machine_attach(&machine, "cmnet"), TILL_OK);
    assert_int_equal(at_machine_attach(&machine, "cmnet"), TILL_BUSY);
    assert_string_equal(sends(), "AT+CGDCONT=1,\"IP\",\"cmnet\"");
    says("OK\r\n");
    assert_string_equal(sends(), "AT+CGATT=1");
    now_ms += 9000; /* the network takes its time */
    assert_string_equal(sends(), "");
    says("OK\r\n");
    assert_string_equal(sends(), "AT+CGACT=1,1");
    says("+CME ERROR: 30\r\n");
    assert_int_equal(machine.attach, AT_ATTACH_FAILED);
    assert_int_equal(at_machine_attach(&machine, "cmnet"), TILL_OK);
}

static void a_context_that_the_network_ends_is_not_attached_any_more(void **state)
{
    (void)state;
    begin();
    assert_false(converse(NULL));
    assert_true(machine.state.attached);
    says("+CGEV: NW PDN DEACT 1\r\n");
    assert_string_equal(sends(), "AT+CGATT?");
    says("+CGATT: 1\r\nOK\r\n");
    assert_string_equal(sends(), "AT+CGACT?");
    says("+CGACT: 2,1\r\nOK\r\n");
    assert_false(machine.state.attached);
}

static void a_modem_of_2g_that_knows_no_eps_is_not_asked_for_it_again(void **state)
{
    (void)state;
    begin();
    assert_true(converse("AT+CEREG=2"));
    says("ERROR\r\n");
    assert_true(converse("AT+CEREG?"));
    says("+CME ERROR: 4\r\n");
    assert_false(converse(NULL));
    now_ms += 10000;
    assert_false(converse("AT+CEREG?"));
}

static void an_echo_after_it_was_turned_off_tells_of_a_restart(void **state)
{
    (void)state;
    begin();
    assert_string_equal(sends(), "AT+CMEE?");
    says("AT+CMEE?\r\r\n+CMEE: 0\r\nOK\r\n");
    assert_string_equal(sends(), "ATE0");
    says("ATE0\r\r\nOK\r\n");
    assert_false(converse(NULL));
    now_ms += 10000;
    assert_string_equal(sends(), "AT+CPIN?");
    says("AT+CPIN?\r\r\n+CPIN: READY\r\nOK\r\n");
    assert_string_equal(sends(), "ATE0");
}

static void an_echo_that_can_t_be_turned_off_does_no_harm(void **state)
{
    (void)state;
    char echo[AT_COMMAND_MAX + 32];
    begin();
    int turns = 0;
    for (const char *command = sends(); command[0] != '\0' && turns < 60; command = sends()) {
        snprintf(echo, sizeof echo, "%s\r\r\n%sOK\r\n", command,
                 strcmp(command, "AT+CMEE?") == 0   ? "+CMEE: 0\r\n"
                 : strcmp(command, "AT+CPIN?") == 0 ? "+CPIN: READY\r\n"
                                                    : "");
        says(echo);
        turns++;
    }
    assert_in_range(turns, 10, 30);
    assert_true(at_machine_answers(&machine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_cut_out_of_noise_and_a_spoilt_one_is_dropped),
        cmocka_unit_test(a_command_ends_with_ok_or_with_an_error_in_figures_or_words),
        cmocka_unit_test(a_registration_is_read_as_an_answer_and_as_it_comes_by_itself),
        cmocka_unit_test(the_sim_the_signal_and_the_operator_are_read),
        cmocka_unit_test(a_modem_is_asked_once_what_it_is_and_then_left_alone),
        cmocka_unit_test(what_comes_by_itself_counts_in_the_middle_of_an_answer),
        cmocka_unit_test(a_late_ok_of_an_older_command_is_not_taken_for_the_next_one_s),
        cmocka_unit_test(three_time_outs_in_a_row_are_a_hang_and_reset_it),
        cmocka_unit_test(a_modem_that_stays_dead_is_cut_off_its_power_and_left_ever_longer),
        cmocka_unit_test(without_a_sim_nothing_of_the_network_is_asked),
        cmocka_unit_test(a_sim_that_is_taken_out_is_seen_at_once),
        cmocka_unit_test(a_pin_is_asked_for_once_and_sent_once),
        cmocka_unit_test(a_pin_that_opened_the_sim_is_sent_again_after_a_reset),
        cmocka_unit_test(attaching_sets_the_apn_and_a_refusal_ends_it),
        cmocka_unit_test(a_context_that_the_network_ends_is_not_attached_any_more),
        cmocka_unit_test(a_modem_of_2g_that_knows_no_eps_is_not_asked_for_it_again),
        cmocka_unit_test(an_echo_after_it_was_turned_off_tells_of_a_restart),
        cmocka_unit_test(an_echo_that_can_t_be_turned_off_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
