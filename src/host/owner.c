#include "owner.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static int take_groups(uid_t user, gid_t group)
{
    const struct passwd *p = getpwuid(user);
    return p != NULL ? initgroups(p->pw_name, group) : setgroups(1, &group);
}

enum till_status owner_become(const char *dir)
{
    struct stat folder;
    if (geteuid() != 0 || stat(dir, &folder) != 0 || folder.st_uid == 0) {
        return TILL_OK;
    }
    if (take_groups(folder.st_uid, folder.st_gid) != 0 || setegid(folder.st_gid) != 0 ||
        seteuid(folder.st_uid) != 0) {
        return TILL_E_IO;
    }
    log_debug("%s belongs to user %u: working as that", dir, (unsigned)folder.st_uid);
    return TILL_OK;
}
