/*
 * Plain pages: what stands on them, from the journal, the book and the devices.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "card.h"
#include "language.h"
#include "meter.h"
#include "modem.h"
#include "pages.h"
#include "parts.h"
#include "profile.h"
#include "stock_page.h"
#include "text.h"
#include "when.h"

enum { DIAGNOSIS_MOST = 32, MEBIBYTE = 1024 * 1024 };

/* ---- X slip ---------------------------------------------------------------------------------- */

static void fill_x(struct app *app, const struct fold_user *user, const struct shift_sums *sums,
                   struct x_page *x)
{
    *x = (struct x_page){.site = book_site(app->book),
                         .terminal = journal_terminal(app->journal),
                         .user = user->user,
                         .collector = app->facts.user_name,
                         .shift = user->shift,
                         .business_date = user->business_date,
                         .opened_at_s = user->shift_opened_at_s,
                         .at_s = app->facts.now_s,
                         .first_seq = sums->first_seq,
                         .last_seq = sums->last_seq,
                         .receipts = sums->receipts,
                         .reversals = sums->reversals,
                         .duplicates = sums->duplicates,
                         .opening_minor = sums->opening_minor,
                         .cash_minor = shift_sums_cash(sums),
                         .unsent = app->facts.unsent,
                         .training = app->facts.training};
}

