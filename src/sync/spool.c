#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book_text.h"
#include "crypto.h"
#include "log.h"

enum { NAME_SIZE = 64, PIECE = 16 * 1024, FOLDER_ENTRIES_MAX = 1000 };

static const char part_name[] = "book.part";
static const char part_manifest_name[] = "part.manifest";
static const char orders_name[] = "orders";
static const char spent_name[] = "spent";

static void name_of(uint64_t revision, const char *ending, char out[NAME_SIZE])
{
    snprintf(out, NAME_SIZE, "book-%" PRIu64 ".%s", revision, ending);
}

enum till_status spool_part_path(const char *folder, char out[LINE_FILES_PATH_MAX])
{
    return line_files_path(folder, part_name, out);
}

void spool_drop(const char *folder, uint64_t revision)
{
    char content[NAME_SIZE];
    char manifest[NAME_SIZE];
    name_of(revision, "zst", content);
    name_of(revision, "manifest", manifest);
    /* Content first: a manifest alone is no book. */
    if (line_files_remove(folder, content) != TILL_OK ||
        line_files_remove(folder, manifest) != TILL_OK) {
        log_warning("spool: book %" PRIu64 " stays", revision);
    }
}

/* ---- at start -------------------------------------------------------------------------------- */

static enum till_status load_one(const char *folder, uint64_t revision, struct spooled_book *book)
{
    char name[NAME_SIZE];
    size_t size = 0;
    struct spooled_book b = {.revision = revision};
    name_of(revision, "manifest", name);
    enum till_status status = line_files_read(folder, name, b.manifest, sizeof(b.manifest), &size);
    if (status != TILL_OK) {
        return status;
    }
    name_of(revision, "zst", name);
    status = line_files_path(folder, name, b.path);
    if (status != TILL_OK) {
        return status;
    }
    if (access(b.path, R_OK) != 0) {
        return TILL_NOT_FOUND;
    }
    *book = b;
    return TILL_OK;
}

/* "book-12.zst" -> 12; 0 = no such name. */
static uint64_t revision_of(const char *name)
{
    uint64_t revision = 0;
    char again[NAME_SIZE];
    static const char begin[] = "book-";
    if (strncmp(name, begin, sizeof(begin) - 1) != 0) {
        return 0;
    }
    /* Whatever else is in the name shows in the comparison below. */
    revision = strtoull(name + sizeof(begin) - 1, NULL, 10);
    name_of(revision, "zst", again);
    return strcmp(name, again) == 0 ? revision : 0;
}

void spool_load(const char *folder, struct spooled_book *book_out)
{
    uint64_t newest = 0;
    *book_out = (struct spooled_book){0};
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        log_warning("spool %s: %s", folder, strerror(errno));
        return;
    }
    for (int i = 0; i < FOLDER_ENTRIES_MAX; i++) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        uint64_t revision = revision_of(entry->d_name);
        if (revision > newest) {
            if (newest != 0) {
                spool_drop(folder, newest);
            }
            newest = revision;
        } else if (revision != 0) {
            spool_drop(folder, revision);
        }
    }
    closedir(dir);
    if (newest != 0 && load_one(folder, newest, book_out) != TILL_OK) {
        spool_drop(folder, newest);
    }
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void drop_part(const char *folder)
{
    if (line_files_remove(folder, part_manifest_name) != TILL_OK ||
        line_files_remove(folder, part_name) != TILL_OK) {
        log_warning("spool: %s stays", part_name);
    }
}

