#include "report_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "when.h"
#include "words.h"

enum { PPM_A_PERCENT = 10000, DAY_S = 24 * 3600 };

static const char *zone_of(const struct flow_facts *facts)
{
    return facts->site ? facts->site->zone : facts->fold->enrolled.zone;
}

/* ---- of the whole ---------------------------------------------------------------------------- */

const char *report_title(const struct flow_report_ask *ask)
{
    static const char *const takings[REPORT_BY_TEAM_COUNT] = {
        [REPORT_BY_TERMINAL] = N_("Takings by terminal"),
        [REPORT_BY_DAY] = N_("Takings by day"),
        [REPORT_BY_COLLECTOR] = N_("Takings by collector"),
        [REPORT_BY_BOOK] = N_("Takings by meter book"),
        [REPORT_BY_TENDER] = N_("Takings by tender"),
        [REPORT_BY_TYPE] = N_("Takings by bill type")};
    switch (ask->of) {
    case REPORT_OF_EXCEPTIONS:
        return _("Exceptions");
    case REPORT_OF_SHIFTS:
        return ask->settled_too ? _("Shifts") : _("Unsettled shifts");
    case REPORT_OF_RECOVERY:
        return _("Arrears and recovery");
    case REPORT_OF_TAKINGS:
        break;
    }
    return _(takings[ask->question.by]);
}

const char *report_short_title(const struct flow_report_ask *ask)
{
    static const char *const takings[REPORT_BY_TEAM_COUNT] = {
        [REPORT_BY_TERMINAL] = N_("By terminal"),   [REPORT_BY_DAY] = N_("By day"),
        [REPORT_BY_COLLECTOR] = N_("By collector"), [REPORT_BY_BOOK] = N_("By meter book"),
        [REPORT_BY_TENDER] = N_("By tender"),       [REPORT_BY_TYPE] = N_("By bill type")};
    return ask->of == REPORT_OF_TAKINGS ? _(takings[ask->question.by]) : report_title(ask);
}

static void period_text(const struct flow_report_ask *ask, size_t skip, char out[SCREEN_TEXT_MAX])
{
    char from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];
    out[0] = '\0';
    if (ask->of == REPORT_OF_SHIFTS)
        return;
    when_format_date(ask->question.from, from);
    when_format_date(ask->question.to, to);
    if (ask->question.from == ask->question.to)
        text_copy(out, SCREEN_TEXT_MAX, from + skip);
    else
        snprintf(out, SCREEN_TEXT_MAX, "%s–%s", from + skip, to + skip);
}

void report_period(const struct flow_facts *facts, const struct flow_report_ask *ask,
                   char out[SCREEN_TEXT_MAX])
{
    int32_t year = facts->today / 10000;
    bool this_year = ask->question.from / 10000 == year && ask->question.to / 10000 == year;
    period_text(ask, this_year ? 5 : 0, out);
}

void report_period_whole(const struct flow_report_ask *ask, char out[SCREEN_TEXT_MAX])
{
    period_text(ask, 0, out);
}

void report_clock(const struct flow_facts *facts, int64_t at_s, char out[SCREEN_TEXT_MAX])
{
    char at[WHEN_TEXT_MAX];
    if (at_s == 0) {
        text_copy(out, SCREEN_TEXT_MAX, "-");
    } else if (when_date(zone_of(facts), at_s) == facts->today) {
        when_format_clock(zone_of(facts), at_s, out);
    } else {
        when_format_minute(zone_of(facts), at_s, at);
        text_copy(out, SCREEN_TEXT_MAX, at + 5);
    }
}

void report_record(const struct flow_facts *facts, const char *terminal, uint64_t seq,
                   char out[SCREEN_TEXT_MAX])
{
    char number[RECEIPT_NUMBER_MAX];
    receipt_number_format(terminal[0] ? terminal : facts->terminal, seq, number);
    text_copy(out, SCREEN_TEXT_MAX, seq > 0 ? number : "-");
}

const char *report_reach_label(const struct flow_report_page *page)
{
    return page->ask.team ? _("All heard of since") : _("Up to record");
}

void report_page_reach(const struct flow_facts *facts, const struct flow_report_page *page,
                       char out[SCREEN_TEXT_MAX])
{
    char at[WHEN_TEXT_MAX];
    if (!page->ask.team) {
        report_record(facts, "", page->seq, out);
    } else if (page->heard_at_s == 0) {
        text_copy(out, SCREEN_TEXT_MAX, _("never seen"));
    } else {
        when_format_minute(zone_of(facts), page->heard_at_s, at);
        text_copy(out, SCREEN_TEXT_MAX, at);
    }
}

