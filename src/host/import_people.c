#include <string.h>

#include "book_check.h"
#include "crypto.h"
#include "import.h"
#include "import_rows.h"
#include "money.h"
#include "notes.h"
#include "text.h"

/* ---- users ----------------------------------------------------------------------------------- */

enum { PIN_DIGITS_MIN = 4, PIN_DIGITS_MAX = 12 };

static bool pin_is_valid(const char *pin)
{
    size_t size = strlen(pin);
    return size >= PIN_DIGITS_MIN && size <= PIN_DIGITS_MAX && strspn(pin, "0123456789") == size;
}

enum till_status import_find_user(struct store *s, const char *user, struct book_user *out)
{
    char before[USER_MAX] = "";
    for (;;) {
        enum till_status status = store_user_next(s, before, out);
        if (status != TILL_OK || strcmp(out->user, user) == 0) {
            return status;
        }
        if (strcmp(out->user, user) > 0) {
            return TILL_NOT_FOUND;
        }
        memcpy(before, out->user, sizeof(before));
    }
}

static enum till_status stretch(const char *pin, const struct book_user *u, uint8_t out[HASH_SIZE])
{
    return crypto_pbkdf2((struct span){(const uint8_t *)pin, strlen(pin)},
                         (struct span){u->salt, sizeof(u->salt)}, u->rounds, out);
}

/* A new salt only where the PIN is another one. */
static enum till_status set_pin(struct book_user *u, const char *pin, bool known)
{
    uint8_t hash[HASH_SIZE];
    enum till_status status = TILL_OK;
    if (known) {
        status = stretch(pin, u, hash);
        if (status != TILL_OK || crypto_equal(hash, u->pin_check, HASH_SIZE)) {
            return status;
        }
    }
    u->rounds = IMPORT_PIN_ROUNDS;
    status = crypto_random(u->salt, sizeof(u->salt));
    return status == TILL_OK ? stretch(pin, u, u->pin_check) : status;
}

static bool same_user(const struct book_user *a, const struct book_user *b)
{
    return strcmp(a->name, b->name) == 0 && a->role == b->role &&
           a->cash_limit_minor == b->cash_limit_minor && a->must_change_pin == b->must_change_pin &&
           a->deputy_from == b->deputy_from && a->deputy_to == b->deputy_to &&
           a->rounds == b->rounds && memcmp(a->salt, b->salt, sizeof(a->salt)) == 0 &&
           memcmp(a->pin_check, b->pin_check, sizeof(a->pin_check)) == 0;
}

enum {
    USER_NUMBER,
    USER_NAME,
    USER_ROLE,
    USER_PIN,
    USER_LIMIT,
    USER_MUST_CHANGE,
    USER_DEPUTY_FROM,
    USER_DEPUTY_TO
};

/* Empty keeps what is there, "0" ends it, as does a role that can't be a deputy. */
static bool read_deputy_date(const char *value, int32_t *date)
{
    if (strcmp(value, "0") == 0) {
        *date = 0;
        return true;
    }
    return value[0] == '\0' || import_date(value, date);
}

static const char *read_deputy(const char *const *values, struct book_user *u)
{
    bool said = values[USER_DEPUTY_FROM][0] != '\0' || values[USER_DEPUTY_TO][0] != '\0';
    if (!said && u->role != ROLE_COLLECTOR && u->role != ROLE_AGENT) {
        u->deputy_from = u->deputy_to = 0;
    }
    if (!read_deputy_date(values[USER_DEPUTY_FROM], &u->deputy_from) ||
        !read_deputy_date(values[USER_DEPUTY_TO], &u->deputy_to) || !user_deputy_is_valid(u)) {
        return N_("a deputy is a collector or agent, from one date to another not before it");
    }
    return NULL;
}

