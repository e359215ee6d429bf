/*
 * The bar on top: signal and how long offline, unsent, cash, battery.
 *
 * Cash stands in figures on home and in lists only, where no customer looks; elsewhere it is a fill
 * against the limit, without figures.
 */
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "parts.h"
#include "text.h"
#include "words.h"

/* Where there is no limit the fill is against this much: enough to say that the bag is heavy. */
#define CASH_FULL_MINOR INT64_C(500000)

/* Who was turned away does not look as if the line were bad. */
static const char *waiting_words(int status)
{
    switch (status) {
    case TILL_REVOKED:
    case TILL_NOT_ENROLLED:
    case TILL_REFUSED:
    case TILL_CERT_EXPIRED:
        return _("%s refused");
    case TILL_BUDGET:
        return _("%s data used up");
    default:
        return _("%s no answer");
    }
}

static void show_link(struct app *app, struct screen_bar *bar)
{
    const struct flow_facts *f = &app->facts;
    char age[SCREEN_TEXT_MAX];
    static const char *const bearers[] = {"", "GPRS", "4G", "LAN"};
    bar->bearer = f->bearer;
    bar->bars = app->network.bars;
    if (app->line.book_work) {
        bar->link_tone = TONE_ACCENT;
        snprintf(bar->link, sizeof bar->link, _("book %d %%"), app->line.book_percent);
        return;
    }
    if (!f->bearer) {
        bar->link_tone = TONE_LOOK;
        if (!f->link.last_contact_s) {
            text_copy(bar->link, sizeof bar->link, _("offline"));
            return;
        }
        words_age(f->now_s - f->link.last_contact_s, age, sizeof age);
        snprintf(bar->link, sizeof bar->link, _("offline %.24s"), age);
        return;
    }
    bar->link_tone = TONE_ACCENT;
    const char *name = f->bearer > 0 && f->bearer < 4 ? bearers[f->bearer] : "";
    if (f->link.state == LINK_WORKING)
        snprintf(bar->link, sizeof bar->link, _("%s sending"), name);
    else if (f->link.state == LINK_BACKING_OFF)
        snprintf(bar->link, sizeof bar->link, waiting_words(f->link.status), name);
    else if (f->unsent == 0 && f->link.last_contact_s)
        snprintf(bar->link, sizeof bar->link, _("%s in sync"), name);
    else
        text_copy(bar->link, sizeof bar->link, name);
}

static void show_cash(struct app *app, struct screen_bar *bar, const char *screen)
{
    const struct fold_user *user = fold_current(app->facts.fold);
    int64_t limit = app->facts.limits.value[LIMIT_CASH];
    int64_t full = limit > 0 ? limit : CASH_FULL_MINOR;
    bar->cash = BAR_CASH_NONE;
    if (!app->signed_in || !user || !user->shift_open || user->counting || !app->book)
        return;
    /* The figures are the bag's; the fill is how much of the limit all that they carry takes. */
    int64_t used_minor = app->facts.used.value[LIMIT_CASH];
    int64_t percent = used_minor / (full / 100 > 0 ? full / 100 : 1);
    bar->cash_percent = (uint8_t)(percent < 0 ? 0 : percent > 100 ? 100 : percent);
    bar->cash = BAR_CASH_FILL;
    static const char *const own[] = {"home", "route", "books", "limits"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(screen, own[i]) == 0)
            bar->cash = BAR_CASH_FIGURES;
    money_format_symbol(book_site(app->book), user->cash_minor, bar->cash_text);
}

void bar_show(struct app *app, struct screen *screen)
{
    struct screen_bar *bar = &screen->bar;
    memset(bar, 0, sizeof *bar);
    show_link(app, bar);
    show_cash(app, bar, screen->name);
    bar->unsent = app->facts.unsent;
    bar->battery_percent = app->power.percent;
    bar->charging = app->power.charging;
    bar->training = app->facts.training;
}
