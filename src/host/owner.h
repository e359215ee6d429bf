/*
 * Whose files the host's are.
 *
 * An administrator who types a command as root would leave root's files in the folder of the
 * service, which it then can't read: the next start, the nightly backup fail. So a command of
 * root's works with the ids of whoever owns the folder.
 */
#ifndef TILL_HOST_OWNER_H
#define TILL_HOST_OWNER_H

#include "status.h"

/*
 * If this is root and the folder is there and somebody else's: take the owner's user, group and
 * groups for everything that follows; the real user stays root, which the audit log names.
 * Before threads are begun. TILL_E_IO: the kernel refused, and nothing should be done as root.
 */
enum till_status owner_become(const char *dir) TILL_CHECKED;

#endif
