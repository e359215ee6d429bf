/* Files of an import: read piece by piece, kept for a replay, what is bad set aside. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "files.h"
#include "import_run.h"
#include "log.h"
#include "period.h"

enum { PIECE = 64 * 1024 };

/* One file on its way in. */
struct file_run {
    struct import_run run;
    int fd;
    struct mapping mapping;
    const char *aside_path; /* NULL = none */
    struct files_fresh aside;
    uint8_t piece[PIECE];
};

/* ---- bytes ----------------------------------------------------------------------------------- */

static enum till_status read_piece(void *context, uint8_t *out, size_t capacity, size_t *size_out)
{
    const struct file_run *f = context;
    for (;;) {
        ssize_t size = read(f->fd, out, capacity);
        if (size >= 0) {
            *size_out = (size_t)size;
            return TILL_OK;
        }
        if (errno != EINTR) {
            return TILL_E_IO;
        }
    }
}

static enum till_status rewind_file(struct import_run *run)
{
    const struct file_run *f = run->source;
    return lseek(f->fd, 0, SEEK_SET) == 0 ? TILL_OK : TILL_E_IO;
}

static enum till_status open_file(struct file_run *f, const char *path)
{
    struct stat about;
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0) {
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    }
    if (fstat(f->fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        return TILL_E_IO;
    }
    return (uint64_t)about.st_size > IMPORT_SIZE_MAX ? TILL_TOO_LARGE : TILL_OK;
}

/* Once through the file: what it is, and what it is written in. */
static enum till_status look_at_file(struct file_run *f, uint8_t hash_out[HASH_SIZE],
                                     enum charset_name *guess_out)
{
    struct charset_guess guess = {0};
    struct crypto_hash *hash = NULL;
    size_t size = 0;
    enum till_status status = rewind_file(&f->run);
    if (status == TILL_OK) {
        status = crypto_hash_begin(&hash);
    }
    if (status != TILL_OK) {
        return status;
    }
    do {
        status = read_piece(f, f->piece, sizeof(f->piece), &size);
        struct span bytes = {f->piece, size};
        if (status == TILL_OK && size > 0) {
            charset_guess_feed(&guess, bytes);
            status = crypto_hash_add(hash, bytes);
        }
    } while (status == TILL_OK && size > 0);
    enum till_status ended = crypto_hash_end(hash, hash_out);
    *guess_out = charset_guess_end(&guess);
    return status == TILL_OK ? ended : status;
}

/* ---- rows that are set aside ----------------------------------------------------------------- */

static enum till_status write_line(struct file_run *f, struct span raw)
{
    const char *end = f->run.csv.crlf ? "\r\n" : "\n";
    enum till_status status = files_fresh_write(&f->aside, raw);
    return status == TILL_OK
               ? files_fresh_write(&f->aside, (struct span){(const uint8_t *)end, strlen(end)})
               : status;
}

static enum till_status begin_aside(struct file_run *f)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    enum till_status status = files_fresh_begin(&f->aside, f->aside_path);
    if (status == TILL_OK && f->run.csv.marked) {
        status = files_fresh_write(&f->aside, (struct span){mark, sizeof(mark)});
    }
    if (status == TILL_OK && f->run.header_raw_size > 0) {
        status = write_line(f, (struct span){f->run.header_raw, f->run.header_raw_size});
    }
    return status;
}

static enum till_status set_aside(struct import_run *run, struct span raw)
{
    struct file_run *f = run->source;
    enum till_status status = f->aside.begun ? TILL_OK : begin_aside(f);
    return status == TILL_OK ? write_line(f, raw) : status;
}

/* Into its place, once the good rows are in; what an earlier import left there is done with. */
static enum till_status place_aside(struct file_run *f)
{
    return f->aside.begun ? files_fresh_place(&f->aside) : TILL_OK;
}

