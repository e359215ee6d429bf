#include "flow_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dump.h"
#include "text.h"

struct flow_bench bench;

void bench_begin(void)
{
    memset(&bench, 0, sizeof bench);
    fold_init(&bench.fold);
    site_default(&bench.site);
    text_copy(bench.fold.enrolled.zone, sizeof bench.fold.enrolled.zone, "CST-8");
    bench.fold.user_count = 1;
    bench.fold.current = 0;
    text_copy(bench.fold.users[0].user, USER_MAX, "1001");
    bench.fold.users[0].shift_open = true;
    bench.fold.users[0].business_date = 20261123;
    bench.fold.users[0].cash_minor = 100000;
    bench.facts = (struct flow_facts){.fold = &bench.fold,
                                      .terminal = "0031",
                                      .site = &bench.site,
                                      .book = &bench.book,
                                      .ack = &bench.ack,
                                      .now_s = 1795395600,
                                      .now_ms = 10000,
                                      .today = 20261123,
                                      .role = ROLE_COLLECTOR};
    bench.args.digit = -1;
    bench.book.as_of_s = 1795395600;
}

void bench_tell(const struct flow_event *event)
{
    memset(&bench.effects, 0, sizeof bench.effects);
    bench.flow->handle(bench.state, &bench.args, &bench.facts, event, &bench.effects);
}

void bench_open(enum flow_id id)
{
    bench.flow = flow_find(id);
    memset(bench.state, 0, sizeof bench.state);
    bench_tell(&(struct flow_event){.type = EVENT_START});
}

void bench_press(enum action action)
{
    struct flow_event event = {.type = EVENT_ACTION};
    event.as.key.action = action;
    bench_tell(&event);
}

void bench_digits(const char *digits)
{
    for (; *digits; digits++) {
        struct flow_event event = {.type = EVENT_ACTION};
        event.as.key.action = ACTION_DIGIT;
        event.as.key.digit = *digits - '0';
        bench_tell(&event);
    }
}

void bench_scan(const char *text)
{
    struct flow_event event = {.type = EVENT_SCANNED};
    event.as.scanned.text = text;
    bench_tell(&event);
}

bool bench_has(enum flow_effect_type type)
{
    for (size_t i = 0; i < bench.effects.count; i++)
        if (bench.effects.list[i].type == type)
            return true;
    return false;
}

static const char *screen_text(void)
{
    static char text[DUMP_MAX];
    struct buffer out;
    bench.flow->show(bench.state, &bench.args, &bench.facts, &bench.screen);
    buffer_init(&out, text, sizeof text - 1);
    assert_int_equal(screen_dump(&bench.screen, &out), TILL_OK);
    text[out.size] = '\0';
    return text;
}

const struct flow_effect *bench_effect(enum flow_effect_type type)
{
    for (size_t i = 0; i < bench.effects.count; i++)
        if (bench.effects.list[i].type == type)
            return &bench.effects.list[i];
    fail_msg("no effect %d among %zu:\n%s", (int)type, bench.effects.count, screen_text());
    return NULL;
}

void bench_sees(const char *text)
{
    const char *screen = screen_text();
    if (!strstr(screen, text))
        fail_msg("\"%s\" does not stand there:\n%s", text, screen);
}

void bench_sees_not(const char *text)
{
    const char *screen = screen_text();
    if (strstr(screen, text))
        fail_msg("\"%s\" stands there:\n%s", text, screen);
}
