#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "words.h"

enum { ROWS_SHOWN = 4 };

void tally_begin_notes(struct tally *s, const struct flow_facts *facts)
{
    memset(s, 0, sizeof *s);
    s->of_notes = true;
    for (size_t i = 0; facts->site && i < facts->site->note_count; i++)
        s->rows[s->count++].of = facts->site->notes_minor[i];
    s->rows[s->count++].of = 0;
}

void tally_begin_slips(struct tally *s)
{
    static const int64_t of[] = {TALLY_SUSPECT, TALLY_DAMAGED, TENDER_CHEQUE, TENDER_TRANSFER,
                                 TENDER_CARD};
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++)
        s->rows[s->count++].of = of[i];
}

/* ---- sums ------------------------------------------------------------------------------------ */

static bool is_count(const struct tally *s, size_t row)
{
    return s->of_notes && s->rows[row].of > 0;
}

/* How many notes, or a sum in minor units; -1: what stands there is neither. */
static int64_t value_of(const struct tally *s, const struct flow_facts *facts, size_t row)
{
    int64_t value = 0;
    if (s->rows[row].text[0] == '\0')
        return 0;
    if (is_count(s, row))
        return strtoll(s->rows[row].text, NULL, 10); /* at most TALLY_COUNT_MOST digits */
    bool good = facts->site && money_parse(facts->site, s->rows[row].text, &value) == TILL_OK;
    return good ? value : -1;
}

int64_t tally_sum_of(const struct tally *s, const struct flow_facts *facts, int64_t of)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].of == of)
            return value_of(s, facts, i);
    return 0;
}

enum till_status tally_notes(const struct tally *s, const struct flow_facts *facts,
                             char heaps_out[HEAPS_TEXT_MAX], int64_t *sum_out)
{
    struct heaps rising = {0}, falling = {0};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < s->count && status == TILL_OK; i++) {
        int64_t value = value_of(s, facts, i);
        status = value < 0 ? TILL_BAD_INPUT
                           : heaps_add(&rising, is_count(s, i) ? s->rows[i].of : 1, value);
    }
    if (status == TILL_OK)
        status = heaps_money(&rising, sum_out);
    for (size_t i = rising.count; i > 0; i--)
        falling.list[falling.count++] = rising.list[i - 1];
    return status == TILL_OK ? heaps_write(&falling, heaps_out) : status;
}

enum till_status tally_tenders(const struct tally *s, const struct flow_facts *facts,
                               char heaps_out[HEAPS_TEXT_MAX])
{
    struct heaps heaps = {0};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < s->count && status == TILL_OK; i++) {
        int64_t value = value_of(s, facts, i);
        if (s->rows[i].of > 0)
            status = value < 0 ? TILL_BAD_INPUT : heaps_add(&heaps, s->rows[i].of, value);
    }
    return status == TILL_OK ? heaps_write(&heaps, heaps_out) : status;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void type(struct tally *s, const struct flow_event *event)
{
    struct typed typed = {.fresh = false};
    char *text = s->rows[s->at].text;
    typed_set(&typed, text, false);
    if (is_count(s, s->at))
        typed_act(&typed, event, TALLY_COUNT_MOST);
    else
        typed_act_amount(&typed, event, TALLY_TEXT_MAX - 1);
    text_copy(text, TALLY_TEXT_MAX, typed.text);
}

enum tally_turn tally_act(struct tally *s, const struct flow_facts *facts,
                          const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    bool goes_on = action == ACTION_OK || action == ACTION_DOWN || action == ACTION_OPTION_1;
    s->refused = goes_on && value_of(s, facts, s->at) < 0;
    if (s->refused) {
        effect_sound(effects, SOUND_ERROR);
        return TALLY_STAYS;
    }
    switch (action) {
    case ACTION_OPTION_1:
        return TALLY_DONE;
    case ACTION_OK:
        if (s->at + 1 == s->count)
            return TALLY_DONE;
        s->at++;
        return TALLY_STAYS;
    case ACTION_DOWN:
        s->at += s->at + 1 < s->count;
        return TALLY_STAYS;
    case ACTION_UP:
        s->at -= s->at > 0;
        return TALLY_STAYS;
    case ACTION_BACK:
        if (s->at == 0)
            return TALLY_LEFT;
        s->at--;
        return TALLY_STAYS;
    default:
        type(s, event);
        return TALLY_STAYS;
    }
}