bool report_has_sum(const struct flow_report_page *page)
{
    return page->total > 0 &&
           (page->ask.of == REPORT_OF_TAKINGS || page->ask.of == REPORT_OF_RECOVERY);
}

/* ---- parts ----------------------------------------------------------------------------------- */

void report_user_name(const char *user, const char *name, char *out, size_t capacity)
{
    if (name[0] && user[0])
        snprintf(out, capacity, "%s %s", name, user);
    else
        text_copy(out, capacity, user[0] ? user : _("nobody logged in"));
}

static void type_name(int32_t type, char *out, size_t capacity)
{
    if (type == REPORT_TYPE_FEE)
        text_copy(out, capacity, _("Late fees"));
    else if (type == REPORT_TYPE_ADVANCE)
        text_copy(out, capacity, _("Advances"));
    else if (bill_type_text((int16_t)type))
        text_copy(out, capacity, _(bill_type_text((int16_t)type)));
    else if (type == 0)
        text_copy(out, capacity, _("Other bills"));
    else
        snprintf(out, capacity, _("Bill type %d"), (int)type);
}

static void book_name(const char *id, const char *name, char *out, size_t capacity)
{
    if (!id[0])
        text_copy(out, capacity, _("in no meter book"));
    else if (name[0])
        snprintf(out, capacity, "%s %s", id, name);
    else
        text_copy(out, capacity, id);
}

static void takings_name(const struct flow_report_page *page, const struct flow_report_row *row,
                         char *out, size_t capacity)
{
    const struct report_row *r = &row->as.takings;
    char date[WHEN_TEXT_MAX];
    switch (page->ask.question.by) {
    case REPORT_BY_DAY:
        when_format_date(r->number, date);
        text_copy(out, capacity, date);
        break;
    case REPORT_BY_COLLECTOR:
        report_user_name(r->key, row->name, out, capacity);
        break;
    case REPORT_BY_BOOK:
        book_name(r->key, row->name, out, capacity);
        break;
    case REPORT_BY_TENDER:
        text_copy(out, capacity, _(tender_text(r->number)));
        break;
    case REPORT_BY_TERMINAL:
        text_copy(out, capacity, r->key);
        break;
    default:
        type_name(r->number, out, capacity);
        break;
    }
}

void report_row_name(const struct flow_report_page *page, const struct flow_report_row *row,
                     char *name_out)
{
    if (!row) {
        text_copy(name_out, SCREEN_TEXT_MAX, _("All together"));
        return;
    }
    switch (page->ask.of) {
    case REPORT_OF_EXCEPTIONS:
        text_copy(name_out, SCREEN_TEXT_MAX, _(report_exception_text((int)row->as.exception.kind)));
        break;
    case REPORT_OF_SHIFTS:
        report_user_name(row->as.shift.user, row->name, name_out, SCREEN_TEXT_MAX);
        break;
    case REPORT_OF_RECOVERY:
        book_name(row->as.recovery.meter_book, row->as.recovery.name, name_out, SCREEN_TEXT_MAX);
        break;
    case REPORT_OF_TAKINGS:
        takings_name(page, row, name_out, SCREEN_TEXT_MAX);
        break;
    }
}

const char *report_shift_state_text(int state)
{
    switch (state) {
    case REPORT_SHIFT_OPEN:
        return _("open");
    case REPORT_SHIFT_COUNTING:
        return _("being counted");
    case REPORT_SHIFT_HELD:
        return _("cash not handed over");
    case REPORT_SHIFT_UNANSWERED:
        return _("owner has not answered");
    case REPORT_SHIFT_WAITING:
        return _("waits to be counted");
    default:
        return _("settled");
    }
}

void report_rate(int32_t rate_ppm, char *out, size_t capacity)
{
    if (rate_ppm < 0)
        text_copy(out, capacity, "-");
    else
        snprintf(out, capacity, "%d.%d %%", (int)(rate_ppm / PPM_A_PERCENT),
                 (int)(rate_ppm % PPM_A_PERCENT / (PPM_A_PERCENT / 10)));
}

bool report_sum_ages(const int64_t ages[REPORT_AGES], int64_t *sum_out)
{
    *sum_out = 0;
    for (size_t i = 0; i < REPORT_AGES; i++)
        if (__builtin_add_overflow(*sum_out, ages[i], sum_out))
            return false;
    return true;
}

