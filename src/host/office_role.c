#include "office_role.h"

#include <string.h>
#include <time.h>

#include "crypto.h"
#include "text.h"
#include "when.h"

/* The date at the site; 0 where there is none yet: nobody is a deputy then. */
static enum till_status today(struct store *s, int32_t *date_out)
{
    struct site site;
    enum till_status status = store_site_get(s, &site);
    *date_out = status == TILL_OK ? when_date(site.zone, (int64_t)time(NULL)) : 0;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* The role of one user (0: no such user), and whether anybody at all is of the office. */
static enum till_status look_up(struct store *s, const char *user, int *role_out, bool *office_out)
{
    struct book_user u = {0};
    int32_t date = 0;
    enum till_status status = today(s, &date);
    *role_out = 0;
    *office_out = false;
    if (status != TILL_OK) {
        return status;
    }
    while ((status = store_user_next(s, u.user, &u)) == TILL_OK) {
        *office_out = *office_out || u.role == ROLE_OFFICE;
        if (user != NULL && strcmp(u.user, user) == 0) {
            *role_out = user_role_on(&u, date);
        }
    }
    crypto_wipe(&u, sizeof(u));
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status office_role_check(struct store *s, const char *user, bool named,
                                   char reason_out[STORE_REASON_MAX])
{
    int role = 0;
    bool office = false;
    enum till_status status = look_up(s, user, &role, &office);
    if (status != TILL_OK || (office ? role == ROLE_OFFICE : role == ROLE_SUPERVISOR) ||
        (user == NULL && !named && !office)) {
        return status;
    }
    text_copy(reason_out, STORE_REASON_MAX,
              user == NULL ? N_("say who of the office decides: --by USER")
              : office     ? N_("only a user with the role office may do that")
                           : N_("only a user with the role office may do that, or a supervisor "
                                    "where there is none"));
    return TILL_REFUSED;
}
