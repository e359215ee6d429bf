#include "clock_work.h"

#include <stdio.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "when.h"

enum {
    DAY_S = 86400,
    JUMP_S = 120,         /* less is a clock that is put right, and is not told of */
    FAR_S = 600,          /* by so much no money is taken */
    PAUSE_S = 30 * DAY_S, /* a terminal that lay in a drawer for so long is asked about */
    NEAR_S = 60,          /* of a contact: how far two looks at one clock lie apart */
    CLOCK_DIGITS = 12
};

static bool is_far(int64_t off_s, int64_t most_s)
{
    return off_s > most_s || off_s < -most_s;
}

static int64_t now_of(const struct app *app)
{
    return clock_now_s(app->board->clock);
}

static enum till_status note(struct app *app, int64_t from_s, int64_t to_s)
{
    struct entry entry;
    struct body_clock_changed body = {.from_s = from_s, .to_s = to_s};
    enum till_status status = entry_write_clock_changed(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

/* ---- what is known --------------------------------------------------------------------------- */

static int64_t floor_of(const struct flow_facts *f)
{
    int64_t floor_s = WHEN_MIN_S;
    if (f->book && f->book->as_of_s > floor_s)
        floor_s = f->book->as_of_s;
    if (f->ack && f->ack->seq > 0 && f->ack->at_s > floor_s)
        floor_s = f->ack->at_s;
    return floor_s;
}

void clock_facts(const struct app *app, struct flow_facts *f)
{
    const struct clock_work *w = &app->clock;
    f->clock_floor_s = floor_of(f);
    f->clock_due = w->due;
    int64_t known_s = w->known_s > f->clock_floor_s ? w->known_s : f->clock_floor_s;
    if (f->now_s < f->clock_floor_s - FAR_S)
        f->clock = CLOCK_BEHIND;
    else if (is_far(w->off_s, FAR_S))
        f->clock = CLOCK_OFF;
    else if (w->ahead && f->now_s - known_s > PAUSE_S)
        f->clock = CLOCK_UNSURE;
    else
        f->clock = CLOCK_FINE;
}

int64_t clock_away_s(const struct app *app, int64_t now_ms)
{
    const struct clock_work *w = &app->clock;
    return w->away_known ? w->away_s + (now_ms - w->away_ms) / 1000 : 0;
}

/* ---- the start ------------------------------------------------------------------------------- */

/* Counted up to the last record where the clock can't be believed. */
static void begin_away(struct app *app, int64_t known_s)
{
    struct clock_work *w = &app->clock;
    const struct journal_ack *ack = journal_acknowledged(app->journal);
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    int64_t heard_s = ack->seq > 0 ? ack->at_s : user ? user->shift_opened_at_s : 0;
    w->away_known = heard_s > 0;
    w->away_s = known_s > heard_s ? known_s - heard_s : 0;
    w->away_ms = app->facts.now_ms;
}

enum till_status clock_start(struct app *app, int64_t last_s)
{
    struct clock_work *w = &app->clock;
    int64_t now_s = app->facts.now_s, floor_s = floor_of(&app->facts);
    w->known_s = last_s > floor_s ? last_s : floor_s;
    w->ahead = last_s > 0 && now_s - w->known_s > PAUSE_S;
    bool behind = now_s + JUMP_S < last_s;
    begin_away(app, w->ahead || behind ? last_s : now_s);
    return w->ahead || behind ? note(app, last_s, now_s) : TILL_OK;
}

/* ---- jumps ----------------------------------------------------------------------------------- */

/* As it stands now is how it is to go on. */
static void remember(struct app *app)
{
    app->clock.wall_s = now_of(app);
    app->clock.mono_ms = clock_now_ms(app->board->clock);
}

/* What a head said of it holds for the clock that was. */
static void shift_off(struct clock_work *w, int64_t jump_s)
{
    if (w->off_s == 0)
        return;
    w->off_s += jump_s;
    if (!is_far(w->off_s, JUMP_S)) {
        w->off_s = 0;
        w->due = false;
    }
}

void clock_look(struct app *app)
{
    struct clock_work *w = &app->clock;
    int64_t wall_s = now_of(app), mono_ms = clock_now_ms(app->board->clock);
    int64_t expected_s = w->wall_s + (mono_ms - w->mono_ms) / 1000;
    int64_t jump_s = wall_s - expected_s;
    w->jumped = w->mono_ms && is_far(jump_s, JUMP_S);
    w->wall_s = wall_s;
    w->mono_ms = mono_ms;
    if (!w->jumped)
        return;
    shift_off(w, jump_s);
    if (app->journal && !app->read_only && note(app, expected_s, wall_s) != TILL_OK)
        log_warning("the change of the clock was not recorded");
    stack_event(app, &(struct flow_event){.type = EVENT_CLOCK});
}

/* ---- setting --------------------------------------------------------------------------------- */

/* A small change is recorded as well: somebody's hand, or the office's word, was on the clock. */
static enum till_status set(struct app *app, int64_t at_s)
{
    int64_t from_s = now_of(app);
    enum till_status status = clock_set(app->board->clock, at_s);
    if (status != TILL_OK)
        return status;
    remember(app);
    app->clock.off_s = 0;
    app->clock.due = app->clock.ahead = false;
    app->dirty = true;
    if (app->journal && !app->read_only && note(app, from_s, at_s) != TILL_OK)
        log_warning("the change of the clock was not recorded");
    facts_refresh(app);
    return TILL_OK;
}

/* A sum that somebody is about to confirm stays what it is. */
static bool a_payment_stands(const struct app *app)
{
    for (size_t i = 0; i < app->stack.depth; i++) {
        enum flow_id id = app->stack.frames[i].id;
        if (id == FLOW_AMOUNT || id == FLOW_MONTHS || id == FLOW_TENDER || id == FLOW_BASKET)
            return true;
    }
    return false;
}

void clock_step(struct app *app)
{
    struct clock_work *w = &app->clock;
    if (!w->due || a_payment_stands(app))
        return;
    w->due = false;
    int64_t now_s = now_of(app);
    enum till_status status = set(app, now_s - w->off_s);
    if (status == TILL_OK)
        log_info("the clock was set by the office's");
    else
        log_warning("the clock is off by %lld s and can't be set: %s", (long long)w->off_s,
                    status_name(status));
    stack_event(app, &(struct flow_event){.type = EVENT_CLOCK});
}

void clock_heard_head(struct app *app, const struct head *head, int64_t floor_s, uint64_t serial)
{
    struct clock_work *w = &app->clock;
    /* One that waited while the device slept tells the time of before. */
    if (head->serial <= serial || head->serial <= w->serial || w->jumped)
        return;
    w->serial = head->serial;
    w->away_known = true;
    w->away_s = 0;
    w->away_ms = app->facts.now_ms;
    w->off_s = now_of(app) - head->at_s;
    w->due = is_far(w->off_s, JUMP_S) && head->at_s >= floor_s - FAR_S;
    if (is_far(w->off_s, JUMP_S)) {
        if (!w->due)
            log_warning("the office's time is before what it has signed: it is not taken over");
        return;
    }
    w->off_s = 0;
    w->ahead = false;
}

void clock_heard(struct app *app, int64_t contact_s)
{
    struct clock_work *w = &app->clock;
    int64_t age_s = app->facts.now_s - contact_s;
    if (contact_s <= 0 || age_s < -NEAR_S)
        return;
    if (w->away_known && age_s >= clock_away_s(app, app->facts.now_ms))
        return;
    w->away_known = true;
    w->away_s = age_s > 0 ? age_s : 0;
    w->away_ms = app->facts.now_ms;
}

/* ---- by hand --------------------------------------------------------------------------------- */

static bool read_digits(const struct app *app, const char *digits, int64_t *at_s_out)
{
    struct civil c = {0};
    unsigned year, month, day, hour, minute;
    if (strlen(digits) != CLOCK_DIGITS || strspn(digits, "0123456789") != CLOCK_DIGITS ||
        sscanf(digits, "%4u%2u%2u%2u%2u", &year, &month, &day, &hour, &minute) != 5 ||
        !when_date_is_valid((int32_t)(year * 10000 + month * 100 + day)) || hour > 23 ||
        minute > 59)
        return false;
    c.year = (int16_t)year;
    c.month = (uint8_t)month;
    c.day = (uint8_t)day;
    c.hour = (uint8_t)hour;
    c.minute = (uint8_t)minute;
    *at_s_out = when_from_civil(app->facts.fold->enrolled.zone, &c);
    return *at_s_out >= WHEN_MIN_S && *at_s_out <= WHEN_MAX_S;
}

enum till_status clock_set_digits(struct app *app, const char *digits)
{
    int64_t at_s = 0;
    facts_refresh(app);
    const struct flow_facts *f = &app->facts;
    bool free = f->role == ROLE_TECHNICIAN;
    bool bound = f->role != 0 && (f->clock == CLOCK_BEHIND || f->clock == CLOCK_UNSURE);
    if (!free && !bound)
        return TILL_CLOCK_WRONG;
    if (!read_digits(app, digits, &at_s))
        return TILL_BAD_INPUT;
    /* Minutes are typed, so the floor's own minute is not before it. */
    if (!free && (at_s + 60 <= f->clock_floor_s || at_s > f->clock_floor_s + CLOCK_AHEAD_MOST_S))
        return TILL_BAD_INPUT;
    return set(app, at_s);
}

enum till_status clock_agree(struct app *app)
{
    facts_refresh(app);
    if (app->facts.clock != CLOCK_UNSURE || app->facts.role == 0)
        return TILL_CLOCK_WRONG;
    enum till_status status = note(app, app->facts.now_s, app->facts.now_s);
    if (status == TILL_OK)
        app->clock.ahead = false;
    return status;
}