static const char *read_user(const struct import_state *state, const char *const *values,
                             bool known, struct book_user *u)
{
    static const char *const roles[] = {"",      "collector", "supervisor", "technician",
                                        "agent", "office",    NULL};
    u->role = import_choice(values[USER_ROLE], roles);
    u->cash_limit_minor = 0;
    if (!import_text(values[USER_NUMBER], u->user, sizeof(u->user)) || !user_is_valid(u->user)) {
        return N_("the user number must be 1 to 16 letters and digits");
    }
    if (!import_text(values[USER_NAME], u->name, sizeof(u->name)) || u->name[0] == '\0') {
        return N_("the name is missing or too long");
    }
    if (u->role < 1) {
        return N_("the role must be collector, supervisor, technician, agent or office");
    }
    if (values[USER_LIMIT][0] != '\0' &&
        money_parse(&state->site, values[USER_LIMIT], &u->cash_limit_minor) != TILL_OK) {
        return N_("an amount can't be read");
    }
    if (values[USER_MUST_CHANGE][0] != '\0') {
        static const char *const truths[] = {"no", "yes", NULL};
        int must = import_choice(values[USER_MUST_CHANGE], truths);
        if (must < 0) {
            return N_("must_change_pin must be yes or no");
        }
        u->must_change_pin = must == 1;
    }
    if (values[USER_PIN][0] == '\0' ? !known : !pin_is_valid(values[USER_PIN])) {
        return N_("the PIN must be 4 to 12 digits");
    }
    return read_deputy(values, u);
}

static enum till_status user_row(struct import_state *state, uint32_t line,
                                 const char *const *values, bool *changed_out,
                                 const char **reason_out)
{
    (void)line;
    struct book_user u = {0}, before = {0};
    enum till_status status = import_find_user(state->store, values[USER_NUMBER], &before);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    bool known = status == TILL_OK;
    u = before;
    *reason_out = read_user(state, values, known, &u);
    if (*reason_out != NULL) {
        return TILL_BAD_INPUT;
    }
    if (values[USER_PIN][0] != '\0') {
        status = set_pin(&u, values[USER_PIN], known);
        bool is_new = memcmp(u.salt, before.salt, sizeof(u.salt)) != 0;
        if (status == TILL_OK && is_new) {
            /* Older than this is whatever a terminal still has to tell of it. */
            status = notes_pin_was_set(state->store, u.user, state->now_s);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    if (known && same_user(&u, &before)) {
        return TILL_UNCHANGED;
    }
    *changed_out = known;
    return store_user_put(state->store, &u);
}

const struct import_table import_users_table = {"users",
                                                false,
                                                {{"user", true, IMPORT_TEXT},
                                                 {"name", true, IMPORT_TEXT},
                                                 {"role", true, IMPORT_TEXT},
                                                 {"pin", true, IMPORT_TEXT},
                                                 {"cash_limit", false, IMPORT_AMOUNT},
                                                 {"must_change_pin", false, IMPORT_TEXT},
                                                 {"deputy_from", false, IMPORT_DATE},
                                                 {"deputy_to", false, IMPORT_DATE}},
                                                user_row,
                                                NULL,
                                                NULL};

/* ---- meter books ----------------------------------------------------------------------------- */

static enum till_status meter_book_row(struct import_state *state, uint32_t line,
                                       const char *const *values, bool *changed_out,
                                       const char **reason_out)
{
    (void)line;
    struct book_meter_book m = {0}, before;
    if (!import_text(values[0], m.id, sizeof(m.id)) ||
        !import_text(values[1], m.name, sizeof(m.name)) || !book_meter_book_is_valid(&m)) {
        *reason_out = N_("a meter book needs a short id without comma or space, and a name");
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_meter_book_get(state->store, m.id, &before);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    if (status == TILL_OK && strcmp(before.name, m.name) == 0) {
        return TILL_UNCHANGED;
    }
    *changed_out = status == TILL_OK;
    return store_meter_book_put(state->store, &m);
}

const struct import_table import_meter_books_table = {
    "meter_books",  true, {{"id", true, IMPORT_TEXT}, {"name", true, IMPORT_TEXT}},
    meter_book_row, NULL, NULL};
