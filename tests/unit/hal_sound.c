/* Beepers: those that the kernel knows, against a kernel of our own, and one on a PWM. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_input.h"
#include "linux_drivers.h"
#include "sound.h"
#include "spy.h"
#include "sysdev_drivers.h"

static char folder[64];
static struct fake_kernel kernel;
static struct fake_input input;
static struct settings settings;
static struct board board;

static int begin(void **state)
{
    (void)state;
    char path[96];
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/sound-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        return -1;
    }
    memset(&board, 0, sizeof board);
    fake_kernel_init(&kernel);
    snprintf(path, sizeof path, "%s/event0", folder);
    fake_input_add(&kernel, &input, path, "PC Speaker", "isa0061/input0");
    input.tones = 1u << SND_TONE | 1u << SND_BELL;
    return 0;
}

static void shut(void)
{
    if (board.sound) {
        board.sound->close(board.sound->context);
        board.sound = NULL;
    }
}

static int end(void **state)
{
    (void)state;
    shut();
    fake_input_remove(&input);
    const char *complaint = fake_kernel_complaint(&kernel);
    if (complaint) {
        print_error("%s\n", complaint);
    }
    return rmdir(folder) != 0 || complaint ? -1 : 0;
}

static struct opening opening_of(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "[sound]\n%s\n", options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings),
        TILL_OK);
    return (struct opening){&settings, "sound", NULL};
}

static enum till_status open_beeper(void)
{
    char options[256];
    snprintf(options, sizeof options, "folder=%s\nname=PC Speaker", folder);
    struct opening opening = opening_of(options);
    return evdev_beeper_open_by(&opening, &board, &kernel.sys);
}

/* Plays through, and says what was heard: "2400@0 0@150", times since the beginning. */
static const char *heard(enum sound_pattern pattern, int64_t for_ms)
{
    static char text[256];
    size_t size = 0;
    int64_t from_ms = kernel.now_ms;
    input.sound_count = 0;
    assert_int_equal(sound_play(board.sound, pattern), TILL_OK);
    for (; kernel.now_ms < from_ms + for_ms; kernel.now_ms += 5) {
        assert_int_equal(sound_step(board.sound), TILL_OK);
    }
    text[0] = '\0';
    for (size_t i = 0; i < input.sound_count; i++) {
        size +=
            (size_t)snprintf(text + size, sizeof text - size, "%s%d@%lld", size ? " " : "",
                             input.sounds[i].value, (long long)(input.sounds[i].at_ms - from_ms));
    }
    return text;
}

static void the_four_patterns_differ_in_length_number_and_pitch(void **state)
{
    (void)state;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_string_equal(heard(SOUND_KEY, 100), "2400@0 0@10");
    assert_string_equal(heard(SOUND_OK, 300), "2400@0 0@150");
    assert_string_equal(heard(SOUND_ATTENTION, 500), "2400@0 0@70 2400@140 0@210");
    assert_string_equal(heard(SOUND_ERROR, 600), "600@0 0@90 600@150 0@240 600@300 0@390");
    assert_int_equal(input.sounds[0].code, SND_TONE);
    assert_int_equal(sound_volume(board.sound, 50), TILL_UNSUPPORTED);
}

static void a_new_pattern_cuts_off_the_old_one(void **state)
{
    (void)state;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_string_equal(heard(SOUND_ERROR, 20), "600@0");
    assert_string_equal(heard(SOUND_KEY, 600), "2400@0 0@10");
}

static void a_tone_s_end_wakes_the_program(void **state)
{
    (void)state;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_int_equal(sound_play(board.sound, SOUND_KEY), TILL_OK);
    struct pollfd waiting = {sound_fd(board.sound), POLLIN, 0};
    assert_int_equal(poll(&waiting, 1, 1000), 1); /* the real timer */
    kernel.now_ms += 10;
    assert_int_equal(sound_step(board.sound), TILL_OK);
    assert_int_equal(input.sounds[1].value, 0);
    assert_int_equal(poll(&waiting, 1, 0), 0);
}

static void a_beeper_without_pitch_goes_on_and_off(void **state)
{
    (void)state;
    input.tones = 1u << SND_BELL;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_string_equal(heard(SOUND_ATTENTION, 500), "1@0 0@70 1@140 0@210");
    assert_int_equal(input.sounds[0].code, SND_BELL);
}

