/*
 * Who may decide: people of the office (role `office` of the users' table).
 *
 * Corrections, closed months, answered disputes and returned cheques are theirs. A host whose table
 * names nobody of the office goes on as it did before there was that role: supervisors decide, and
 * what asked for nobody's name needs none. The first office user ends that. A deputy is a
 * supervisor on their dates, by this machine's clock.
 */
#ifndef TILL_HOST_OFFICE_ROLE_H
#define TILL_HOST_OFFICE_ROLE_H

#include "store.h"

/*
 * May this user decide? user NULL: nobody was named, which is enough only where there is no office
 * user and `named` is false. TILL_REFUSED: reason_out is a msgid.
 */
enum till_status office_role_check(struct store *s, const char *user, bool named,
                                   char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

#endif
