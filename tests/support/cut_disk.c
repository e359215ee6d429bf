#include "cut_disk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct disk disk;

/* splitmix64 */
uint64_t cut_random_next(void)
{
    uint64_t z = disk.random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static bool coin(void)
{
    return (cut_random_next() & 1) != 0;
}

/* ---- content --------------------------------------------------------------------------------- */

void cut_content_resize(struct content *c, size_t size)
{
    if (size > c->capacity) {
        size_t capacity = size < 4096 ? 4096 : size * 2;
        c->data = realloc(c->data, capacity);
        assert(c->data != NULL);
        c->capacity = capacity;
    }
    if (size > c->size)
        memset(c->data + c->size, 0, size - c->size);
    c->size = size;
}

void cut_content_copy(struct content *to, const struct content *from)
{
    cut_content_resize(to, from->size);
    if (from->size > 0)
        memcpy(to->data, from->data, from->size);
}

static void content_free(struct content *c)
{
    free(c->data);
    *c = (struct content){0};
}

static void snapshot_free(struct cut_snapshot *s)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        content_free(&s->inodes[i].now);
        content_free(&s->inodes[i].kept);
    }
    memset(s, 0, sizeof *s);
}

static void snapshot_copy(struct cut_snapshot *to, const struct cut_snapshot *from)
{
    snapshot_free(to);
    *to = *from;
    for (size_t i = 0; i < FILES_MAX; i++) {
        to->inodes[i].now = (struct content){0};
        to->inodes[i].kept = (struct content){0};
        cut_content_copy(&to->inodes[i].now, &from->inodes[i].now);
        cut_content_copy(&to->inodes[i].kept, &from->inodes[i].kept);
    }
}

/* ---- what a cut leaves ----------------------------------------------------------------------- */

/* Sector by sector: new, old, or, once, the beginning of the new. */
static void lose_content(struct inode *inode, bool *may_tear)
{
    size_t sector = disk.sector_size;
    size_t size = coin() ? inode->now.size : inode->kept.size;
    size_t old_size = inode->kept.size;

    if (!inode->dirty)
        return;
    cut_content_resize(&inode->kept, size > old_size ? size : old_size);
    /* Behind the end of the new content nothing was written: a lost truncation leaves the old. */
    size_t written = size < inode->now.size ? size : inode->now.size;
    for (size_t at = 0; at < written; at += sector) {
        size_t length = written - at < sector ? written - at : sector;
        uint8_t *kept = inode->kept.data + at;
        const uint8_t *now = inode->now.data + at;

        if (memcmp(kept, now, length) == 0)
            continue;
        uint64_t fate = cut_random_next() % 8;
        if (fate == 0 && *may_tear) {
            size_t prefix = cut_random_next() % (length + 1);
            memcpy(kept, now, prefix);
            if (coin()) {
                for (size_t i = prefix; i < length; i++)
                    kept[i] = (uint8_t)cut_random_next();
            }
            *may_tear = false;
        } else if (fate < 5) {
            memcpy(kept, now, length);
        }
    }
    cut_content_resize(&inode->kept, size);
}

static void undo_change(const struct change *c)
{
    disk.s.names[c->name].inode = c->before;
    if (c->name2 >= 0)
        disk.s.names[c->name2].inode = c->before2;
}

void cut_vfs_cut(void)
{
    bool may_tear = coin();

    if (disk.is_cut)
        return;
    disk.is_cut = true;
    if (!disk.loses)
        return;
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (disk.s.inodes[i].used)
            lose_content(&disk.s.inodes[i], &may_tear);
    }
    /* A directory's changes reach the medium in their order, so far and no further. */
    size_t stay = cut_random_next() % (disk.s.change_count + 1);
    while (disk.s.change_count > stay)
        undo_change(&disk.s.changes[--disk.s.change_count]);
}

enum power cut_operation(void)
{
    if (disk.is_cut)
        return POWER_OFF;
    if (++disk.operations != disk.cut_at)
        return POWER_ON;
    if (coin())
        return POWER_FAILS_AFTER;
    cut_vfs_cut();
    return POWER_OFF;
}

int cut_outcome(enum power power, int code)
{
    if (power == POWER_FAILS_AFTER)
        cut_vfs_cut();
    return disk.is_cut ? code : SQLITE_OK;
}

/* ---- names ----------------------------------------------------------------------------------- */

