#include "book_files.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_ENTRIES_MAX = 1000000 };

enum till_status book_files_path(const struct book_build *b, const char *terminal,
                                 uint64_t revision, uint64_t since, const char *end,
                                 char out[FILES_PATH_MAX])
{
    char name[96], delta[24] = "";
    if (since != 0) {
        (void)snprintf(delta, sizeof(delta), "-%" PRIu64, since);
    }
    (void)snprintf(name, sizeof(name), "books/%s-%" PRIu64 "%s%s", terminal, revision, delta, end);
    return files_path(b->dir, name, out);
}

/* The revision that a file of the terminal is of; 0: none of its files. */
static uint64_t revision_of(const char *name, const char *terminal)
{
    size_t size = strlen(terminal);
    if (strncmp(name, terminal, size) != 0 || name[size] != '-') {
        return 0;
    }
    return strtoull(name + size + 1, NULL, 10);
}

void book_files_tidy(const struct book_build *b, const char *terminal, uint64_t newest)
{
    char folder[FILES_PATH_MAX], path[FILES_PATH_MAX], name[FILES_PATH_MAX];
    uint8_t hash[HASH_SIZE];
    uint64_t applied = book_applied_get(b->store, terminal, hash);
    DIR *dir = files_path(b->dir, "books", folder) == TILL_OK ? opendir(folder) : NULL;
    if (dir == NULL) {
        return;
    }
    for (int i = 0; i < FOLDER_ENTRIES_MAX; i++) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        uint64_t revision = revision_of(entry->d_name, terminal);
        if (revision == 0 || revision == applied || revision + 1 >= newest) {
            continue;
        }
        int size = snprintf(name, sizeof(name), "books/%s", entry->d_name);
        if (size > 0 && (size_t)size < sizeof(name) && files_path(b->dir, name, path) == TILL_OK) {
            (void)unlink(path);
        }
    }
    (void)closedir(dir);
}

static void applied_key(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "applied/%s", terminal);
}

enum till_status book_applied_put(struct store *s, const char *terminal,
                                  const struct body_book_applied *applied)
{
    char key[STORE_KEY_MAX], value[2 * HASH_SIZE + 32], hex[2 * HASH_SIZE + 1];
    applied_key(terminal, key);
    hex_encode((struct span){applied->hash, HASH_SIZE}, hex);
    (void)snprintf(value, sizeof(value), "%s %" PRIu64, hex, applied->revision);
    return store_value_put(s, key, value);
}

uint64_t book_applied_get(struct store *s, const char *terminal, uint8_t hash_out[HASH_SIZE])
{
    enum { DIGITS = 2 * HASH_SIZE };
    char key[STORE_KEY_MAX], value[DIGITS + 32];
    applied_key(terminal, key);
    memset(hash_out, 0, HASH_SIZE);
    if (store_value_get(s, key, value, sizeof(value)) != TILL_OK || strlen(value) <= DIGITS ||
        hex_decode(value, DIGITS, hash_out, HASH_SIZE) != TILL_OK) {
        return 0;
    }
    return strtoull(value + DIGITS, NULL, 10);
}