/* ---- in one line ----------------------------------------------------------------------------- */

void tally_text(const struct tally *s, const struct flow_facts *facts, char *out, size_t capacity)
{
    char face[MONEY_TEXT_MAX];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < s->count && used < capacity; i++) {
        const char *gap = used > 0 ? " " : "";
        int64_t value = value_of(s, facts, i);
        if (value <= 0)
            continue;
        words_amount(facts, is_count(s, i) ? s->rows[i].of : value, face);
        char *point = strchr(face, '.');
        if (is_count(s, i) && point && strspn(point + 1, "0") == strlen(point + 1))
            *point = '\0';
        int wrote = is_count(s, i) ? snprintf(out + used, capacity - used, "%s%s×%lld", gap, face,
                                              (long long)value)
                                   : snprintf(out + used, capacity - used, "%s%s", gap, face);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void label_of(const struct tally *s, const struct flow_facts *facts, size_t row,
                     char out[SCREEN_TEXT_MAX])
{
    char face[MONEY_TEXT_MAX];
    int64_t of = s->rows[row].of;
    if (is_count(s, row)) {
        words_money(facts, of, face);
        snprintf(out, SCREEN_TEXT_MAX, _("Notes of %s"), face);
    } else if (s->of_notes) {
        text_copy(out, SCREEN_TEXT_MAX, _("Coins, as a sum"));
    } else if (of == TALLY_SUSPECT) {
        text_copy(out, SCREEN_TEXT_MAX, _("of it perhaps false"));
    } else if (of == TALLY_DAMAGED) {
        text_copy(out, SCREEN_TEXT_MAX, _("of it in torn notes"));
    } else {
        snprintf(out, SCREEN_TEXT_MAX, _("%.60s slips"), _(tender_text((int)of)));
    }
}

static void show_row(const struct tally *s, const struct flow_facts *facts, size_t row,
                     struct screen *screen)
{
    char label[SCREEN_TEXT_MAX], value[SCREEN_TEXT_MAX], sum[MONEY_TEXT_MAX];
    int64_t amount = value_of(s, facts, row);
    label_of(s, facts, row, label);
    words_money(facts, amount > 0 ? amount : 0, sum);
    if (amount <= 0)
        text_copy(value, sizeof value, s->rows[row].text[0] ? s->rows[row].text : "–");
    else if (is_count(s, row)) {
        words_money(facts, amount * s->rows[row].of, sum);
        snprintf(value, sizeof value, "× %lld   %s", (long long)amount, sum);
    } else
        text_copy(value, sizeof value, sum);
    struct screen_line *line = screen_line(screen, label, value);
    line->left_tone = line->right_tone = row == s->at ? TONE_ACCENT : TONE_QUIET;
    line->bold = row == s->at;
}

static void show_sum(const struct tally *s, const struct flow_facts *facts, struct screen *screen)
{
    char heaps[HEAPS_TEXT_MAX], sum[MONEY_TEXT_MAX];
    int64_t counted_minor = 0;
    if (!s->of_notes || tally_notes(s, facts, heaps, &counted_minor) != TILL_OK)
        return;
    words_money(facts, counted_minor, sum);
    screen_band(screen, _("Counted so far"), sum);
}

void tally_show(const struct tally *s, const struct flow_facts *facts, struct screen *screen)
{
    char label[SCREEN_TEXT_MAX];
    size_t first = s->at >= ROWS_SHOWN ? s->at + 1 - ROWS_SHOWN : 0;
    screen->keys = KEYS_AMOUNT;
    label_of(s, facts, s->at, label);
    screen_field(screen, label, s->rows[s->at].text, "");
    if (s->refused) {
        screen_notice(screen, TONE_OWED, "", _("This is no sum: * is the decimal point."));
    } else {
        show_sum(s, facts, screen); /* before the rows: a small display has room for one */
        for (size_t i = first; i < s->count && i < first + ROWS_SHOWN; i++)
            show_row(s, facts, i, screen);
    }
    screen_key(screen, "OK", s->at + 1 == s->count ? _("Done") : _("Next"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, "F1", _("Done"));
    screen_key(screen, _("Cancel"), _("Back"));
}