static void receipts_text(uint32_t receipts, char *out, size_t capacity)
{
    snprintf(out, capacity, ngettext("%u receipt", "%u receipts", receipts), (unsigned)receipts);
}

/* ---- two lines ------------------------------------------------------------------------------- */

static void takings_texts(const struct flow_facts *facts, const struct report_row *r,
                          struct report_texts *out)
{
    char fee[MONEY_TEXT_MAX], count[48];
    words_money(facts, r->amount_minor, out->amount);
    receipts_text(r->receipts, count, sizeof count);
    text_copy(out->place, sizeof out->place, count);
    if (r->late_fee_minor != 0) {
        words_money(facts, r->late_fee_minor, fee);
        snprintf(out->place, sizeof out->place, _("%s · late fee %s"), count, fee);
    }
    if (r->reversals > 0)
        snprintf(out->note, sizeof out->note, _("reversed %u"), (unsigned)r->reversals);
}

static void exception_texts(const struct flow_facts *facts, const struct flow_report_row *row,
                            struct report_texts *out)
{
    const struct report_exception *e = &row->as.exception;
    char at[WHEN_TEXT_MAX], who[BOOK_NAME_MAX];
    when_format_minute(zone_of(facts), e->at_s, at);
    text_ellipsis(who, sizeof who, row->name[0] ? row->name : e->user, 10);
    snprintf(out->place, sizeof out->place, "%.11s%s%.60s%s%.45s", at + 5, who[0] ? " · " : "", who,
             e->account[0] ? " · " : "", e->account);
    int64_t amount_minor = report_exception_amount(e);
    if (row->hidden)
        text_copy(out->amount, sizeof out->amount, "—");
    else if (amount_minor != 0)
        words_money(facts, amount_minor, out->amount);
    else
        report_exception_more(facts, row, out->amount, sizeof out->amount);
    snprintf(out->note, sizeof out->note, "%s#%llu", row->terminal, (unsigned long long)e->seq);
    report_exception_state(e, out->tag, sizeof out->tag);
}

static void shift_texts(const struct flow_facts *facts, const struct flow_report_row *row,
                        struct report_texts *out)
{
    char date[WHEN_TEXT_MAX];
    const struct report_shift *s = &row->as.shift;
    when_format_date(s->date, date);
    if (row->terminal[0])
        snprintf(out->place, sizeof out->place, _("%s · terminal %s · Z %u"), date + 5,
                 row->terminal, (unsigned)s->z);
    else if (s->z > 0)
        snprintf(out->place, sizeof out->place, _("%s · shift %u · Z %u"), date + 5,
                 (unsigned)s->shift, (unsigned)s->z);
    else
        snprintf(out->place, sizeof out->place, _("%s · shift %u"), date + 5, (unsigned)s->shift);
    words_money(facts, s->taken_minor, out->amount);
    if (row->hidden)
        text_copy(out->amount, sizeof out->amount, "—");
    text_copy(out->note, sizeof out->note, report_shift_state_text((int)s->state));
    if (s->z > 0 && s->counted_minor != s->expected_minor)
        text_copy(out->tag, sizeof out->tag,
                  s->counted_minor < s->expected_minor ? _("short") : _("over"));
}

static void recovery_texts(const struct flow_facts *facts, const struct report_recovery *r,
                           struct report_texts *out)
{
    int64_t outstanding = 0, recovered = 0;
    char amount[MONEY_TEXT_MAX], rate[16];
    if (report_sum_ages(r->outstanding_minor, &outstanding))
        words_money(facts, outstanding, out->amount);
    out->amount_tone = outstanding > 0 ? TONE_OWED : TONE_NORMAL;
    if (report_sum_ages(r->recovered_minor, &recovered)) {
        words_money(facts, recovered, amount);
        snprintf(out->place, sizeof out->place, _("recovered %s · %u owe"), amount,
                 (unsigned)r->owing);
    }
    report_rate(r->rate_ppm, rate, sizeof rate);
    text_copy(out->note, sizeof out->note, rate);
}

void report_texts(const struct flow_facts *facts, const struct flow_report_page *page,
                  const struct flow_report_row *row, struct report_texts *out)
{
    const struct flow_report_row *of = row ? row : &page->sum;
    memset(out, 0, sizeof *out);
    report_row_name(page, row, out->name);
    switch (page->ask.of) {
    case REPORT_OF_EXCEPTIONS:
        exception_texts(facts, of, out);
        break;
    case REPORT_OF_SHIFTS:
        shift_texts(facts, of, out);
        break;
    case REPORT_OF_RECOVERY:
        recovery_texts(facts, &of->as.recovery, out);
        break;
    case REPORT_OF_TAKINGS:
        takings_texts(facts, &of->as.takings, out);
        break;
    }
}

