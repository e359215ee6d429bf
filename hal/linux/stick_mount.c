/*
 * A stick that the system mounts at a fixed place (driver `folder`).
 *   path     the mount point, absolute
 *   mounted  yes: only a file system of its own is a stick (default); no: any folder is
 *   unmount  yes: release takes it off the tree as well, where that is allowed; no (default)
 */
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "stick_folder.h"
#include "text.h"

struct mounted {
    struct stick stick;
    struct stick_folder folder;
    bool unmount;
};

static enum till_status look(void *context)
{
    const struct mounted *m = context;
    return stick_folder_present(&m->folder);
}

static enum till_status names(void *context, const char *folder, struct stick_name *names_out,
                              size_t capacity, size_t *count_out)
{
    const struct mounted *m = context;
    return stick_folder_list(&m->folder, folder, names_out, capacity, count_out);
}

static enum till_status take(void *context, const char *path, uint8_t *out, size_t capacity,
                             size_t *size_out)
{
    const struct mounted *m = context;
    return stick_folder_read(&m->folder, path, out, capacity, size_out);
}

static enum till_status put(void *context, const char *path, struct span bytes)
{
    const struct mounted *m = context;
    return stick_folder_write(&m->folder, path, bytes);
}

static enum till_status drop(void *context, const char *path)
{
    const struct mounted *m = context;
    return stick_folder_remove(&m->folder, path);
}

static enum till_status let_go(void *context)
{
    const struct mounted *m = context;
    return stick_folder_release(&m->folder, m->unmount);
}

static void shut(void *context)
{
    free(context);
}

enum till_status stick_mount_open(struct opening *opening, struct board *board)
{
    struct settings *s = opening->settings;
    const char *path = opening_text(opening, "path");
    bool mounted = true;
    bool unmount = false;
    if (!path) {
        return TILL_E_CONFIG;
    }
    enum till_status status = settings_flag(s, opening->section, "mounted", true, &mounted);
    if (status == TILL_OK) {
        status = settings_flag(s, opening->section, "unmount", false, &unmount);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (path[0] != '/') {
        settings_complain(s, opening->section, "path", "must begin with /");
        return TILL_E_CONFIG;
    }
    struct mounted *m = calloc(1, sizeof *m);
    if (!m) {
        return TILL_E_MEMORY;
    }
    m->stick = (struct stick){m, look, names, take, put, drop, let_go, shut};
    m->folder.is_mount = mounted;
    m->unmount = unmount;
    text_copy(m->folder.path, sizeof m->folder.path, path);
    board->stick = &m->stick;
    return TILL_OK;
}