/* The slip is journalled before it comes; nothing of it once the count has begun. */
static enum till_status note_x(struct app *app, const struct shift_sums *sums)
{
    struct entry entry;
    struct body_x_report body = {.shift = sums->shift};
    enum till_status status = shift_sums_taken(sums, &body.taken_minor);
    if (status == TILL_OK)
        status = entry_write_x_report(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

static enum till_status lay_out_x(struct app *app, int columns, struct paper *paper)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    struct body_shift_totals totals = {.unsent = app->facts.unsent};
    struct x_page x;
    struct entry entry;
    if (!user || !user->shift_open || !app->book)
        return TILL_NO_SHIFT;
    if (user->counting)
        return TILL_REFUSED;
    struct shift_sums *sums = malloc(sizeof *sums);
    enum till_status status = sums ? shift_work(app, user, sums) : TILL_E_MEMORY;
    totals.grand_minor = journal_fold(app->journal)->grand_minor;
    if (status == TILL_OK)
        status = shift_sums_write(sums, &totals, &entry);
    if (status == TILL_OK) {
        fill_x(app, user, sums, &x);
        x.totals = &totals;
        status = page_x(&x, columns, paper);
    }
    if (status == TILL_OK)
        status = note_x(app, sums);
    free(sums);
    return status;
}

/* ---- notice ---------------------------------------------------------------------------------- */

static enum till_status lay_out_notice(struct app *app, const char *account, int columns,
                                       struct paper *paper)
{
    struct customer_view *view = malloc(sizeof *view);
    char name[BOOK_NAME_MAX];
    if (!view)
        return TILL_E_MEMORY;
    enum till_status status = roster_customer(app, account, view);
    if (status == TILL_OK) {
        const struct site *site = book_site(app->book);
        text_mask_name(name, sizeof name, view->customer.name);
        const struct notice_page n = {.site = site,
                                      .account = account,
                                      .name = name,
                                      .address = view->customer.address,
                                      .arrears = &view->arrears,
                                      .as_of = when_date(site->zone, book_meta(app->book)->as_of_s),
                                      .at_s = app->facts.now_s,
                                      .collector = app->facts.user_name,
                                      .reading_cwh = view->marks.reading_cwh,
                                      .disputed = customer_is_disputed(view),
                                      .maybe_collected = customer_is_maybe_collected(view),
                                      .training = app->facts.training};
        status = page_notice(&n, columns, paper);
    }
    free(view);
    return status;
}

/* ---- diagnosis ------------------------------------------------------------------------------- */

struct diagnosis {
    struct diagnosis_line lines[DIAGNOSIS_MOST];
    size_t count;
};

__attribute__((format(printf, 3, 4))) static void say(struct diagnosis *d, const char *name,
                                                      const char *format, ...)
{
    if (d->count == DIAGNOSIS_MOST)
        return;
    struct diagnosis_line *line = &d->lines[d->count++];
    char value[2 * sizeof line->value];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    text_copy(line->name, sizeof line->name, name);
    text_copy(line->value, sizeof line->value, value);
}

static const char *state_text(int status)
{
    return status == TILL_OK ? _("in order") : _(status_text(status));
}

/* That the board file names one says nothing: the reader itself is asked. */
static const char *card_text(const struct card_reader *reader)
{
    bool present = false;
    if (!reader)
        return _("none");
    if (card_present(reader, &present) != TILL_OK)
        return _("no answer");
    return present ? _("a card is in it") : _("no card in it");
}

/* Whatever meter is at the port is asked for its address: half a second where there is none. */
static const char *meter_text(const struct meter_port *port)
{
    /* DL/T 645-2007 §7.4: to any address, 13H, no data */
    static const uint8_t ask[METER_FRAME_MIN] = {0x68, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
                                                 0xAA, 0x68, 0x13, 0x00, 0xDF, 0x16};
    enum { ANSWER_MS = 550 };
    uint8_t answer[METER_FRAME_MAX];
    size_t size = 0;
    if (!port)
        return _("none");
    enum till_status status = meter_exchange(port, (struct span){ask, sizeof ask}, ANSWER_MS,
                                             answer, sizeof answer, &size);
    if (status == TILL_OK)
        return _("a meter answers");
    bool is_there = status == TILL_TIMEOUT || status == TILL_E_PROTOCOL;
    return is_there ? _("no meter answers") : _("no answer");
}

static const char *scanner_text(const struct app *app)
{
    if (!app->board->scanner)
        return _("none");
    return app->scanner_away ? _("no answer") : _("yes");
}

static void say_devices(struct app *app, struct diagnosis *d)
{
    const struct board *b = app->board;
    struct modem_state modem;
    say(d, _("Devices"), "%s", "");
    say(d, _("Board"), "%s", b->name);
    say(d, _("Printer"), "%s", b->printer ? b->printer->profile : _("none"));
    if (b->printer)
        say(d, _("State"), "%s", state_text(app->printer.status));
    if (app->power_known)
        say(d, _("Battery"), "%u %%%s", (unsigned)app->power.percent,
            app->power.charging ? " +" : "");
    if (b->modem && modem_state(b->modem, &modem) == TILL_OK) {
        say(d, _("Network operator"), "%s %s", modem.operator_name,
            modem_access_name(modem.access));
        say(d, _("Signal"), "%d dBm", (int)modem.signal_dbm);
    }
    say(d, _("Card reader"), "%s", card_text(b->card));
    say(d, _("Scanner"), "%s", scanner_text(app));
    say(d, _("Meter port"), "%s", meter_text(b->meter));
    if (app->has_position)
        say(d, _("Position"), "%.5f, %.5f", app->latitude_e7 / 1e7, app->longitude_e7 / 1e7);
}

static void say_data(struct app *app, struct diagnosis *d)
{
    const struct flow_facts *f = &app->facts;
    struct statvfs disk;
    char text[WHEN_TEXT_MAX];
    char code[CHECK_CODE_MAX];
    say(d, _("Data"), "%s", "");
    say(d, _("Software"), "%s", f->version);
    if (app->journal) {
        say(d, _("Records"), "%llu", (unsigned long long)f->fold->seq);
        chain_check_code(journal_head_hash(app->journal), code);
        say(d, _("Check code"), "%s", code);
        say(d, _("Not yet sent"), "%llu", (unsigned long long)f->unsent);
    }
    if (f->book) {
        when_format_minute(book_site(app->book)->zone, f->book->as_of_s, text);
        say(d, _("Meter book"), "%llu · %s", (unsigned long long)f->book->revision, text);
        say(d, _("Customers"), "%u", (unsigned)f->book->customers);
    }
    if (f->link.last_contact_s) {
        when_format_minute(f->fold->enrolled.zone, f->link.last_contact_s, text);
        say(d, _("Last contact"), "%s", text);
    }
    say(d, _("Line"), "%s", state_text(f->link.status));
    if (statvfs(app->dir, &disk) == 0)
        say(d, _("Free storage"), "%llu MiB",
            (unsigned long long)disk.f_bavail * disk.f_frsize / MEBIBYTE);
}

static enum till_status lay_out_diagnosis(struct app *app, int columns, struct paper *paper)
{
    struct diagnosis *d = calloc(1, sizeof *d);
    if (!d)
        return TILL_E_MEMORY;
    say_devices(app, d);
    say_data(app, d);
    enum till_status status =
        page_diagnosis(d->lines, d->count, app->facts.terminal, app->facts.now_s,
                       app->facts.fold->enrolled.zone, columns, paper);
    free(d);
    return status;
}

/* ---- stationery ------------------------------------------------------------------------------ */

/* Whoever counts here sees no sums. */
static bool is_counting(const struct fold *fold)
{
    for (size_t i = 0; i < fold->user_count; i++)
        if (fold->users[i].counting)
            return true;
    return false;
}

static enum till_status lay_out_stock(struct app *app, int columns, struct paper *paper)
{
    const struct fold *fold = journal_fold(app->journal);
    const struct fold_user *user = fold_current(fold);
    int64_t faces_minor[FOLD_STOCK_MAX] = {0};
    struct flow_event event;
    struct stock_view view;
    enum till_status status = user && app->book ? TILL_OK : TILL_NO_BOOK;
    bool counting = is_counting(fold);
    for (size_t i = 0; i < fold->stock_count && status == TILL_OK && !counting; i++) {
        struct flow_effect ask = {.type = EFFECT_STOCK};
        ask.as.stock.question = STOCK_ASK_FACE;
        ask.as.stock.number.type = fold->stock[i].type;
        ask.as.stock.number.number = fold->stock[i].next;
        ask.as.stock.last = fold->stock[i].last;
        text_copy(ask.as.stock.number.series, SERIES_MAX, fold->stock[i].series);
        stock_look(app, &ask, &event, &view);
        status = event.status;
        faces_minor[i] = view.amount_minor;
    }
    if (status != TILL_OK)
        return status;
    const struct stock_page page = {.site = book_site(app->book),
                                    .terminal = journal_terminal(app->journal),
                                    .user = user->user,
                                    .collector = app->facts.user_name,
                                    .at_s = app->facts.now_s,
                                    .ranges = fold->stock,
                                    .faces_minor = counting ? NULL : faces_minor,
                                    .count = fold->stock_count};
    return page_stock(&page, columns, paper);
}

/* What the latest close counted: after it the sheet of what is in hand begins anew. */
struct counted_stock {
    struct fold_stock ranges[FOLD_STOCK_MAX];
    int64_t faces_minor[FOLD_STOCK_MAX];
    size_t count;
    uint64_t seq; /* of the first of them */
    int64_t at_s;
};

static void add_counted(const struct body_stock_counted *b, const struct entry *e,
                        struct counted_stock *out)
{
    if (out->count == FOLD_STOCK_MAX)
        return;
    struct fold_stock *range = &out->ranges[out->count];
    *range = (struct fold_stock){.type = b->next.type,
                                 .next = b->next.number,
                                 .last = b->next.number + b->unused - 1,
                                 .used = b->used,
                                 .voided = b->voided,
                                 .spoiled = b->spoiled};
    text_copy(range->series, sizeof range->series, b->next.series);
    out->faces_minor[out->count++] = b->face_minor;
    out->seq = out->count == 1 ? e->seq : out->seq;
    out->at_s = e->at_s;
}

static enum till_status find_counted(struct app *app, struct counted_stock *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_COUNTED, KIND_COUNT_BEGUN};
    struct body_stock_counted body;
    struct entry entry = {.seq = 0};
    enum till_status status;
    bool begun = false;
    memset(out, 0, sizeof *out);
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        begun = begun || kind_base(entry.kind) == KIND_COUNT_BEGUN;
        if (kind_is_training(entry.kind) || entry_read_stock_counted(&entry, &body) != TILL_OK)
            continue;
        if (begun)
            out->count = 0;
        begun = false;
        add_counted(&body, &entry, out);
    }
    if (status == TILL_NOT_FOUND && out->count > 0)
        status = TILL_OK;
    return status;
}