enum till_status import_set_aside_path(const char *path, char out[FILES_PATH_MAX])
{
    static const char end[] = ".csv";
    size_t size = strlen(path), ends = sizeof(end) - 1;
    if (size >= ends && strcmp(path + size - ends, end) == 0) {
        size -= ends;
    }
    int written = size < FILES_PATH_MAX
                      ? snprintf(out, FILES_PATH_MAX, "%.*s.rejected.csv", (int)size, path)
                      : -1;
    return written > 0 && written < FILES_PATH_MAX ? TILL_OK : TILL_TOO_LARGE;
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static void kept_name(const uint8_t hash[HASH_SIZE], const char *end, char out[FILES_PATH_MAX])
{
    char hex[2 * HASH_SIZE + 1];
    hex_encode((struct span){hash, HASH_SIZE}, hex);
    (void)snprintf(out, FILES_PATH_MAX, "imports/%s.%s", hex, end);
}

static enum till_status kept_path(const char *dir, const uint8_t hash[HASH_SIZE], const char *end,
                                  char out[FILES_PATH_MAX])
{
    char name[FILES_PATH_MAX];
    kept_name(hash, end, name);
    return files_path(dir, name, out);
}

/* The file once more, and what it hashes to by now. */
static enum till_status copy_pieces(struct file_run *f, struct files_fresh *fresh,
                                    uint8_t hash_out[HASH_SIZE])
{
    struct crypto_hash *digest = NULL;
    size_t size = 0;
    enum till_status status = rewind_file(&f->run);
    if (status == TILL_OK) {
        status = crypto_hash_begin(&digest);
    }
    if (status != TILL_OK) {
        return status;
    }
    do {
        status = read_piece(f, f->piece, sizeof(f->piece), &size);
        struct span bytes = {f->piece, size};
        if (status == TILL_OK) {
            status = crypto_hash_add(digest, bytes);
        }
        if (status == TILL_OK) {
            status = files_fresh_write(fresh, bytes);
        }
    } while (status == TILL_OK && size > 0);
    enum till_status ended = crypto_hash_end(digest, hash_out);
    return status == TILL_OK ? ended : status;
}

/* The file as it was read, unless it has become another meanwhile. */
static enum till_status copy_file(struct file_run *f, const char *path,
                                  const uint8_t hash[HASH_SIZE])
{
    struct files_fresh fresh;
    uint8_t copied[HASH_SIZE];
    enum till_status status = files_fresh_begin(&fresh, path);
    if (status == TILL_OK) {
        status = copy_pieces(f, &fresh, copied);
    }
    if (status == TILL_OK && memcmp(copied, hash, HASH_SIZE) != 0) {
        status = TILL_BUSY;
    }
    if (status == TILL_OK) {
        status = files_fresh_place(&fresh);
    }
    files_fresh_drop(&fresh);
    return status;
}

static enum till_status keep_files(struct file_run *f, const char *dir,
                                   const struct import_past *past, struct span mapping)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, "imports", path);
    if (status == TILL_OK) {
        status = files_folder(path);
    }
    if (status == TILL_OK) {
        status = kept_path(dir, past->hash, "csv", path);
    }
    if (status == TILL_OK && !files_exist(path)) {
        status = copy_file(f, path, past->hash);
    }
    if (status == TILL_OK && past->mapped) {
        status = kept_path(dir, past->mapping_hash, "map", path);
        if (status == TILL_OK && !files_exist(path)) {
            status = files_write(path, mapping);
        }
    }
    return status;
}

