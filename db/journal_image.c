#include "journal_image.h"
#include "sqlite.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "journal_pages.h"
#include "journal_private.h"
#include "sql.h"
#include "vfs.h"

enum {
    IMAGE_MAX = INT32_MAX,
    ATTEMPTS_MAX = 20,
    PAUSE_MS = 50,
    HEADER_PAGES_AT = 28, /* the database's size in pages; SQLite file format, 1.3 */
    HEADER_MODE_AT = 18   /* two bytes, 2 = WAL, 1 = none */
};

/* Both files as they were at one moment. */
struct raw {
    uint8_t *database;
    uint8_t *wal;
    size_t database_size, wal_size;
};

static void raw_free(struct raw *raw)
{
    sqlite3_free(raw->database);
    sqlite3_free(raw->wal);
    *raw = (struct raw){0};
}

static enum till_status raw_read(const char *vfs, const char *path, struct raw *raw)
{
    enum till_status status =
        vfs_read_file(vfs, path, VFS_PART_DATABASE, IMAGE_MAX, &raw->database, &raw->database_size);

    if (status != TILL_OK)
        return status;
    status = vfs_read_file(vfs, path, VFS_PART_WAL, IMAGE_MAX, &raw->wal, &raw->wal_size);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static bool raw_equal(const struct raw *x, const struct raw *y)
{
    return x->database_size == y->database_size && x->wal_size == y->wal_size &&
           memcmp(x->database, y->database, x->database_size) == 0 &&
           (x->wal_size == 0 || memcmp(x->wal, y->wal, x->wal_size) == 0);
}

/* Read until two readings are the same: then no write fell between them. */
static enum till_status raw_read_still(const char *vfs, const char *path, struct raw *raw_out)
{
    struct raw before = {0};
    enum till_status status = raw_read(vfs, path, &before);

    for (int attempt = 0; attempt < ATTEMPTS_MAX && status == TILL_OK; attempt++) {
        struct raw now = {0};

        status = raw_read(vfs, path, &now);
        bool still = status == TILL_OK && raw_equal(&before, &now);
        raw_free(&before);
        before = now;
        if (still) {
            *raw_out = now;
            return TILL_OK;
        }
        sqlite3_sleep(PAUSE_MS);
    }
    raw_free(&before);
    return status == TILL_OK ? TILL_BUSY : status;
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void check_pages(const struct raw *raw, struct journal_image *image)
{
    uint32_t count = (uint32_t)(raw->database_size / JOURNAL_PAGE_SIZE);

    for (uint32_t n = 1; n <= count && image->bad_page == 0; n++) {
        const uint8_t *page = raw->database + (size_t)(n - 1) * JOURNAL_PAGE_SIZE;
        uint32_t sum = get_u32(page + JOURNAL_PAGE_SIZE - VFS_CHECKSUM_SIZE);

        if (n != JOURNAL_LOCK_PAGE && sum != vfs_page_checksum(n, page, JOURNAL_PAGE_SIZE))
            image->bad_page = n;
    }
}

/* A page number that can't be is damage that SQLite's own check of the frame let pass: skip it,
 * the missing page is then seen. */
static void lay_over(const struct raw *raw, struct journal_image *image)
{
    struct span wal = {raw->wal, raw->wal_size};

    for (uint32_t n = 0; n < image->wal.frames; n++) {
        const uint8_t *page;
        uint32_t number = wal_page(wal, JOURNAL_PAGE_SIZE, n, &page);

        if (number == 0 || number > image->size / JOURNAL_PAGE_SIZE)
            continue;
        memcpy(image->pages + (size_t)(number - 1) * JOURNAL_PAGE_SIZE, page, JOURNAL_PAGE_SIZE);
        if (number == image->bad_page)
            image->bad_page_in_wal = true;
    }
}

/* Without commits to lay over it the file is the image already; else it is copied. */
static bool take_over(struct raw *raw, struct journal_image *image)
{
    if (image->wal.frames == 0) {
        image->pages = raw->database;
        raw->database = NULL;
        return true;
    }
    size_t from_file = raw->database_size < image->size ? raw->database_size : image->size;
    image->pages = sqlite3_malloc64(image->size);
    if (image->pages == NULL)
        return false;
    memcpy(image->pages, raw->database, from_file);
    memset(image->pages + from_file, 0, image->size - from_file);
    return true;
}

static enum till_status image_make(struct raw *raw, struct journal_image *image)
{
    size_t pages = raw->database_size / JOURNAL_PAGE_SIZE;