static enum till_status lay_out_counted(struct app *app, int columns, struct paper *paper)
{
    struct counted_stock counted;
    struct book_user row;
    char user[USER_MAX];
    enum till_status status = app->journal && app->book ? TILL_OK : TILL_NO_BOOK;
    if (status == TILL_OK)
        status = find_counted(app, &counted);
    if (status == TILL_OK)
        status = receipt_who(app, counted.seq, user);
    if (status != TILL_OK)
        return status;
    bool known = user[0] && book_find_user(app->book, user, &row) == TILL_OK;
    bool counting = is_counting(journal_fold(app->journal));
    const struct stock_page page = {.site = book_site(app->book),
                                    .terminal = journal_terminal(app->journal),
                                    .user = user,
                                    .collector = known ? row.name : "",
                                    .at_s = counted.at_s,
                                    .ranges = counted.ranges,
                                    .faces_minor = counting ? NULL : counted.faces_minor,
                                    .count = counted.count,
                                    .counted = true};
    return page_stock(&page, columns, paper);
}

/* ---- the page -------------------------------------------------------------------------------- */

static enum till_status lay_out(struct app *app, const struct flow_effect *effect,
                                struct paper *paper)
{
    const struct printer_profile *profile;
    if (!app->board->printer)
        return TILL_UNSUPPORTED;
    enum till_status status = profile_find(app->board->printer->profile, &profile);
    if (status != TILL_OK)
        return status;
    switch (effect->as.page.page) {
    case PAGE_X:
        return lay_out_x(app, profile->columns, paper);
    case PAGE_NOTICE:
        return lay_out_notice(app, effect->as.page.account, profile->columns, paper);
    case PAGE_STOCK:
        return lay_out_stock(app, profile->columns, paper);
    case PAGE_COUNTED:
        return lay_out_counted(app, profile->columns, paper);
    case PAGE_DIAGNOSIS:
        return lay_out_diagnosis(app, profile->columns, paper);
    default:
        return page_test(profile, app->facts.terminal, app->facts.now_s,
                         app->facts.fold->enrolled.zone, paper);
    }
}

void page_print(struct app *app, const struct flow_effect *effect)
{
    struct paper *paper = malloc(sizeof *paper);
    enum till_status status = paper ? lay_out(app, effect, paper) : TILL_E_MEMORY;
    if (status == TILL_OK) {
        job_page(app, paper);
    } else {
        struct flow_event event = {.type = EVENT_PRINTED, .status = status};
        stack_event(app, &event);
    }
    free(paper);
}