/* Number of the last posting; 0 = none. */
static enum till_status last_posting(struct store *s, int64_t *last_out)
{
    *last_out = 0;
    enum till_status status = store_posting_before(s, 0, INT64_MAX, last_out);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Note what was imported, and keep the file, before the transaction ends. */
static enum till_status remember(struct file_run *f, const char *dir, struct span mapping,
                                 const struct import_past *past)
{
    char key[STORE_KEY_MAX], value[4 * HASH_SIZE + 96], hex[2 * HASH_SIZE + 1];
    char map[2 * HASH_SIZE + 1] = "-";
    struct store *s = f->run.state.store;
    enum till_status status = keep_files(f, dir, past, mapping);
    if (status != TILL_OK) {
        return status;
    }
    hex_encode((struct span){past->hash, HASH_SIZE}, hex);
    if (past->mapped) {
        hex_encode((struct span){past->mapping_hash, HASH_SIZE}, map);
    }
    (void)snprintf(key, sizeof(key), "import/%" PRIu64, past->number);
    (void)snprintf(value, sizeof(value), "%s %" PRId64 " %" PRId64 " %d %s", hex, past->at_s,
                   past->after, (int)past->charset, map);
    status = store_value_put(s, key, value);
    return status == TILL_OK ? import_raise_count(s) : status;
}

enum till_status import_past(struct store *s, uint64_t number, struct import_past *past_out)
{
    enum { DIGITS = 2 * HASH_SIZE };
    char key[STORE_KEY_MAX], value[4 * HASH_SIZE + 96];
    (void)snprintf(key, sizeof(key), "import/%" PRIu64, number);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status != TILL_OK) {
        return status;
    }
    *past_out = (struct import_past){.number = number, .charset = CHARSET_UTF8};
    if (strlen(value) < DIGITS || hex_decode(value, DIGITS, past_out->hash, HASH_SIZE) != TILL_OK) {
        return TILL_E_CORRUPT;
    }
    char *at = value + DIGITS;
    past_out->at_s = strtoll(at, &at, 10);
    past_out->after = strtoll(at, &at, 10);
    if (*at == '\0') {
        return TILL_OK; /* of before there were charsets and mappings */
    }
    past_out->charset = (enum charset_name)strtol(at, &at, 10);
    if (strcmp(at, " -") == 0) {
        return TILL_OK;
    }
    past_out->mapped = true;
    bool good = *at == ' ' && strlen(at + 1) == DIGITS &&
                hex_decode(at + 1, DIGITS, past_out->mapping_hash, HASH_SIZE) == TILL_OK;
    return good ? TILL_OK : TILL_E_CORRUPT;
}

/* ---- one file -------------------------------------------------------------------------------- */

static enum till_status begin_run(struct file_run **run_out, struct store *s,
                                  struct import_report *report)
{
    struct file_run *f = calloc(1, sizeof(*f));
    *report = (struct import_report){0};
    if (f == NULL) {
        return TILL_E_MEMORY;
    }
    f->fd = -1;
    f->run.state.store = s;
    f->run.report = report;
    f->run.read = read_piece;
    f->run.rewind = rewind_file;
    f->run.source = f;
    *run_out = f;
    return TILL_OK;
}

static void end_run(struct file_run *f)
{
    if (f == NULL) {
        return;
    }
    files_fresh_drop(&f->aside);
    if (f->fd >= 0) {
        (void)close(f->fd);
    }
    charset_close(f->run.charset);
    free(f->run.header_raw);
    crypto_wipe(f, sizeof(*f)); /* PINs */
    free(f);
}

static enum till_status use_mapping(struct file_run *f, struct span text)
{
    uint32_t line;
    const char *reason;
    if (text.size == 0) {
        return TILL_OK;
    }
    f->run.mapping = &f->mapping;
    return mapping_read(text, &f->mapping, &line, &reason);
}

static enum till_status use_charset(struct file_run *f, enum charset_name wanted,
                                    enum charset_name guess)
{
    enum charset_name charset = guess;
    if (wanted != CHARSET_UNKNOWN) {
        charset = wanted;
    } else if (f->run.mapping != NULL && f->mapping.charset != CHARSET_UNKNOWN) {
        charset = f->mapping.charset;
    }
    f->run.report->charset = charset;
    return charset_open(charset, &f->run.charset);
}

static enum till_status import_transaction(struct file_run *f, const char *dir,
                                           struct import_past *past, struct span mapping)
{
    struct store *s = f->run.state.store;
    const struct import_report *report = f->run.report;
    past->number = import_count(s) + 1;
    f->run.state.number = past->number;
    enum till_status status = period_posting_time(s, past->at_s, &past->at_s);
    f->run.state.now_s = past->at_s;
    if (status == TILL_OK) {
        status = last_posting(s, &past->after);
    }
    if (status == TILL_OK) {
        status = import_rows(&f->run);
    }
    if (status == TILL_OK) {
        status = files_fresh_seal(&f->aside);
    }
    if (status != TILL_OK || report->added + report->changed == 0) {
        return status;
    }
    if (f->run.header.table->kept) {
        status = remember(f, dir, mapping, past);
    }
    const struct import_table *table = f->run.header.table;
    if (status != TILL_OK || table == &import_limits_table) {
        return status; /* limits go their own way */
    }
    bool everybodys = table == &import_site_table || table == &import_users_table;
    return everybodys ? import_raise_generation(s) : import_raise_rows(s);
}

