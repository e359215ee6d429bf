/*
 * Approval from afar: a challenge is read out over the telephone, a one-time code is read back. No
 * PIN is spoken; wrong codes are counted and waited for like wrong PINs.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

/* ---- what is asked --------------------------------------------------------------------------- */

static enum till_status ask_reversal(struct app *app, uint64_t seq, struct approval *out)
{
    struct entry entry;
    struct receipt_figures figures;
    enum till_status status = journal_read(app->journal, seq, &entry, NULL);
    if (status == TILL_OK)
        status = receipt_figures(&entry, &figures);
    if (status != TILL_OK)
        return status;
    memcpy(out->subject, entry.hash, HASH_SIZE);
    out->value = figures.amount_minor;
    return TILL_OK;
}

static uint32_t shift_now(const struct app *app)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    return user ? user->shift : 0;
}

/*
 * The same question has the same challenge until it is answered: an entry that comes meanwhile, a
 * wrong code for one, must not make the call begin anew. A limit that was lifted, another shift or
 * a restart begins with another.
 */
static void ask_limit(struct app *app, int limit, int64_t value, struct approval *out)
{
    struct approval *asked = &app->asked;
    bool stands = asked->purpose == APPROVAL_LIMIT && asked->limit == limit &&
                  asked->value == value && app->asked_in_shift == shift_now(app);
    if (!stands) {
        memset(asked, 0, sizeof *asked);
        asked->purpose = APPROVAL_LIMIT;
        asked->limit = limit;
        asked->value = value;
        memcpy(asked->subject, journal_head_hash(app->journal), HASH_SIZE);
        app->asked_in_shift = shift_now(app);
    }
    *out = *asked;
}

static enum till_status question(struct app *app, const struct flow_effect *effect,
                                 struct approval *out)
{
    enum till_status status = TILL_OK;
    memset(out, 0, sizeof *out);
    if (!app->journal)
        return TILL_NOT_ENROLLED;
    if (effect->as.ask.purpose == APPROVAL_REVERSAL)
        status = ask_reversal(app, effect->as.ask.seq, out);
    else if (effect->as.ask.limit > LIMIT_NONE && effect->as.ask.limit < LIMIT_COUNT &&
             effect->as.ask.value > 0)
        ask_limit(app, effect->as.ask.limit, effect->as.ask.value, out);
    else
        status = TILL_BAD_INPUT;
    out->purpose = effect->as.ask.purpose;
    text_copy(out->terminal, sizeof out->terminal, journal_terminal(app->journal));
    return status;
}

void approval_ask(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  char room[APPROVAL_CHALLENGE_MAX])
{
    struct approval asked;
    room[0] = '\0';
    event->as.digits = room;
    event->status = question(app, effect, &asked);
    if (event->status == TILL_OK)
        event->status = approval_challenge(&asked, room);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Nobody agrees to what they ask for themselves, and a collector's number agrees to nothing. */
static bool may_approve(struct app *app, const char *approver)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    struct book_user known;
    if (strcmp(approver, "0") == 0)
        return true;
    if (!user_is_valid(approver) || (user && strcmp(user->user, approver) == 0))
        return false;
    if (!app->book || book_find_user(app->book, approver, &known) != TILL_OK)
        return true;
    facts_refresh(app);
    int role = user_role_on(&known, app->facts.today);
    return role == ROLE_SUPERVISOR || role == ROLE_OFFICE;
}

void approval_try(struct app *app, const struct flow_effect *effect, struct flow_event *event)
{
    struct approval asked;
    uint8_t key[HASH_SIZE];
    const char *approver = effect->as.ask.approver;
    event->status = question(app, effect, &asked);
    if (event->status != TILL_OK)
        return;
    if (!may_approve(app, approver)) {
        event->status = TILL_REFUSED;
        return;
    }
    if (pin_is_locked(app, approver)) {
        event->status = TILL_LOCKED_OUT;
        return;
    }
    event->status = approval_key((struct span){app->identity.secret, HASH_SIZE}, key);
    if (event->status == TILL_OK)
        event->status = approval_check(key, &asked, approver, effect->as.ask.code);
    crypto_wipe(key, sizeof key);
    struct book_user known;
    if (event->status == TILL_OK && app->book &&
        book_find_user(app->book, approver, &known) == TILL_OK)
        pin_forgive(app, approver);
    crypto_wipe(&known, sizeof known);
    if (event->status != TILL_WRONG_PIN)
        return;
    enum till_status status = pin_note_failure(app, approver);
    if (status != TILL_OK)
        event->status = status;
}

/* ---- the supervisor's side ------------------------------------------------------------------- */

void approval_give(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   char room[APPROVAL_CHALLENGE_MAX])
{
    struct book_team team;
    const struct fold_user *user = app->journal ? fold_current(journal_fold(app->journal)) : NULL;
    room[0] = '\0';
    event->as.digits = room;
    if (!app->book || !user) {
        event->status = TILL_NO_BOOK;
        return;
    }
    facts_refresh(app);
    event->status = app->facts.role == ROLE_SUPERVISOR ? TILL_OK : TILL_REFUSED;
    if (event->status == TILL_OK)
        event->status = book_team_find(app->book, effect->as.ask.terminal, &team);
    if (event->status == TILL_OK)
        event->status =
            approval_code(team.approval_key, effect->as.ask.challenge, effect->as.ask.purpose,
                          effect->as.ask.value, user->user, room);
    crypto_wipe(&team, sizeof team);
}