uint64_t report_paper_seq(const struct flow_report_page *page, const struct flow_report_row *row)
{
    if (!row || page->ask.team) /* the papers of others are not here */
        return 0;
    if (page->ask.of == REPORT_OF_SHIFTS)
        return row->as.shift.z_seq;
    if (page->ask.of != REPORT_OF_EXCEPTIONS)
        return 0;
    const struct report_exception *e = &row->as.exception;
    switch (e->kind) {
    case REPORT_REVERSAL:
    case REPORT_OVER_SHORT:
    case REPORT_ABSENCE:
    case REPORT_VARIANCE:
    case REPORT_MANUAL:
        return e->seq;
    case REPORT_DUPLICATE:
    case REPORT_UNCERTAIN:
    case REPORT_OWN_OUT:
    case REPORT_SLIPS:
        return e->about;
    case REPORT_LATE_RECEIPT:
        return e->about > 0 ? e->about : e->seq;
    default:
        return 0;
    }
}

/* ---- at length ------------------------------------------------------------------------------- */

struct details {
    const struct flow_facts *facts;
    struct report_detail *list;
    size_t count;
};

__attribute__((format(printf, 3, 4))) static void say(struct details *d, const char *label,
                                                      const char *format, ...)
{
    if (d->count == REPORT_DETAILS_MAX)
        return;
    struct report_detail *detail = &d->list[d->count++];
    char value[2 * sizeof detail->value];
    va_list arguments;
    memset(detail, 0, sizeof *detail);
    va_start(arguments, format);
    (void)vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    text_copy(detail->label, sizeof detail->label, label);
    text_copy(detail->value, sizeof detail->value, value);
}

static void say_money(struct details *d, const char *label, int64_t amount_minor, bool heavy)
{
    char amount[MONEY_TEXT_MAX];
    words_money(d->facts, amount_minor, amount);
    say(d, label, "%s", amount);
    d->list[d->count - 1].heavy = heavy;
}

static void say_when(struct details *d, const char *label, int64_t at_s)
{
    char at[WHEN_TEXT_MAX];
    if (at_s == 0)
        return;
    when_format_minute(zone_of(d->facts), at_s, at);
    say(d, label, "%s", at);
}

static void say_date(struct details *d, int32_t date)
{
    char text[WHEN_TEXT_MAX];
    when_format_date(date, text);
    say(d, _("Business date"), "%s", text);
}

static void say_record(struct details *d, const char *label, const char *terminal, uint64_t seq)
{
    char number[SCREEN_TEXT_MAX];
    if (seq == 0)
        return;
    report_record(d->facts, terminal, seq, number);
    say(d, label, "%s", number);
}

static void takings_details(struct details *d, const struct report_row *r)
{
    say_money(d, _("Net taken"), r->amount_minor, true);
    say(d, _("Receipts"), "%u", (unsigned)r->receipts);
    if (r->late_fee_minor != 0)
        say_money(d, _("of it late fee"), r->late_fee_minor, false);
    if (r->advance_minor != 0)
        say_money(d, _("of it advance"), r->advance_minor, false);
    say(d, _("Reversals"), "%u", (unsigned)r->reversals);
    if (r->reversals > 0)
        say_money(d, _("Reversed"), r->reversed_minor, false);
}

static void exception_details(struct details *d, const struct flow_report_row *row)
{
    const struct report_exception *e = &row->as.exception;
    char text[SCREEN_TEXT_MAX];
    int64_t amount_minor = report_exception_amount(e);
    if (row->hidden)
        say(d, _("Amount"), "%s", _("told once the cash is counted"));
    else if (amount_minor != 0)
        say_money(d, _("Amount"), amount_minor, true);
    report_exception_more(d->facts, row, text, sizeof text);
    if (text[0] && strcmp(text, row->papers) != 0)
        say(d, _("Details"), "%s", text);
    if (row->papers[0])
        say(d, _("Stationery no."), "%s", row->papers);
    if (row->reason[0])
        say(d, _("Reason"), "%s", row->reason);
    say_when(d, _("Taken on"), row->taken_at_s);
    say_when(d, _("Time"), e->at_s);
    if (e->date != when_date(zone_of(d->facts), e->at_s))
        say_date(d, e->date);
    report_user_name(e->user, row->name, text, sizeof text);
    say(d, _("Who"), "%s", text);
    if (e->account[0]) {
        text_group_account(text, sizeof text, e->account);
        say(d, _("Account"), "%s", text);
    }
    say_record(d, _("Record"), row->terminal, e->seq);
    if (e->about != e->seq)
        say_record(d, _("is about"), row->terminal, e->about);
    report_exception_state(e, text, sizeof text);
    if (text[0])
        say(d, _("State"), "%s", text);
}