enum till_status import_file_with(struct store *s, const char *dir, const char *path,
                                  const struct import_options *options, int64_t now_s,
                                  struct import_report *report_out)
{
    struct file_run *f = NULL;
    struct import_past past = {.at_s = now_s, .mapped = options->mapping.size > 0};
    enum charset_name guess = CHARSET_UTF8;
    enum till_status status = begin_run(&f, s, report_out);
    if (status == TILL_OK) {
        f->run.state.now_s = now_s;
        f->run.bad_row = options->bad_row;
        f->run.context = options->context;
        f->run.state.channel = options->channel;
        f->run.set_aside = options->set_aside != NULL ? set_aside : NULL;
        f->aside_path = options->set_aside;
        status = open_file(f, path);
    }
    if (status == TILL_OK) {
        status = use_mapping(f, options->mapping);
    }
    if (status == TILL_OK && past.mapped) {
        status = crypto_sha256(options->mapping, past.mapping_hash);
    }
    if (status == TILL_OK) {
        status = look_at_file(f, past.hash, &guess);
    }
    if (status == TILL_OK) {
        status = use_charset(f, options->charset, guess);
    }
    if (status == TILL_OK) {
        past.charset = report_out->charset;
        status = store_begin(s);
    }
    if (status != TILL_OK) {
        end_run(f);
        return status;
    }
    status = import_transaction(f, dir, &past, options->mapping);
    if (status == TILL_OK) {
        status = store_commit(s);
    } else {
        store_rollback(s);
    }
    if (status == TILL_OK) {
        status = place_aside(f);
        files_fresh_leave(&f->aside); /* the other rows are in: these must not be lost */
    }
    end_run(f);
    return status;
}

enum till_status import_file(struct store *s, const char *dir, const char *path, int64_t now_s,
                             import_bad_row *bad_row, void *context,
                             struct import_report *report_out)
{
    struct import_options options = {.bad_row = bad_row, .context = context};
    return import_file_with(s, dir, path, &options, now_s, report_out);
}

/* ---- once more ------------------------------------------------------------------------------- */

static enum till_status replay_mapping(struct file_run *f, const char *dir,
                                       const struct import_past *past,
                                       char name_out[FILES_PATH_MAX])
{
    char path[FILES_PATH_MAX], *text = NULL;
    uint8_t hash[HASH_SIZE];
    size_t size = 0;
    if (!past->mapped) {
        return TILL_OK;
    }
    kept_name(past->mapping_hash, "map", name_out);
    enum till_status status = files_path(dir, name_out, path);
    if (status == TILL_OK) {
        status = files_read(path, MAPPING_SIZE_MAX, &text, &size);
    }
    struct span bytes = {(const uint8_t *)text, size};
    if (status == TILL_OK) {
        status = crypto_sha256(bytes, hash);
    }
    if (status == TILL_OK && memcmp(hash, past->mapping_hash, HASH_SIZE) != 0) {
        status = TILL_E_SIGNATURE;
    }
    if (status == TILL_OK) {
        status = use_mapping(f, bytes);
    }
    free(text);
    return status;
}

enum till_status import_replay(struct store *s, const char *dir, const struct import_past *past,
                               char name_out[FILES_PATH_MAX])
{
    struct file_run *f = NULL;
    struct import_report report;
    enum charset_name guess = CHARSET_UTF8;
    char path[FILES_PATH_MAX];
    uint8_t hash[HASH_SIZE];
    kept_name(past->hash, "csv", name_out);
    enum till_status status = begin_run(&f, s, &report);
    if (status == TILL_OK) {
        f->run.state.number = past->number;
        f->run.state.now_s = past->at_s;
        status = files_path(dir, name_out, path);
    }
    if (status == TILL_OK) {
        status = open_file(f, path);
    }
    if (status == TILL_OK) {
        status = look_at_file(f, hash, &guess);
    }
    if (status == TILL_OK && memcmp(hash, past->hash, HASH_SIZE) != 0) {
        status = TILL_E_SIGNATURE;
    }
    if (status == TILL_OK) {
        status = replay_mapping(f, dir, past, name_out);
    }
    if (status == TILL_OK) {
        status = use_charset(f, past->charset, guess);
    }
    if (status == TILL_OK) {
        status = import_rows(&f->run);
    }
    end_run(f);
    return status;
}
