/*
 * What nobody but its giver sees before whoever receives it has counted it: cash that waits here,
 * and the day closes that went with it. Until then no list, report or copy tells how much it is.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum { LATEST = 20000 }; /* entries: about a month */

static void add(struct app *app, struct blind *b, const struct entry *e, const char *giver,
                const char *closes)
{
    if (carry_is_elsewhere(app, e))
        return;                /* it was counted there */
    if (b->count == BLIND_MAX) /* the oldest goes */
        memmove(&b->waiting[0], &b->waiting[1], --b->count * sizeof b->waiting[0]);
    struct blind_waiting *w = &b->waiting[b->count++];
    w->seq = e->seq;
    text_copy(w->giver, sizeof w->giver, giver);
    text_copy(w->closes, sizeof w->closes, closes);
}

static void take_out(struct blind *b, size_t i)
{
    b->count--;
    memmove(&b->waiting[i], &b->waiting[i + 1], (b->count - i) * sizeof b->waiting[0]);
}

static void follow(struct app *app, struct blind *b, const struct entry *e, char who[USER_MAX])
{
    enum { TO_SUPERVISOR = 1 };
    struct body_login login;
    struct body_handover_given given;
    struct body_cash_drop drop;
    struct body_handover_taken taken;
    uint16_t kind = kind_base(e->kind);
    if (kind == KIND_LOGIN || kind == KIND_USER_SWITCHED) {
        if (entry_read_login(e, &login) == TILL_OK)
            text_copy(who, USER_MAX, login.user);
    } else if (kind_is_training(e->kind)) {
        return;
    } else if (entry_read_handover_given(e, &given) == TILL_OK) {
        add(app, b, e, who, given.closes);
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK && drop.to == TO_SUPERVISOR) {
        add(app, b, e, who, "");
    } else if (entry_read_handover_taken(e, &taken) == TILL_OK) {
        for (size_t i = b->count; i > 0; i--)
            if (b->waiting[i - 1].seq == taken.seq)
                take_out(b, i - 1);
    }
}

void blind_look(struct app *app, struct blind *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {
        KIND_LOGIN, KIND_USER_SWITCHED, KIND_HANDOVER_GIVEN, KIND_CASH_DROP, KIND_HANDOVER_TAKEN};
    char who[USER_MAX] = "";
    const struct fold *fold = app->journal ? journal_fold(app->journal) : NULL;
    const struct fold_user *user = fold ? fold_current(fold) : NULL;
    memset(out, 0, sizeof *out);
    if (!fold || fold->transit_minor == 0)
        return;
    struct entry e = {.seq = fold->seq > LATEST ? fold->seq - LATEST : 0};
    enum till_status status = receipt_who(app, e.seq + 1, who);
    /* Each step goes on to a later entry: it ends. */
    while (status == TILL_OK) {
        status = journal_next_of(app->journal, e.seq, kinds, &e);
        if (status == TILL_OK)
            follow(app, out, &e, who);
    }
    if (status != TILL_NOT_FOUND)
        log_warning("what waits to be counted can't be told: %s", status_text(status));
    for (size_t i = out->count; i > 0; i--)
        if (user && strcmp(out->waiting[i - 1].giver, user->user) == 0)
            take_out(out, i - 1);
}

bool blind_hides_z(const struct blind *b, uint32_t z)
{
    for (size_t i = 0; i < b->count; i++)
        if (closes_text_has(b->waiting[i].closes, z))
            return true;
    return false;
}

bool blind_hides_of(const struct blind *b, const char *user)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->waiting[i].giver, user) == 0)
            return true;
    return false;
}

bool blind_hides(const struct blind *b, const struct entry *e)
{
    struct body_closed_in_absence z;
    for (size_t i = 0; i < b->count; i++)
        if (b->waiting[i].seq == e->seq)
            return true;
    return b->count > 0 && !kind_is_training(e->kind) && entry_read_close(e, &z) == TILL_OK &&
           blind_hides_z(b, z.z);
}

bool blind_hides_seq(struct app *app, const struct blind *b, uint64_t seq)
{
    struct entry e;
    return b->count > 0 && seq > 0 && seq <= journal_fold(app->journal)->seq &&
           journal_read(app->journal, seq, &e, NULL) == TILL_OK && blind_hides(b, &e);
}