void spool_load_part(const char *folder, struct spooled_part *part_out)
{
    char path[LINE_FILES_PATH_MAX];
    struct stat found;
    size_t size = 0;
    *part_out = (struct spooled_part){0};
    enum till_status status = line_files_read(folder, part_manifest_name, part_out->manifest,
                                              sizeof(part_out->manifest), &size);
    if (status == TILL_OK && line_files_path(folder, part_name, path) == TILL_OK &&
        lstat(path, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0) {
        part_out->size = (uint64_t)found.st_size;
        return;
    }
    part_out->manifest[0] = '\0';
    drop_part(folder);
}

void spool_begin_part(const char *folder, struct span manifest_text)
{
    drop_part(folder);
    if (line_files_write(folder, part_manifest_name, manifest_text) != TILL_OK) {
        log_warning("spool: a restart will begin the book anew");
    }
}

/* ---- keeping --------------------------------------------------------------------------------- */

/* How much comes out of one piece of the frame. */
static enum till_status measure_piece(struct unpacker *u, struct span in, uint64_t *plain_size)
{
    static uint8_t memory[PIECE];
    struct buffer out;
    do {
        buffer_init(&out, memory, sizeof(memory));
        enum till_status status = unpacker_feed(u, &in, &out);
        if (status != TILL_OK) {
            return status;
        }
        *plain_size += out.size;
    } while (in.size > 0 || out.size == out.capacity);
    return TILL_OK;
}

static enum till_status read_file(FILE *f, struct unpacker *u, struct crypto_hash *hash,
                                  uint64_t *plain_size)
{
    static uint8_t memory[PIECE];
    size_t got = 0;
    while ((got = fread(memory, 1, sizeof(memory), f)) > 0) {
        struct span piece = {memory, got};
        enum till_status status = crypto_hash_add(hash, piece);
        if (status == TILL_OK) {
            status = measure_piece(u, piece, plain_size);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    if (ferror(f)) {
        return TILL_E_IO;
    }
    return unpacker_done(u) ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status check_content(const char *path, const struct book_manifest *manifest)
{
    struct unpacker *u = NULL;
    struct crypto_hash *hash = NULL;
    uint8_t got[HASH_SIZE];
    uint64_t plain_size = 0;
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        return TILL_E_IO;
    }
    enum till_status status = unpacker_open(manifest->plain_size, &u);
    if (status == TILL_OK) {
        status = crypto_hash_begin(&hash);
    }
    if (status == TILL_OK) {
        status = read_file(f, u, hash, &plain_size);
    }
    if (hash != NULL) {
        enum till_status ended = crypto_hash_end(hash, got);
        status = status == TILL_OK ? ended : status;
    }
    unpacker_close(u);
    fclose(f);
    if (status == TILL_E_IO || status == TILL_E_MEMORY) {
        return status;
    }
    if (status != TILL_OK || plain_size != manifest->plain_size ||
        !crypto_equal(got, manifest->content_hash, HASH_SIZE)) {
        return TILL_E_CORRUPT;
    }
    return TILL_OK;
}

enum till_status spool_keep(const char *folder, const struct book_manifest *manifest,
                            struct span manifest_text, char path_out[LINE_FILES_PATH_MAX])
{
    char part[LINE_FILES_PATH_MAX];
    char name[NAME_SIZE];
    name_of(manifest->meta.revision, "zst", name);
    if (line_files_path(folder, part_name, part) != TILL_OK ||
        line_files_path(folder, name, path_out) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = check_content(part, manifest);
    if (status == TILL_OK) {
        status = line_files_sync(part);
    }
    if (status == TILL_OK) {
        name_of(manifest->meta.revision, "manifest", name);
        status = line_files_write(folder, name, manifest_text);
    }
    if (status == TILL_OK && rename(part, path_out) != 0) {
        log_error("rename %s: %s", part, strerror(errno));
        status = TILL_E_IO;
    }
    if (status == TILL_OK) {
        drop_part(folder);
    }
    return status == TILL_OK ? line_files_sync(folder) : status;
}

/* ---- what was carried ------------------------------------------------------------------------ */

void spool_load_spent(const char *folder, int64_t *day_out, uint64_t *bytes_out)
{
    char text[64];
    size_t size = 0;
    *day_out = 0;
    *bytes_out = 0;
    if (line_files_read(folder, spent_name, text, sizeof(text), &size) == TILL_OK &&
        sscanf(text, "%" SCNd64 " %" SCNu64, day_out, bytes_out) != 2) {
        *day_out = 0;
        *bytes_out = 0;
    }
}

void spool_keep_spent(const char *folder, int64_t day, uint64_t bytes)
{
    char text[64];
    int size = snprintf(text, sizeof(text), "%" PRId64 " %" PRIu64 "\n", day, bytes);
    if (line_files_write(folder, spent_name, (struct span){(const uint8_t *)text, (size_t)size}) !=
        TILL_OK) {
        log_warning("spool: what was carried today is not kept");
    }
}

/* ---- orders ---------------------------------------------------------------------------------- */

void spool_keep_orders(const char *folder, struct span text)
{
    if (line_files_write(folder, orders_name, text) != TILL_OK) {
        log_warning("spool: the orders were not kept");
    }
}

bool spool_load_orders(const char *folder, char out[STATEMENT_MAX + 1])
{
    size_t size = 0;
    return line_files_read(folder, orders_name, out, STATEMENT_MAX + 1, &size) == TILL_OK &&
           size > 0;
}
