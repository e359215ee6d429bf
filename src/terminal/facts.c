/*
 * What flows may know: a snapshot, made anew before each call of a flow.
 */
#include <string.h>

#include "display.h"
#include "parts.h"
#include "text.h"
#include "when.h"

void facts_open(struct app *app)
{
    kept_default(&app->settings);
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* The smaller of two limits, where 0 is none. */
static int64_t tighter(int64_t a, int64_t b)
{
    return b > 0 && (a <= 0 || b < a) ? b : a;
}

/* Codes raised some of them for the business date of whoever works here now. */
static void lift(const struct fold_user *user, struct limits *l)
{
    if (!user || user->lifted_date != user->business_date)
        return;
    for (int limit = LIMIT_NONE + 1; limit < LIMIT_COUNT; limit++)
        if (l->value[limit] > 0 && user->lifted[limit] > l->value[limit])
            l->value[limit] = user->lifted[limit];
}

/* Since the office was last heard of: by the line, by the newest head, or since the shift began. A
 * clock that is put back makes it no shorter than what has passed meanwhile. */
static int64_t offline_s(const struct flow_facts *f, const struct fold_user *user, int64_t away_s)
{
    int64_t heard_s = f->link.last_contact_s;
    if (f->ack && f->ack->seq > 0 && f->ack->at_s > heard_s)
        heard_s = f->ack->at_s;
    if (heard_s == 0 && user)
        heard_s = user->shift_opened_at_s;
    int64_t passed_s = heard_s > 0 ? f->now_s - heard_s : 0;
    return passed_s > away_s ? passed_s : away_s;
}

/* All that they carry: the bag, and what was counted and not handed over yet. What was given and
 * taken back lies with what came from others, and counts too; but of a supervisor that is the
 * cash that others handed in, which no limit on collecting is about. */
static int64_t carried_minor(const struct fold_user *user, const struct book_user *row,
                             const struct flow_facts *f)
{
    bool gathers = row && user_role_on(row, f->today) == ROLE_SUPERVISOR;
    return user->cash_minor + user->held_minor + (gathers ? 0 : user->kept_minor);
}

static void set_limits(const struct app *app, const struct book_user *row, struct flow_facts *f)
{
    const struct fold_user *user = fold_current(f->fold);
    f->limits = app->ordered;
    if (f->site)
        f->limits.value[LIMIT_RECEIPT] =
            tighter(f->limits.value[LIMIT_RECEIPT], f->site->receipt_max_minor);
    if (row)
        limits_tighten_cash(&f->limits, row->cash_limit_minor);
    lift(user, &f->limits);
    memset(&f->used, 0, sizeof f->used);
    f->used.value[LIMIT_UNSENT] = (int64_t)f->unsent;
    f->used.value[LIMIT_OFFLINE] = offline_s(f, user, clock_away_s(app, f->now_ms));
    if (user) {
        f->used.value[LIMIT_CASH] = carried_minor(user, row, f);
        f->used.value[LIMIT_DAY] = user->day_minor;
        f->used.value[LIMIT_REVERSALS] = user->own_reversals;
        f->used.value[LIMIT_REVERSED] = user->own_reversed_minor;
    }
    limits_check_collection(&f->limits, &f->used, 0, 0, &f->limit);
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* Who works here, and what follows from it. */
static void set_user(struct app *app, struct flow_facts *f)
{
    const struct fold_user *user = fold_current(f->fold);
    struct book_user row;
    bool known = user && app->book && book_find_user(app->book, user->user, &row) == TILL_OK;
    text_copy(f->user_name, sizeof f->user_name, known ? row.name : user ? user->user : "");
    f->role = known && app->signed_in ? user_role_on(&row, f->today) : 0;
    f->pin_user = app->pin_user;
    f->pin_wait_s = pin_wait_s(app, app->pin_user);
    f->must_change_pin = app->signed_in && app->must_change_pin;
    set_limits(app, known ? &row : NULL, f);
}

static void set_devices(const struct app *app, struct flow_facts *f)
{
    f->bearer = app->network.airplane ? NETWORK_NONE : (int)app->network.bearer;
    f->airplane = app->network.airplane;
    f->printer = app->board->printer ? app->printer.status : TILL_UNSUPPORTED;
    f->printer_flags = app->printer.flags;
    f->battery_percent = app->power.percent;
    f->charging = app->power.charging;
    bool drained = app->power_known && !app->power.charging;
    f->battery_low = drained && app->power.percent <= app->settings.battery_low;
    f->battery_empty = drained && app->power.percent <= app->settings.battery_empty;
    f->has_position = app->has_position;
    f->latitude_e7 = app->latitude_e7;
    f->longitude_e7 = app->longitude_e7;
}

/* Two dots a module at the least, beside bar, title and foot. */
static bool shows_code(const struct app *app)
{
    enum { HEIGHT_LEAST = 200, WIDTH_LEAST = 200 };
    struct display_shape shape;
    display_shape(app->board->display, &shape);
    return shape.scale > 0 && shape.height / shape.scale >= HEIGHT_LEAST &&
           shape.width / shape.scale >= WIDTH_LEAST;
}

static void set_messages(const struct app *app, struct flow_facts *f)
{
    f->messages = app->messages;
    f->message_count = app->message_count;
    f->messages_new = 0;
    for (size_t i = 0; i < app->message_count; i++)
        f->messages_new += app->messages[i].id > f->fold->message_id;
}

/* Looked for where there is numbered paper, once for each entry. */
static void set_numbers(struct app *app, struct flow_facts *f)
{
    struct paper_numbers numbers;
    uint64_t seq = f->fold->paper_seq ? f->fold->paper_seq
                   : app->numbers_seq ? app->numbers_seq
                                      : f->fold->last_receipt_seq;
    bool any = app->settings.numbered_receipts || app->settings.numbered_invoices ||
               f->fold->stock_count > 0;
    if (!any || seq == 0 || !app->journal) {
        f->paper_number[0] = '\0';
        app->numbers_head = 0;
        return;
    }
    if (app->numbers_seq == seq && app->numbers_head == f->fold->seq)
        return;
    if (stock_of(app, seq, &numbers) != TILL_OK)
        numbers.count = 0;
    stock_text(&numbers, f->paper_number);
    app->numbers_seq = seq;
    app->numbers_head = f->fold->seq;
}

void facts_refresh(struct app *app)
{
    struct flow_facts *f = &app->facts;
    const struct clock_device *clock = app->board->clock;
    f->fold = app->journal ? journal_fold(app->journal) : &app->no_fold;
    f->terminal = app->journal ? journal_terminal(app->journal) : "";
    f->site = app->book ? book_site(app->book) : NULL;
    f->book = app->book ? book_meta(app->book) : NULL;
    f->ack = app->journal ? journal_acknowledged(app->journal) : NULL;
    f->unsent = app->journal ? journal_unsent(app->journal) : 0;
    f->link = app->line.link;
    f->now_s = clock->now_s(clock->context);
    f->now_ms = clock->now_ms(clock->context);
    f->today = when_date(app->journal ? f->fold->enrolled.zone : "UTC0", f->now_s);
    clock_facts(app, f);
    f->training = app->training;
    f->stopped = app->stopped;
    f->read_only = app->read_only;
    f->queue = &app->queue;
    f->settings = &app->settings;
    f->has_stick = app->board->stick != NULL;
    f->shows_code = shows_code(app);
    f->has_team = app->has_team;
    f->below = app->below ? app->below : "";
    text_copy(f->version, sizeof f->version, FIELDTILL_VERSION);
    set_devices(app, f);
    set_messages(app, f);
    set_user(app, f);
    set_numbers(app, f);
}
