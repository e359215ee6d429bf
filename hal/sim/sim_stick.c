/* The simulated stick: a folder that a test or the panel puts in and takes out. */
#include <string.h>

#include "sim_private.h"
#include "text.h"

/* One that is in, and lasts for this call? */
static enum till_status use(struct sim_world *world)
{
    struct sim_stick *s = &world->stick_now;
    sim_pump(world);
    if (s->calls_left == 0) {
        s->folder.path[0] = '\0'; /* it was pulled just now */
    }
    s->calls_left -= s->calls_left > 0;
    return s->folder.path[0] == '\0' || sim_is_alone(world) ? TILL_DEVICE_OFFLINE : TILL_OK;
}

static enum till_status stick_look(void *context)
{
    struct sim_world *world = context;
    const struct sim_stick *s = &world->stick_now;
    sim_pump(world);
    return s->folder.path[0] == '\0' || sim_is_alone(world) ? TILL_DEVICE_OFFLINE
                                                            : stick_folder_present(&s->folder);
}

static enum till_status stick_names(void *context, const char *folder, struct stick_name *names_out,
                                    size_t capacity, size_t *count_out)
{
    struct sim_world *world = context;
    enum till_status status = use(world);
    return status == TILL_OK
               ? stick_folder_list(&world->stick_now.folder, folder, names_out, capacity, count_out)
               : status;
}

static enum till_status stick_take(void *context, const char *path, uint8_t *out, size_t capacity,
                                   size_t *size_out)
{
    struct sim_world *world = context;
    enum till_status status = use(world);
    return status == TILL_OK
               ? stick_folder_read(&world->stick_now.folder, path, out, capacity, size_out)
               : status;
}

static enum till_status stick_put(void *context, const char *path, struct span bytes)
{
    struct sim_world *world = context;
    struct sim_stick *s = &world->stick_now;
    enum till_status status = use(world);
    if (status != TILL_OK) {
        return status;
    }
    if (s->read_only) {
        return TILL_READ_ONLY;
    }
    if (s->room >= 0 && (uint64_t)s->room < bytes.size) {
        return TILL_DISK_FULL;
    }
    s->room -= s->room >= 0 ? (int64_t)bytes.size : 0;
    return stick_folder_write(&s->folder, path, bytes);
}

static enum till_status stick_drop(void *context, const char *path)
{
    struct sim_world *world = context;
    enum till_status status = use(world);
    if (status == TILL_OK && world->stick_now.read_only) {
        status = TILL_READ_ONLY;
    }
    return status == TILL_OK ? stick_folder_remove(&world->stick_now.folder, path) : status;
}

static enum till_status stick_let_go(void *context)
{
    struct sim_world *world = context;
    enum till_status status = use(world);
    return status == TILL_OK ? stick_folder_release(&world->stick_now.folder, false) : status;
}

static void stick_shut(void *context)
{
    (void)context;
}

void sim_stick_init(struct sim_world *world)
{
    world->stick = (struct stick){world,     stick_look, stick_names,  stick_take,
                                  stick_put, stick_drop, stick_let_go, stick_shut};
    sim_stick_set(world, NULL);
}

void sim_stick_set(struct sim_world *world, const char *path)
{
    struct sim_stick *s = &world->stick_now;
    memset(s, 0, sizeof *s);
    s->room = -1;
    s->calls_left = -1;
    if (path) {
        text_copy(s->folder.path, sizeof s->folder.path, path);
    }
}

void sim_stick_fault(struct sim_world *world, bool read_only, int64_t room, int calls_left)
{
    world->stick_now.read_only = read_only;
    world->stick_now.room = room;
    world->stick_now.calls_left = calls_left;
}
