/*
 * PINs: who may work here.
 *
 * The book holds, for each user, HMAC(device secret, PBKDF2(pin)), stretched once more by as many
 * rounds as this board needs for a quarter of a second. A user who changed their PIN here has it in
 * the journal until the office's book has it too. A check takes the same time whether the user
 * exists, the PIN fits or everybody has to wait.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "pin_seal.h"
#include "text.h"

enum {
    PIN_TRIES = 5,
    PIN_WAIT_S = 60,
    PIN_WAIT_MOST_S = 3600,
    PIN_ROUNDS = 20000, /* of a PIN that is changed here, and of one that nobody has */
    PIN_LEAST = 4,
    BOARD_CHECK_MS = 250,
    BOARD_TRIAL_ROUNDS = 4000,
    BOARD_ROUNDS_MOST = 2000000
};

static enum till_status note_login(struct app *app, enum entry_kind kind, const char *user,
                                   uint32_t failures)
{
    struct entry entry;
    struct body_login body = {.failures = failures};
    text_copy(body.user, sizeof body.user, user);
    enum till_status status = entry_write_login(&entry, kind, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

/* ---- stretching ------------------------------------------------------------------------------ */

static enum till_status stretch(struct app *app, const char *pin, const struct book_user *user,
                                uint8_t derived_out[HASH_SIZE])
{
    app->pin_rounds += user->rounds;
    return crypto_pbkdf2((struct span){(const uint8_t *)pin, strlen(pin)},
                         (struct span){user->salt, sizeof user->salt}, user->rounds, derived_out);
}

/* What the host sends for a PIN: useless off this device. */
static enum till_status bind(const struct app *app, const uint8_t derived[HASH_SIZE],
                             uint8_t bound_out[HASH_SIZE])
{
    return crypto_hmac((struct span){app->identity.secret, HASH_SIZE},
                       (struct span){derived, HASH_SIZE}, bound_out);
}

uint32_t pin_measure_rounds(struct app *app)
{
    const struct clock_device *clock = app->board->clock;
    const uint8_t nothing[HASH_SIZE] = {0};
    uint8_t out[HASH_SIZE];
    const struct span span = {nothing, sizeof nothing};
    if (app->options.pin_rounds)
        return app->options.pin_rounds;
    int64_t began_ms = clock_now_ms(clock);
    if (crypto_pbkdf2(span, span, BOARD_TRIAL_ROUNDS, out) != TILL_OK)
        return 1;
    int64_t took_ms = clock_now_ms(clock) - began_ms;
    int64_t rounds = (int64_t)BOARD_TRIAL_ROUNDS * BOARD_CHECK_MS / (took_ms > 0 ? took_ms : 1);
    return (uint32_t)(rounds < BOARD_ROUNDS_MOST ? rounds : BOARD_ROUNDS_MOST);
}

enum till_status identity_wrap_pin(struct app *app, struct book_user *user)
{
    uint8_t wrapped[HASH_SIZE];
    enum till_status status = start_measure(app);
    if (status != TILL_OK)
        return status;
    app->pin_rounds += app->settings.pin_rounds;
    status = crypto_pbkdf2((struct span){user->pin_check, HASH_SIZE},
                           (struct span){user->salt, sizeof user->salt}, app->settings.pin_rounds,
                           wrapped);
    if (status == TILL_OK)
        memcpy(user->pin_check, wrapped, HASH_SIZE);
    crypto_wipe(wrapped, sizeof wrapped);
    return status;
}

/* ---- what holds for a user ------------------------------------------------------------------- */

/* The newest change of this user's PIN that the book does not hold yet. */
static bool find_change(struct app *app, const char *user, struct body_pin_changed *out)
{
    const struct book_meta *meta = book_meta(app->book);
    struct journal_touch touch;
    struct entry entry;
    char key[TOUCH_ACCOUNT_MAX];
    size_t count = 0;
    text_copy(key, sizeof key, "user/");
    text_copy(key + strlen(key), sizeof key - strlen(key), user);
    return journal_touches(app->journal, key, meta->applied_seq, &touch, 1, &count) == TILL_OK &&
           count == 1 && journal_read(app->journal, touch.seq, &entry, NULL) == TILL_OK &&
           entry_read_pin_changed(&entry, out) == TILL_OK;
}

/* Of the book, or with the PIN that was changed here. *changed_out: it was; its check is then not
 * stretched for this board. */
static enum till_status find_user(struct app *app, const char *number, struct book_user *out,
                                  bool *changed_out)
{
    struct body_pin_changed change;
    uint8_t derived[HASH_SIZE];
    *changed_out = false;
    if (!user_is_valid(number))
        return TILL_NOT_FOUND;
    enum till_status status = book_find_user(app->book, number, out);
    if (status != TILL_OK || !find_change(app, number, &change))
        return status;
    *changed_out = true;
    memcpy(out->salt, change.salt, sizeof out->salt);
    out->rounds = change.rounds;
    status = pin_seal(app->identity.secret, number, change.salt, change.sealed, derived);
    if (status == TILL_OK)
        status = bind(app, derived, out->pin_check);
    crypto_wipe(derived, sizeof derived);
    return status;
}

/* Stretched twice in any case, so that it takes as long for whoever it is. */
static bool pin_fits(struct app *app, const struct book_user *user, bool changed, const char *pin)
{
    uint8_t derived[HASH_SIZE], bound[HASH_SIZE];
    struct book_user given = *user;
    bool fits = false;
    if (stretch(app, pin, user, derived) == TILL_OK && bind(app, derived, bound) == TILL_OK) {
        memcpy(given.pin_check, bound, HASH_SIZE);
        fits = identity_wrap_pin(app, &given) == TILL_OK &&
               crypto_equal(changed ? bound : given.pin_check, user->pin_check, HASH_SIZE);
    }
    crypto_wipe(derived, sizeof derived);
    crypto_wipe(bound, sizeof bound);
    crypto_wipe(&given, sizeof given);
    return fits;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static const struct fold *fold_of(const struct app *app)
{
    return app->journal ? journal_fold(app->journal) : &app->no_fold;
}

static bool is_counted(const struct fold *fold, const char *user)
{
    const struct fold_failures *row = fold_failures_of(fold, user);
    return row && strcmp(row->user, user) == 0;
}

/* When the latest wrong one was, on the clock that nobody can set; NULL: before this start. */
static struct pin_failure *failure_of(struct app *app, const char *user)
{
    for (size_t i = 0; i < PIN_FAILURES_MAX; i++)
        if (app->pin_failures[i].at_ms && strcmp(app->pin_failures[i].user, user) == 0)
            return &app->pin_failures[i];
    return NULL;
}

/* There are as many as the fold has rows, so that one is free or of a row that has gone. */
static void note_when(struct app *app, const char *user)
{
    struct pin_failure *failure = failure_of(app, user);
    for (size_t i = 0; i < PIN_FAILURES_MAX && !failure; i++)
        if (!app->pin_failures[i].at_ms || !is_counted(fold_of(app), app->pin_failures[i].user))
            failure = &app->pin_failures[i];
    if (!failure)
        return;
    text_copy(failure->user, sizeof failure->user, user);
    failure->at_ms = app->facts.now_ms;
}

/* Counted from the last wrong one, or from the start: a restart makes the wait no shorter. */
uint32_t pin_wait_s(struct app *app, const char *user)
{
    const struct fold_failures *row = fold_failures_of(fold_of(app), user);
    if (!row || row->count < PIN_TRIES || app->facts.now_s - row->at_s >= FOLD_FAILURES_LAST_S)
        return 0;
    uint32_t doubled = row->count - PIN_TRIES;
    int64_t wait_s = doubled < 6 ? (int64_t)PIN_WAIT_S << doubled : PIN_WAIT_MOST_S;
    if (wait_s > PIN_WAIT_MOST_S)
        wait_s = PIN_WAIT_MOST_S;
    const struct pin_failure *failure = failure_of(app, row->user);
    int64_t from_ms = failure ? failure->at_ms : app->started_ms;
    int64_t left_ms = from_ms + wait_s * 1000 - app->facts.now_ms;
    return left_ms > 0 ? (uint32_t)((left_ms + 999) / 1000) : 0;
}

bool pin_is_locked(struct app *app, const char *user)
{
    text_copy(app->pin_user, sizeof app->pin_user, user);
    return pin_wait_s(app, user) > 0;
}

enum till_status pin_note_failure(struct app *app, const char *user)
{
    const char *number = user_is_valid(user) ? user : "0";
    const struct fold_failures *row = fold_failures_of(fold_of(app), number);
    enum till_status status = note_login(app, KIND_LOGIN_FAILED, number, row ? row->count + 1 : 1);
    row = fold_failures_of(fold_of(app), number);
    if (status == TILL_OK && row)
        note_when(app, row->user);
    return status;
}

/* Who was right only agreed to something: their wrong ones before it end by their coming and
 * going, in one write. Where that can't be recorded they stand. */
void pin_forgive(struct app *app, const char *user)
{
    const struct fold_user *now = fold_current(fold_of(app));
    struct journal_item items[2];
    size_t count = 0;
    if (!now || !is_counted(fold_of(app), user))
        return;
    const char *const coming[] = {user, now->user};
    memset(items, 0, sizeof items);
    for (size_t i = 0; i < 2; i++) {
        struct body_login body = {.failures = 0};
        text_copy(body.user, sizeof body.user, coming[i]);
        if (entry_write_login(&items[i].entry, KIND_USER_SWITCHED, &body) == TILL_OK)
            count++;
    }
    if (count < 2 || ledger_append_items(app, items, count) != TILL_OK)
        log_warning("wrong PINs before a right one still count");
}

/* ---- a PIN that was given -------------------------------------------------------------------- */

static bool is_current(struct app *app, const char *user)
{
    const struct fold_user *now = fold_current(journal_fold(app->journal));
    return now && strcmp(now->user, user) == 0;
}

/* Begins to work, goes on, or only agrees to something. */
static enum till_status let_in(struct app *app, const struct book_user *user, bool changed,
                               enum pin_purpose purpose)
{
    enum till_status status = TILL_OK;
    /* They decide what collectors did: nobody of them collects. Who is at work goes on, though. */
    if (user->role == ROLE_OFFICE && (purpose == PIN_SWITCH || purpose == PIN_LOGIN))
        return TILL_REFUSED;
    if (purpose == PIN_SUPERVISOR || purpose == PIN_TECHNICIAN || purpose == PIN_PRESENT ||
        purpose == PIN_OWN)
        pin_forgive(app, user->user);
    switch (purpose) {
    case PIN_SUPERVISOR:
        return user_role_on(user, app->facts.today) == ROLE_SUPERVISOR ? TILL_OK : TILL_REFUSED;
    case PIN_TECHNICIAN:
        return user->role == ROLE_TECHNICIAN ? TILL_OK : TILL_REFUSED;
    case PIN_PRESENT:
        return TILL_OK;
    case PIN_OWN:
        return is_current(app, user->user) ? TILL_OK : TILL_REFUSED;
    case PIN_UNLOCK:
        if (!is_current(app, user->user))
            return TILL_WRONG_PIN;
        /* Wrong ones before it stop counting, as at a login. */
        if (is_counted(fold_of(app), user->user))
            status = note_login(app, KIND_USER_SWITCHED, user->user, 0);
        return status;
    case PIN_SWITCH:
        status = note_login(app, KIND_USER_SWITCHED, user->user, 0);
        break;
    default:
        status = note_login(app, KIND_LOGIN, user->user, 0);
        break;
    }
    app->signed_in = status == TILL_OK;
    app->must_change_pin = user->must_change_pin && !changed;
    return status;
}

void ledger_check_pin(struct app *app, const struct flow_effect *effect, struct flow_event *event)
{
    struct book_user user = {.rounds = PIN_ROUNDS};
    const char *number = effect->as.pin.user;
    bool changed = false;
    event->status = TILL_NO_BOOK;
    event->as.pin.user = number;
    if (!app->journal || !app->book)
        return;
    facts_refresh(app); /* a deputy's days begin and end at midnight */
    bool known = find_user(app, number, &user, &changed) == TILL_OK;
    bool fits = pin_fits(app, &user, changed, effect->as.pin.pin) && known;
    crypto_wipe((void *)(uintptr_t)effect->as.pin.pin, sizeof effect->as.pin.pin);
    event->as.pin.role = fits ? user_role_on(&user, app->facts.today) : 0;
    if (pin_is_locked(app, number)) {
        event->status = TILL_LOCKED_OUT;
    } else if (fits) {
        event->status = let_in(app, &user, changed, effect->as.pin.purpose);
    } else {
        event->status = pin_note_failure(app, number);
        if (event->status == TILL_OK)
            event->status = TILL_WRONG_PIN;
    }
    crypto_wipe(&user, sizeof user);
}

/* ---- a new PIN ------------------------------------------------------------------------------- */

/* 1111, 1234, 9876: what is tried first. */
static bool is_row(const char *pin)
{
    size_t size = strlen(pin);
    int step = pin[1] - pin[0];
    for (size_t i = 1; i + 1 < size; i++)
        if (pin[i + 1] - pin[i] != step)
            return false;
    return step >= -1 && step <= 1;
}

static enum till_status check_new(struct app *app, const char *number, const char *pin)
{
    struct book_user user;
    bool changed;
    if (strlen(pin) < PIN_LEAST || is_row(pin) || strcmp(pin, number) == 0)
        return TILL_BAD_INPUT;
    enum till_status status = find_user(app, number, &user, &changed);
    if (status == TILL_OK && pin_fits(app, &user, changed, pin))
        status = TILL_UNCHANGED;
    crypto_wipe(&user, sizeof user);
    return status;
}

static enum till_status append_change(struct app *app, const char *number, const char *pin)
{
    struct entry entry;
    struct body_pin_changed body = {.rounds = PIN_ROUNDS};
    struct book_user user = {.rounds = PIN_ROUNDS};
    uint8_t derived[HASH_SIZE];
    text_copy(body.user, sizeof body.user, number);
    enum till_status status = crypto_random(body.salt, sizeof body.salt);
    memcpy(user.salt, body.salt, sizeof user.salt);
    if (status == TILL_OK)
        status = stretch(app, pin, &user, derived);
    if (status == TILL_OK)
        status = pin_seal(app->identity.secret, number, body.salt, derived, body.sealed);
    if (status == TILL_OK)
        status = entry_write_pin_changed(&entry, &body);
    if (status == TILL_OK)
        status = ledger_append(app, &entry);
    crypto_wipe(derived, sizeof derived);
    return status;
}

void pin_change(struct app *app, const struct flow_effect *effect, struct flow_event *event)
{
    const struct fold_user *user = app->journal ? fold_current(journal_fold(app->journal)) : NULL;
    char number[USER_MAX];
    event->type = EVENT_CHANGED;
    event->status = TILL_NO_BOOK;
    if (user && app->book && app->signed_in) {
        text_copy(number, sizeof number, user->user);
        event->status = check_new(app, number, effect->as.pin.pin);
        if (event->status == TILL_OK)
            event->status = append_change(app, number, effect->as.pin.pin);
    }
    crypto_wipe((void *)(uintptr_t)effect->as.pin.pin, sizeof effect->as.pin.pin);
    if (event->status == TILL_OK)
        app->must_change_pin = false;
}

void ledger_logout(struct app *app)
{
    const struct fold_user *user = app->journal ? fold_current(journal_fold(app->journal)) : NULL;
    app->signed_in = app->must_change_pin = false;
    if (user && note_login(app, KIND_LOGOUT, user->user, 0) != TILL_OK)
        log_warning("the logout was not recorded");
    stack_home(app);
}