int cut_name_find(const char *name)
{
    for (size_t i = 0; i < disk.s.name_count; i++) {
        if (strcmp(disk.s.names[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int cut_name_make(const char *name)
{
    int found = cut_name_find(name);

    if (found >= 0)
        return found;
    assert(disk.s.name_count < FILES_MAX && strlen(name) < NAME_SIZE);
    struct name *made = &disk.s.names[disk.s.name_count];
    memcpy(made->name, name, strlen(name) + 1);
    made->inode = -1;
    return (int)disk.s.name_count++;
}

static bool inode_in_use(int inode)
{
    for (size_t i = 0; i < disk.s.name_count; i++) {
        if (disk.s.names[i].inode == inode)
            return true;
    }
    for (size_t i = 0; i < disk.s.change_count; i++) {
        const struct change *c = &disk.s.changes[i];
        if (c->before == inode || (c->name2 >= 0 && c->before2 == inode))
            return true;
    }
    for (size_t i = 0; i < HANDLES_MAX; i++) {
        if (disk.handles[i] != NULL && disk.handles[i]->inode == inode)
            return true;
    }
    return false;
}

int cut_inode_make(void)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (!inode_in_use(i)) {
            struct inode *inode = &disk.s.inodes[i];
            content_free(&inode->now);
            content_free(&inode->kept);
            *inode = (struct inode){.used = true};
            return i;
        }
    }
    abort(); /* FILES_MAX is too small for this test */
}

void cut_change_name(int name, int inode, int name2, int inode2)
{
    assert(disk.s.change_count < CHANGES_MAX);
    disk.s.changes[disk.s.change_count++] =
        (struct change){.name = name,
                        .before = disk.s.names[name].inode,
                        .name2 = name2,
                        .before2 = name2 >= 0 ? disk.s.names[name2].inode : -1};
    disk.s.names[name].inode = inode;
    if (name2 >= 0)
        disk.s.names[name2].inode = inode2;
}

int cut_sync_names(void)
{
    enum power power = cut_operation();

    /* A directory's sync that power fails in has happened or not: half of the cuts each. */
    if (power == POWER_OFF)
        return SQLITE_IOERR_DIR_FSYNC;
    disk.s.change_count = 0;
    return cut_outcome(power, SQLITE_IOERR_DIR_FSYNC);
}

/* ---- power, snapshots ------------------------------------------------------------------------ */

static void assert_no_handles(void)
{
    for (size_t i = 0; i < HANDLES_MAX; i++)
        assert(disk.handles[i] == NULL);
}

void cut_vfs_arm(uint64_t at)
{
    disk.operations = 0;
    disk.cut_at = at;
    disk.loses = true;
}

void cut_vfs_seed(uint64_t seed)
{
    disk.random = seed;
}

void cut_vfs_stop(uint64_t at)
{
    cut_vfs_arm(at);
    disk.loses = false;
}

uint64_t cut_vfs_operations(void)
{
    return disk.operations;
}

bool cut_vfs_is_cut(void)
{
    return disk.is_cut;
}

void cut_vfs_fill(uint64_t writes_that_fail)
{
    disk.full = writes_that_fail;
}

void cut_vfs_reboot(void)
{
    assert_no_handles();
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct inode *inode = &disk.s.inodes[i];

        if (disk.is_cut && disk.loses)
            cut_content_copy(&inode->now, &inode->kept);
        else
            cut_content_copy(&inode->kept, &inode->now);
        inode->dirty = false;
        inode->sync_names_once = false;
    }
    disk.s.change_count = 0;
    disk.is_cut = false;
    cut_vfs_arm(0);
}

struct cut_snapshot *cut_vfs_save(void)
{
    struct cut_snapshot *s = calloc(1, sizeof *s);

    assert(s != NULL);
    snapshot_copy(s, &disk.s);
    return s;
}

void cut_vfs_restore(const struct cut_snapshot *snapshot, uint64_t seed)
{
    assert_no_handles();
    snapshot_copy(&disk.s, snapshot);
    disk.random = seed;
    disk.is_cut = false;
    disk.full = 0;
    cut_vfs_arm(0);
}

void cut_vfs_forget(struct cut_snapshot *snapshot)
{
    snapshot_free(snapshot);
    free(snapshot);
}

uint8_t *cut_vfs_bytes(const char *path, size_t *size_out)
{
    int name = cut_name_find(path);

    if (name < 0 || disk.s.names[name].inode < 0)
        return NULL;
    struct content *now = &disk.s.inodes[disk.s.names[name].inode].now;
    *size_out = now->size;
    return now->data;
}

void cut_disk_clear(void)
{
    snapshot_free(&disk.s);
}