static void a_beeper_that_went_is_offline_and_comes_back(void **state)
{
    (void)state;
    assert_int_equal(open_beeper(), TILL_OK);
    fake_input_unplug(&input);
    assert_int_equal(sound_play(board.sound, SOUND_OK), TILL_DEVICE_OFFLINE);
    assert_int_equal(sound_step(board.sound), TILL_OK); /* nothing is to be heard any more */
    fake_input_plug(&input);
    assert_string_equal(heard(SOUND_KEY, 50), "2400@0 0@10");
}

static void closing_leaves_silence(void **state)
{
    (void)state;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_string_equal(heard(SOUND_OK, 20), "2400@0");
    shut();
    assert_int_equal(input.sounds[input.sound_count - 1].value, 0);
}

static void the_spy_hears_what_is_played_and_not_its_steps(void **state)
{
    (void)state;
    struct wrap_hook hook;
    assert_int_equal(open_beeper(), TILL_OK);
    assert_int_equal(spy_open(NULL, &hook), TILL_OK);
    struct wrap *wrap = wrap_board(&board, &hook);
    assert_string_equal(heard(SOUND_KEY, 50), "2400@0 0@10");
    assert_true(sound_fd(board.sound) >= 0);
    assert_string_equal(spy_text(&hook), "sound.play key = TILL_OK\n");
    shut();
    wrap_close(wrap);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static long value_of(const char *channel, const char *name)
{
    char path[160];
    char text[24] = "";
    snprintf(path, sizeof path, "%s/%s", channel, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    return strtol(text, NULL, 10);
}

static void a_pwm_beeps_at_half_its_period_or_less(void **state)
{
    (void)state;
    char paths[5][96];
    char file[160];
    char options[128];
    static const char *const parts[] = {"sys", "sys/class", "sys/class/pwm",
                                        "sys/class/pwm/pwmchip2", "sys/class/pwm/pwmchip2/pwm1"};
    static const char *const names[] = {"enable", "period", "duty_cycle"};
    for (size_t i = 0; i < 5; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", folder, parts[i]);
        assert_int_equal(mkdir(paths[i], 0700), 0);
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", paths[4], names[i]);
        put(file, "0\n");
    }
    snprintf(options, sizeof options, "root=%s\nchip=pwmchip2\nchannel=1", folder);
    struct opening opening = opening_of(options);
    assert_int_equal(pwm_beeper_open(&opening, &board), TILL_OK);
    assert_int_equal(sound_play(board.sound, SOUND_KEY), TILL_OK);
    assert_int_equal(value_of(paths[4], "period"), 1000000000 / 2400);
    assert_int_equal(value_of(paths[4], "duty_cycle"), 1000000000 / 2400 / 2);
    assert_int_equal(value_of(paths[4], "enable"), 1);
    struct pollfd waiting = {sound_fd(board.sound), POLLIN, 0};
    assert_int_equal(poll(&waiting, 1, 1000), 1);
    assert_int_equal(sound_step(board.sound), TILL_OK);
    assert_int_equal(value_of(paths[4], "enable"), 0);
    assert_int_equal(poll(&waiting, 1, 0), 0);
    assert_int_equal(sound_volume(board.sound, 10), TILL_OK);
    assert_int_equal(sound_play(board.sound, SOUND_ERROR), TILL_OK);
    assert_int_equal(value_of(paths[4], "duty_cycle"), 1000000000 / 600 / 2 / 10);
    shut();
    assert_int_equal(value_of(paths[4], "enable"), 0);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", paths[4], names[i]);
        unlink(file);
    }
    for (size_t i = 5; i > 0; i--) {
        assert_int_equal(rmdir(paths[i - 1]), 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(the_four_patterns_differ_in_length_number_and_pitch),
        TEST(a_new_pattern_cuts_off_the_old_one),
        TEST(a_tone_s_end_wakes_the_program),
        TEST(a_beeper_without_pitch_goes_on_and_off),
        TEST(a_beeper_that_went_is_offline_and_comes_back),
        TEST(closing_leaves_silence),
        TEST(the_spy_hears_what_is_played_and_not_its_steps),
        TEST(a_pwm_beeps_at_half_its_period_or_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
