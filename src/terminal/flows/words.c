#include <stdio.h>
#include <string.h>

#include "text.h"
#include "when.h"
#include "words.h"

void words_money(const struct flow_facts *facts, int64_t amount_minor, char *out)
{
    struct site otherwise;
    if (!facts->site)
        site_default(&otherwise);
    money_format_symbol(facts->site ? facts->site : &otherwise, amount_minor, out);
}

void words_amount(const struct flow_facts *facts, int64_t amount_minor, char *out)
{
    struct site otherwise;
    if (!facts->site)
        site_default(&otherwise);
    money_format(facts->site ? facts->site : &otherwise, amount_minor, false, out);
}

void words_age(int64_t seconds, char *out, size_t capacity)
{
    long long minutes = seconds < 0 ? 0 : seconds / 60;
    if (minutes < 60)
        snprintf(out, capacity, _("%lld min"), minutes);
    else if (minutes < 48 * 60LL)
        snprintf(out, capacity, _("%lld h %lld min"), minutes / 60, minutes % 60);
    else
        snprintf(out, capacity, _("%lld days"), minutes / (24 * 60LL));
}

/* Days since the book was made; clock_out: the time of day of it. */
static int32_t book_days(const struct flow_facts *facts, char clock_out[WHEN_TEXT_MAX])
{
    int32_t date = when_date(facts->site->zone, facts->book->as_of_s);
    when_format_clock(facts->site->zone, facts->book->as_of_s, clock_out);
    return when_days_between(date, facts->today);
}

void words_book_age(const struct flow_facts *facts, char *out, size_t capacity)
{
    if (!facts->book || !facts->site) {
        text_copy(out, capacity, _("no book"));
        return;
    }
    char at[WHEN_TEXT_MAX];
    int32_t days = book_days(facts, at);
    if (days == 0)
        snprintf(out, capacity, _("book today %s"), at);
    else if (days == 1)
        snprintf(out, capacity, _("book yesterday %s"), at);
    else
        snprintf(out, capacity, _("book %d days old"), (int)days);
}

void words_book_made(const struct flow_facts *facts, char *out, size_t capacity)
{
    if (!facts->book || !facts->site) {
        text_copy(out, capacity, _("none"));
        return;
    }
    char at[WHEN_TEXT_MAX];
    int32_t days = book_days(facts, at);
    if (days == 0)
        snprintf(out, capacity, _("today %s"), at);
    else if (days == 1)
        snprintf(out, capacity, _("yesterday %s"), at);
    else
        snprintf(out, capacity, _("%d days old"), (int)days);
}

void words_customer(const char *name, const char *account, char *out, size_t capacity)
{
    enum { NAME_CELLS = 14 }; /* the account beside it is whole */
    char grouped[ACCOUNT_MAX + 16], cut[BOOK_NAME_MAX];
    text_group_account(grouped, sizeof grouped, account);
    text_ellipsis(cut, sizeof cut, name, NAME_CELLS);
    snprintf(out, capacity, "%s %s", cut, grouped);
}

void words_whose(const struct flow_facts *facts, char *out, size_t capacity)
{
    const struct fold_user *user = fold_current(facts->fold);
    if (!user)
        text_copy(out, capacity, "");
    else if (!user->shift_open)
        text_copy(out, capacity, facts->user_name);
    else
        snprintf(out, capacity, _("%s · shift %u"), facts->user_name, (unsigned)user->shift);
}

void words_maybe_collected(const struct flow_facts *facts, const struct customer_view *view,
                           char *out, size_t capacity)
{
    char at[WHEN_TEXT_MAX];
    if (facts->site && view->collected_by[0]) {
        when_format_minute(facts->site->zone, view->collected_at_s, at);
        snprintf(out, capacity, _("Collected by %s, says its list of %s"), view->collected_by,
                 at + 5);
    } else if (facts->site && view->earlier[0] && view->earlier_through_s > 0) {
        when_format_minute(facts->site->zone, view->earlier_through_s, at);
        snprintf(out, capacity, _("Perhaps paid at terminal %s, silent since %s"), view->earlier,
                 at + 5);
    } else {
        text_copy(out, capacity, _("May have paid another collector: ask for the paper"));
    }
}

void words_office(const struct flow_facts *facts, const struct customer_view *view, char *out,
                  size_t capacity)
{
    char at[WHEN_TEXT_MAX], due[MONEY_TEXT_MAX];
    text_copy(out, capacity, "");
    if (!facts->site || view->office_at_s == 0)
        return;
    when_format_minute(facts->site->zone, view->office_at_s, at);
    words_money(facts, view->office_due_minor, due);
    snprintf(out, capacity, _("Office %s: due %s"), at + 5, due);
}

void words_clock(const struct flow_facts *facts, char *out, size_t capacity)
{
    char now[WHEN_TEXT_MAX], floor[WHEN_TEXT_MAX];
    const char *zone = facts->fold->enrolled.zone;
    when_format_minute(zone, facts->now_s, now);
    when_format_minute(zone, facts->clock_floor_s, floor);
    text_copy(out, capacity, "");
    if (facts->clock == CLOCK_BEHIND)
        snprintf(out, capacity,
                 _("The clock says %s, and it is later than %s. Go where there is a signal, or set "
                   "the clock."),
                 now, floor);
    else if (facts->clock_due)
        snprintf(out, capacity,
                 _("The clock says %s, the office another time. Go back to the customer: it is set "
                   "by itself."),
                 now);
    else if (facts->clock == CLOCK_OFF)
        snprintf(out, capacity,
                 _("The clock says %s, the office another time, and it can't be set here. Go where "
                   "there is a signal, or have a technician set it."),
                 now);
}

void typed_set(struct typed *t, const char *text, bool fresh)
{
    text_copy(t->text, sizeof t->text, text);
    t->length = strlen(t->text);
    t->fresh = fresh;
}

static bool typed_put(struct typed *t, char character, size_t most)
{
    if (t->fresh)
        typed_set(t, "", false);
    if (t->length >= most || t->length + 1 >= sizeof t->text)
        return false;
    t->text[t->length++] = character;
    t->text[t->length] = '\0';
    return true;
}

bool typed_digit(struct typed *t, int digit, size_t most)
{
    return typed_put(t, (char)('0' + digit), most);
}

bool typed_point(struct typed *t, size_t most)
{
    if (!t->fresh && strchr(t->text, '.'))
        return false;
    if (t->fresh || t->length == 0)
        typed_set(t, "0", false);
    return typed_put(t, '.', most);
}

bool typed_erase(struct typed *t)
{
    if (t->length == 0)
        return false;
    if (t->fresh)
        typed_set(t, "", false);
    else
        t->text[--t->length] = '\0';
    return true;
}

void typed_act(struct typed *t, const struct flow_event *event, size_t most)
{
    if (event->as.key.action == ACTION_DIGIT)
        typed_digit(t, event->as.key.digit, most);
    else if (event->as.key.action == ACTION_ERASE)
        typed_erase(t);
}

void typed_act_amount(struct typed *t, const struct flow_event *event, size_t most)
{
    if (event->as.key.action == ACTION_POINT)
        typed_point(t, most);
    else
        typed_act(t, event, most);
}