    if (pages == 0)
        return TILL_E_CORRUPT;
    wal_inspect((struct span){raw->wal, raw->wal_size}, JOURNAL_PAGE_SIZE, 0, &image->wal);
    if (image->wal.database_pages > IMAGE_MAX / JOURNAL_PAGE_SIZE)
        return TILL_E_CORRUPT;
    if (image->wal.frames > 0)
        pages = image->wal.database_pages;
    image->size = pages * JOURNAL_PAGE_SIZE;
    check_pages(raw, image);
    if (!take_over(raw, image))
        return TILL_E_MEMORY;
    lay_over(raw, image);
    image->bad_size = raw->database_size % JOURNAL_PAGE_SIZE != 0 ||
                      raw->database_size > image->size ||
                      get_u32(image->pages + HEADER_PAGES_AT) != pages;
    /* In memory there is no WAL: SQLite would refuse the file for promising one. */
    image->pages[HEADER_MODE_AT] = 1;
    image->pages[HEADER_MODE_AT + 1] = 1;
    return TILL_OK;
}

enum till_status journal_image_load(const char *vfs, const char *path,
                                    struct journal_image *image_out)
{
    struct raw raw = {0};
    enum till_status status = raw_read_still(vfs, path, &raw);

    *image_out = (struct journal_image){0};
    if (status != TILL_OK)
        return status;
    status = image_make(&raw, image_out);
    raw_free(&raw);
    if (status != TILL_OK)
        journal_image_free(image_out);
    return status;
}

void journal_image_free(struct journal_image *image)
{
    sqlite3_free(image->pages);
    *image = (struct journal_image){0};
}

enum till_status journal_image_open(const struct journal_image *image, sqlite3 **db_out)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(":memory:", &db, flags, NULL);

    if (code == SQLITE_OK) {
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        code = sqlite3_deserialize(db, "main", image->pages, (sqlite3_int64)image->size,
                                   (sqlite3_int64)image->size, SQLITE_DESERIALIZE_READONLY);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, SQL_JOURNAL_IMAGE_PRAGMAS, NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        sqlite_close(db);
        return sqlite_status(code);
    }
    *db_out = db;
    return TILL_OK;
}

/* A path as a URI has it: whatever could mean something else there is spelt out. */
static bool put_uri(const char *path, char *out, size_t capacity)
{
    static const char plain[] = "/._-";
    static const char suffix[] = "?immutable=1";
    size_t size = (size_t)snprintf(out, capacity, "file:");

    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;

        if (size + 3 + sizeof suffix > capacity)
            return false;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            strchr(plain, c) != NULL)
            out[size++] = (char)c;
        else
            size += (size_t)snprintf(out + size, capacity - size, "%%%02X", c);
    }
    memcpy(out + size, suffix, sizeof suffix);
    return true;
}

enum till_status journal_file_open(const char *vfs, const char *path, sqlite3 **db_out)
{
    enum { URI_MAX = 3 * 4096 + 32 };
    int flags =
        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
    char uri[URI_MAX];
    sqlite3 *db = NULL;

    if (!put_uri(path, uri, sizeof uri))
        return TILL_TOO_LARGE;
    int code = sqlite3_open_v2(uri, &db, flags, vfs);
    if (code != SQLITE_OK) {
        sqlite_close(db);
        return sqlite_status(code);
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    *db_out = db;
    return TILL_OK;
}
