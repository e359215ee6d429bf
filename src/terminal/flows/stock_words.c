#include "stock_words.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

uint64_t stock_left(const struct fold_stock *stock)
{
    return stock->last + 1 - stock->next;
}

const struct fold_stock *stock_at(const struct flow_facts *facts, uint64_t place)
{
    return place < facts->fold->stock_count ? &facts->fold->stock[place] : NULL;
}

void stock_next_text(const struct fold_stock *stock, char out[SCREEN_TEXT_MAX])
{
    char number[STOCK_TEXT_MAX];
    struct stock_number next = {.type = stock->type, .number = stock->next};
    text_copy(next.series, sizeof next.series, stock->series);
    stock_number_format(&next, number);
    if (stock_left(stock) > 0)
        text_copy(out, SCREEN_TEXT_MAX, number);
    else
        snprintf(out, SCREEN_TEXT_MAX, _("%s used up"), stock->series);
}

void stock_state_text(const struct fold_stock *stock, char out[SCREEN_TEXT_MAX])
{
    snprintf(out, SCREEN_TEXT_MAX, _("%u used, %u void, %u spoiled, %llu left"),
             (unsigned)stock->used, (unsigned)stock->voided, (unsigned)stock->spoiled,
             (unsigned long long)stock_left(stock));
}

/* ---- anomalies ------------------------------------------------------------------------------- */

#define ODD_MANUAL "manual receipt "
#define ODD_UNISSUED " not issued"
#define ODD_OLD " old day"
#define ODD_RANGE "numbers not issued: "

void stock_odd_manual(const char *number, bool unissued, bool old, char *out, size_t capacity)
{
    snprintf(out, capacity, ODD_MANUAL "%s%s%s", number, unissued ? ODD_UNISSUED : "",
             old ? ODD_OLD : "");
}

void stock_odd_range(const char *first, uint64_t more, char *out, size_t capacity)
{
    snprintf(out, capacity, ODD_RANGE "%s +%llu", first, (unsigned long long)more);
}

void stock_odd_read(const char *anomaly, char *papers_out, size_t papers_capacity, char *reason_out,
                    size_t reason_capacity)
{
    bool range = strncmp(anomaly, ODD_RANGE, strlen(ODD_RANGE)) == 0;
    bool manual = strncmp(anomaly, ODD_MANUAL, strlen(ODD_MANUAL)) == 0;
    papers_out[0] = reason_out[0] = '\0';
    if (range) {
        text_copy(papers_out, papers_capacity, anomaly + strlen(ODD_RANGE));
        text_copy(reason_out, reason_capacity, _("Taken over, though not issued here"));
    } else if (manual) {
        const char *number = anomaly + strlen(ODD_MANUAL);
        bool unissued = strstr(number, ODD_UNISSUED) != NULL;
        bool old = strstr(number, ODD_OLD) != NULL;
        snprintf(papers_out, papers_capacity, "%.*s", (int)strcspn(number, " "), number);
        text_copy(reason_out, reason_capacity,
                  unissued && old ? _("By hand on a number not issued here, on an earlier day")
                  : unissued      ? _("By hand on a number not issued here")
                                  : _("By hand on an earlier day"));
    }
}

/* ---- letters --------------------------------------------------------------------------------- */

/* As they stand on the keys of a telephone; each ring begins with its digit. */
static const char *const rings[] = {"2ABC", "3DEF",  "4GHI", "5JKL",
                                    "6MNO", "7PQRS", "8TUV", "9WXYZ"};

static void turn(char *character)
{
    for (size_t i = 0; i < sizeof rings / sizeof rings[0]; i++) {
        const char *at = strchr(rings[i], *character);
        if (!at)
            continue;
        *character = at[1] ? at[1] : rings[i][0];
        return;
    }
}

static bool put(struct typed *t, char character, size_t most)
{
    if (t->fresh)
        typed_set(t, "", false);
    if (t->length >= most || t->length + 1 >= sizeof t->text)
        return false;
    t->text[t->length++] = character;
    t->text[t->length] = '\0';
    return true;
}

bool stock_type(struct typed *t, const struct flow_event *event, size_t most)
{
    switch (event->as.key.action) {
    case ACTION_POINT:
        return put(t, '-', most);
    case ACTION_UP:
        t->fresh = false;
        if (t->length > 0)
            turn(&t->text[t->length - 1]);
        return true;
    case ACTION_DIGIT:
    case ACTION_ERASE:
        typed_act(t, event, most);
        return true;
    default:
        return false;
    }
}

bool stock_scan(struct typed *t, const struct flow_event *event, size_t most)
{
    const char *text = event->as.scanned.text;
    size_t size = strlen(text);
    if (size == 0 || size > most || size >= sizeof t->text ||
        strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != size)
        return false;
    typed_set(t, text, false);
    return true;
}
