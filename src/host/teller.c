#include "teller.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "text.h"

void teller_init(struct teller *t)
{
    t->seq = 0;
    (void)snprintf(t->user, sizeof(t->user), "%s", LEDGER_NOBODY);
}

void teller_follow(struct teller *t, const struct entry *e)
{
    struct body_login body;
    assert(e->seq == t->seq + 1);
    t->seq = e->seq;
    switch (kind_base(e->kind)) {
    case KIND_LOGIN:
    case KIND_USER_SWITCHED:
        if (entry_read_login(e, &body) == TILL_OK) {
            memcpy(t->user, body.user, sizeof(t->user));
        }
        break;
    case KIND_LOGOUT:
        (void)snprintf(t->user, sizeof(t->user), "%s", LEDGER_NOBODY);
        break;
    default:
        break;
    }
}

static void value_key(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "teller/%s", terminal);
}

enum till_status teller_at(struct store *s, const char *terminal, uint64_t seq, struct teller *t)
{
    struct entry e;
    teller_init(t);
    while (t->seq < seq) {
        enum till_status status = store_entry_get(s, terminal, t->seq + 1, &e);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
        }
        teller_follow(t, &e);
    }
    return TILL_OK;
}

enum till_status teller_load(struct store *s, const char *terminal, uint64_t seq,
                             struct teller *teller_out)
{
    char key[STORE_KEY_MAX], value[64];
    value_key(terminal, key);
    teller_init(teller_out);
    if (seq == 0) {
        return TILL_OK;
    }
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status == TILL_OK) {
        char *user = NULL;
        teller_out->seq = strtoull(value, &user, 10);
        if (teller_out->seq == seq && *user == ' ') {
            text_copy(teller_out->user, sizeof(teller_out->user), user + 1);
            return TILL_OK;
        }
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND && status != TILL_TOO_LARGE) {
        return status;
    }
    return teller_at(s, terminal, seq, teller_out);
}

enum till_status teller_save(struct store *s, const char *terminal, const struct teller *t)
{
    char key[STORE_KEY_MAX], value[64];
    value_key(terminal, key);
    (void)snprintf(value, sizeof(value), "%llu %s", (unsigned long long)t->seq, t->user);
    return store_value_put(s, key, value);
}
