/*
 * The screens on which money is asked for, with what life has at its worst: the longest names and
 * addresses, thirty months with late fees, sums of twelve digits, every remark at once. In both
 * languages, on every colour shape, all of it stands above the foot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "language.h"
#include "painter.h"
#include "test_language.h"
#include "text.h"

/* Tones of the painter: what may stand on the line above the foot. */
enum { PAPER = 0xfdfdf9, FOOT_HIGH = 23, MONTHS = 30 };

/* Fontconfig keeps 288 bytes to the end of the process, however often it is used. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static const struct display_shape shapes[] = {
    {320, 240, 1, false}, {640, 480, 2, false}, {240, 320, 1, false}, {480, 320, 1, false}};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static struct painter *painters[SHAPES];
static struct customer_view view;
static unsigned looked, cut;

static int open_painters(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        assert_int_equal(painter_open(&shapes[i], &painters[i]), TILL_OK);
    return 0;
}

static int close_painters(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        painter_close(painters[i]);
    return 0;
}

/* ---- the worst customer ---------------------------------------------------------------------- */

static void repeat(char *out, size_t capacity, const char *text)
{
    size_t size = strlen(text), used = 0;
    for (; used + size < capacity; used += size)
        memcpy(out + used, text, size);
    out[used] = '\0';
}

static void make_customer(void)
{
    memset(&view, 0, sizeof view);
    struct book_customer *c = &view.customer;
    text_copy(c->account, sizeof c->account, "6100234567891");
    repeat(c->name, sizeof c->name, "阿卜杜热合曼");
    repeat(c->address, sizeof c->address, "翠湖县学府路北三巷");
    text_copy(c->phone, sizeof c->phone, "13812344417");
    c->last_paid_date = 20260920;
    c->last_paid_minor = INT64_C(999999999999);
    c->flags =
        BOOK_CUSTOMER_KEEP_SUPPLY | BOOK_CUSTOMER_MAYBE_COLLECTED | BOOK_CUSTOMER_CHEQUE_RETURNED;
    view.marks = (struct stop_marks){.skip_reason = SKIP_NO_MONEY, .noticed = true};
    view.paid_here = true;
    for (int i = 0; i < MONTHS; i++)
        view.arrears.bills[i] = (struct bill){.month = 202401 + i / 12 * 100 + i % 12,
                                              .due_date = 20240228,
                                              .type = 1,
                                              .amount_minor = INT64_C(14000000000)};
    view.arrears.count = MONTHS;
    assert_int_equal(
        arrears_assess(&bench.site, CUSTOMER_RESIDENT, bench.facts.today, &view.arrears), TILL_OK);
    assert_true(view.arrears.due_minor > INT64_C(500000000000));
}

/* ---- looking --------------------------------------------------------------------------------- */

/* The row of dots above the foot is paper, or one colour from side to side (a list's row). */
static bool is_clear(const uint32_t *frame, const struct display_shape *s)
{
    double factor = s->width == 480 ? 4.0 / 3 : s->scale;
    size_t y = s->height - (size_t)(FOOT_HIGH * factor + 0.999) - 1;
    for (size_t x = 0; x < s->width; x++)
        if ((frame[y * s->width + x] & 0xffffff) != PAPER)
            return false;
    return true;
}

static void look(const char *what)
{
    struct display_area area;
    bench.flow->show(bench.state, &bench.args, &bench.facts, &bench.screen);
    for (size_t i = 0; i < SHAPES; i++) {
        painter_paint(painters[i], &bench.screen, &area);
        looked++;
        if (is_clear(painter_frame(painters[i]), &shapes[i]))
            continue;
        print_message("# %s (%s) does not fit %ux%u\n", what, bench.screen.name, shapes[i].width,
                      shapes[i].height);
        cut++;
    }
}

static void answer_customer(void)
{
    struct flow_event event = {.type = EVENT_CUSTOMER};
    event.as.customer = &view;
    bench_tell(&event);
}

static void open_with(enum flow_id id, int64_t amount_minor)
{
    bench.args = (struct flow_args){.digit = -1, .amount_minor = amount_minor};
    text_copy(bench.args.account, sizeof bench.args.account, view.customer.account);
    bench_open(id);
    answer_customer();
}

/* ---- the flows ------------------------------------------------------------------------------- */

static void look_at_customer(void)
{
    open_with(FLOW_CUSTOMER, 0);
    look("a card with every remark");
    bench_press(ACTION_DOWN);
    look("the second month");
    view.marks.dispute_proof = DISPUTE_WORD;
    answer_customer();
    look("a dispute too");
    view.customer.flags = 0;
    view.marks = (struct stop_marks){0};
    view.paid_here = false;
    answer_customer();
    look("a card without remarks");
}