static void shift_details(struct details *d, const struct report_shift *s, bool hidden)
{
    if (hidden)
        say(d, _("Net taken"), "%s", _("told once the cash is counted"));
    else
        say_money(d, _("Net taken"), s->taken_minor, true);
    say(d, _("Receipts"), "%u", (unsigned)s->receipts);
    if (hidden) {
        say(d, _("Shift / Z"), "%u / %u", (unsigned)s->shift, (unsigned)s->z);
    } else if (s->z > 0) {
        say_money(d, _("Expected"), s->expected_minor, false);
        say_money(d, _("Counted"), s->counted_minor, false);
        say_money(d, _("Over or short"), s->counted_minor - s->expected_minor, false);
        say(d, _("Shift / Z"), "%u / %u", (unsigned)s->shift, (unsigned)s->z);
    } else {
        say(d, _("Shift"), "%u", (unsigned)s->shift);
    }
    say(d, _("State"), "%s", report_shift_state_text((int)s->state));
    say_date(d, s->date);
    say_when(d, _("Opened"), s->opened_at_s);
    say_when(d, _("Closed"), s->closed_at_s);
    say_record(d, _("Record"), "", s->z_seq);
}

/* No sum of it is told before it is counted, and the office says none. */
static void team_shift_details(struct details *d, const struct flow_report_row *row)
{
    const struct report_shift *s = &row->as.shift;
    say(d, _("State"), "%s", report_shift_state_text((int)s->state));
    d->list[0].heavy = true;
    say(d, _("Terminal"), "%s", row->terminal);
    say(d, "Z", "%u", (unsigned)s->z);
    if (row->taken_at_s == 0)
        say_date(d, s->date);
    say_when(d, _("Given on"), row->taken_at_s);
    say(d, _("Amount"), "%s", _("told once the cash is counted"));
}

/* Of the whole team, beside what was taken. */
static void team_details(struct details *d, const struct flow_report_page *page)
{
    say(d, _("Terminals"), "%zu", page->terminals);
    say(d, _("Exceptions"), "%zu", page->exceptions);
    say(d, _("Unsettled shifts"), "%zu", page->unsettled);
}

static void recovery_details(struct details *d, const struct report_recovery *r)
{
    static const char *const owed[REPORT_AGES] = {N_("Owed, this month and last"),
                                                  N_("Owed, up to 3 months"),
                                                  N_("Owed, up to 12 months"), N_("Owed, older")};
    int64_t outstanding = 0, recovered = 0;
    char rate[16];
    if (report_sum_ages(r->outstanding_minor, &outstanding))
        say_money(d, _("Outstanding"), outstanding, true);
    for (size_t i = 0; i < REPORT_AGES; i++)
        say_money(d, _(owed[i]), r->outstanding_minor[i], false);
    if (report_sum_ages(r->recovered_minor, &recovered))
        say_money(d, _("Recovered"), recovered, false);
    if (r->recovered_minor[REPORT_AGES - 1] != 0)
        say_money(d, _("of it old debt"), r->recovered_minor[REPORT_AGES - 1], false);
    report_rate(r->rate_ppm, rate, sizeof rate);
    say(d, _("Recovery rate"), "%s", rate);
    say(d, _("Owing / customers"), "%u / %u", (unsigned)r->owing, (unsigned)r->customers);
}

size_t report_details(const struct flow_facts *facts, const struct flow_report_page *page,
                      const struct flow_report_row *row,
                      struct report_detail out[REPORT_DETAILS_MAX])
{
    struct details d = {facts, out, 0};
    const struct flow_report_row *of = row ? row : &page->sum;
    switch (page->ask.of) {
    case REPORT_OF_EXCEPTIONS:
        exception_details(&d, of);
        break;
    case REPORT_OF_SHIFTS:
        if (page->ask.team)
            team_shift_details(&d, of);
        else
            shift_details(&d, &of->as.shift, of->hidden);
        break;
    case REPORT_OF_RECOVERY:
        recovery_details(&d, &of->as.recovery);
        break;
    case REPORT_OF_TAKINGS:
        takings_details(&d, &of->as.takings);
        break;
    }
    if (page->ask.team && !row)
        team_details(&d, page);
    return d.count;
}