static void look_at_months(void)
{
    open_with(FLOW_MONTHS, 0);
    look("no month");
    bench_press(ACTION_OPTION_2);
    look("none chosen");
    for (int i = 0; i < MONTHS; i++) {
        bench_press(ACTION_OK);
        bench_press(ACTION_DOWN);
        if (i % 2)
            bench_press(ACTION_DOWN);
    }
    look("many months");
    bench_press(ACTION_OPTION_2);
    look("too many ranges");
}

static void look_at_tender(void)
{
    open_with(FLOW_TENDER, view.arrears.due_minor);
    look("twelve digits of cash");
    bench_digits("999999999999");
    look("twelve digits typed");
    bench_press(ACTION_ERASE);
    bench_digits("1");
    bench_press(ACTION_OK);
    look("too little");
    bench_press(ACTION_RIGHT);
    look("a number");
    bench_press(ACTION_OK);
    look("no number");
    bench_digits("12345678901234567890");
    bench_press(ACTION_OK);
    look("a part");
    bench_digits("999999999999");
    bench_press(ACTION_OK);
    look("a part too large");
    open_with(FLOW_TENDER, view.arrears.due_minor);
    bench_press(ACTION_LEFT);
    bench_digits("1");
    bench_press(ACTION_OK);
    bench_digits("1");
    bench_press(ACTION_OK);
    look("the rest in cash");
    bench.facts.limits.value[LIMIT_CASH] = 1;
    look("beyond a limit");
    bench.facts.limits.value[LIMIT_CASH] = 0;
}

static void look_at_amount(void)
{
    open_with(FLOW_AMOUNT, 0);
    look("no sum");
    bench_press(ACTION_OK);
    look("nothing typed");
    bench_digits("999999999");
    look("a large sum");
}

static void look_at_basket(void)
{
    open_with(FLOW_BASKET, 0);
    for (int i = 0; i < BASKET_MAX; i++) {
        struct flow_event event = {.type = EVENT_CUSTOMER};
        snprintf(view.customer.account, sizeof view.customer.account, "61002345678%02d", i);
        event.as.customer = &view;
        bench_scan(view.customer.account);
        struct flow_row row = {.customer = view.customer};
        struct flow_event found = {.type = EVENT_WINDOW};
        found.as.window.rows = &row;
        found.as.window.count = found.as.window.total = 1;
        bench_tell(&found);
        bench_tell(&event);
        if (i % 4 == 0)
            look("a basket that fills");
    }
    look("a full basket");
    bench_press(ACTION_OPTION_2);
    bench_press(ACTION_DOWN);
    look("who pays");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    look("the money of a basket");
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    look("leaving a basket");
}

static void end_print(uint64_t seq, enum till_status status)
{
    struct flow_event event = {.type = EVENT_PRINTED, .status = status};
    event.as.printed.seq = seq;
    event.as.printed.begun = true;
    bench_tell(&event);
}

static void look_at_paper(void)
{
    static const uint16_t kinds[] = {0, KIND_REVERSAL, KIND_DISPUTE, KIND_CORRECTION_REQUEST,
                                     KIND_CASH_DROP};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bench.args = (struct flow_args){.seq = 41,
                                        .papers = i == 0 ? BASKET_MAX : 0,
                                        .kind = kinds[i],
                                        .amount_minor = INT64_C(999999999999),
                                        .tendered_minor = INT64_C(1999999999999)};
        text_copy(bench.args.check_code, CHECK_CODE_MAX, "9f3c 21ab");
        bench_open(FLOW_PAPER);
        look("printing");
        end_print(41, TILL_CUTTER_STUCK);
        look("stopped");
        end_print(41, TILL_OK);
        look("printed");
        bench.args.tone = TONE_LOOK;
        bench_open(FLOW_PAPER);
        look("after a cut");
    }
}

static void look_at_all(const char *language)
{
    char dir[512];
    language_folder(dir, sizeof dir);
    assert_int_equal(language_open(language, dir), TILL_OK);
    bench_begin();
    make_customer();
    look_at_months();
    look_at_tender();
    look_at_amount();
    look_at_basket();
    make_customer();
    look_at_customer();
    look_at_paper();
}

static void the_worst_of_life_fits_every_screen(void **state)
{
    (void)state;
    look_at_all("en");
    look_at_all("zh_CN");
    assert_true(looked > 300);
    assert_int_equal(cut, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_of_life_fits_every_screen),
    };
    return cmocka_run_group_tests(tests, open_painters, close_painters);
}
