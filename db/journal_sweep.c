#include "journal_sweep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal_beside.h"
#include "journal_crew.h"
#include "journal_tree.h"
#include "sql.h"
#include "text.h"
#include "vfs.h"

enum {
    SCHEMA_VERSION = 1,
    SMALL_PAGES = 4096, /* not worth a thread */
    /* Of page 1, all big-endian; SQLite file format, 1.3. */
    HEADER_SIZE = 100,
    PAGE_SIZE_AT = 16,
    RESERVED_AT = 20,
    PAGES_AT = 28,
    FREE_AT = 32,
    FREE_COUNT_AT = 36,
    VACUUM_AT = 52,
    ENCODING_AT = 56,
    ENCODING_UTF8 = 1
};

enum { ROOT_ENTRY, ROOT_TEXT, ROOT_TOUCH, ROOT_STATE, ROOT_COUNT };
static const char *const root_names[ROOT_COUNT] = {"entry", "receipt_text", "touch", "state"};

struct sweep {
    const struct journal_verifier *verifier;
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct journal_pages pages;
    struct journal_texts texts;
    struct journal_beside beside;
    struct journal_crew *crew;
    uint32_t roots[ROOT_COUNT];
    uint32_t free_first, free_count;
    struct sealer sealer;
    struct fold fold;
    struct journal_group group;
    struct journal_ack ack;
    bool ack_fits;
    struct journal_touch_sum touches; /* as the entries of full groups have it */
    struct entry entry;
    uint8_t prev[HASH_SIZE];
    struct journal_verdict verdict;
    /* As of the last full group. */
    uint8_t packed[FOLD_PACKED_MAX], packed_head[HASH_SIZE];
    size_t packed_size;
};

enum till_status journal_chain_start(const struct journal_verifier *verifier, const struct entry *e,
                                     struct sealer *sealer_out, uint8_t prev_out[HASH_SIZE],
                                     char terminal_out[TERMINAL_MAX])
{
    struct body_enrolled body;
    enum till_status status = entry_read_enrolled(e, &body);

    if (status == TILL_OK)
        status = verifier->sealer_for(verifier->context, body.public_key, sealer_out);
    if (status == TILL_OK)
        status =
            chain_genesis(sealer_out, body.terminal, body.public_key, body.authority, prev_out);
    if (status == TILL_OK)
        text_copy(terminal_out, TERMINAL_MAX, body.terminal);
    return status;
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static bool read_entry(const struct journal_cell *cell, struct entry *e)
{
    struct journal_record r;

    journal_record_begin(&r, cell->payload);
    journal_record_null(&r);
    e->at_s = journal_record_integer(&r);
    int64_t kind = journal_record_integer(&r);
    struct span body = journal_record_text(&r);
    struct span hash = journal_record_blob(&r);
    struct span signature = journal_record_blob(&r);
    if (!journal_record_end(&r) || cell->rowid < 1 || kind < 0 || kind > UINT16_MAX ||
        body.size > ENTRY_BODY_MAX || hash.size != HASH_SIZE || signature.size != SIGNATURE_SIZE)
        return false;
    if (body.size > 0)
        memcpy(e->body, body.data, body.size);
    e->body[body.size] = '\0';
    e->seq = (uint64_t)cell->rowid;
    e->kind = (uint16_t)kind;
    e->body_size = (uint16_t)body.size;
    memcpy(e->hash, hash.data, HASH_SIZE);
    memcpy(e->signature, signature.data, SIGNATURE_SIZE);
    return memchr(e->body, '\0', body.size) == NULL;
}

/* With every full group the fold and its touches were written. */
static bool end_group(struct sweep *s)
{
    struct buffer packed;

    for (size_t i = 0; i < s->group.count; i++)
        journal_touch_sum_add(&s->touches, &s->group.touches[i]);
    s->group.count = 0;
    buffer_init(&packed, s->packed, sizeof s->packed);
    if (fold_pack(&s->fold, &packed) != TILL_OK)
        return false;
    s->packed_size = packed.size;
    memcpy(s->packed_head, s->entry.hash, HASH_SIZE);
    return true;
}

/* The fold reads every body as strictly as entry_check_body does. */
static bool follow(struct sweep *s, const struct entry *e)
{
    struct journal_rows rows = {s->statements, &s->group};
    struct fold_touch touch;

    if (journal_check_names(&rows, &s->fold, e) != TILL_OK ||
        fold_apply_or_spoil(&s->fold, e, &touch) != TILL_OK)
        return false;
    journal_group_add(&s->group, e->seq, &touch);
    return e->seq % JOURNAL_GROUP != 0 || end_group(s);
}

static bool visit_entry(void *context, const struct journal_cell *cell)
{
    struct sweep *s = context;
    struct entry *e = &s->entry;

    if (!read_entry(cell, e) || e->seq != s->verdict.entries + 1)
        return false;
    if (e->seq == 1 &&
        journal_chain_start(s->verifier, e, &s->sealer, s->prev, s->verdict.terminal) != TILL_OK)
        return false;
    if (!journal_crew_check(s->crew, &s->sealer, s->verdict.terminal, e, s->prev))
        return false;
    if (s->verifier->signatures == JOURNAL_SIGNATURES_ALL &&
        s->sealer.verify(s->sealer.context, e->hash, e->signature) != TILL_OK)
        return false;
    if (!follow(s, e))
        return false;
    if (e->seq == s->ack.seq)
        s->ack_fits = memcmp(e->hash, s->ack.hash, HASH_SIZE) == 0;
    s->verdict.entries++;
    memcpy(s->prev, e->hash, HASH_SIZE);
    return true;
}

/* Entries and texts came together and lie so. */
static bool check_entries(struct sweep *s)
{
    const struct journal_tree entries = {
        .root = s->roots[ROOT_ENTRY], .visit = visit_entry, .context = s};
    const struct journal_tree texts = {
        .root = s->roots[ROOT_TEXT], .visit = journal_text_visit, .context = &s->texts};
    const struct journal_tree *const both[] = {&entries, &texts};

    if (!journal_tree_walk_abreast(both, sizeof both / sizeof both[0], &s->pages) ||
        s->verdict.entries == 0)
        return false;
    memcpy(s->verdict.head, s->prev, HASH_SIZE);
    return s->verifier->signatures != JOURNAL_SIGNATURES_LAST ||
           s->sealer.verify(s->sealer.context, s->entry.hash, s->entry.signature) == TILL_OK;
}

/* ---- the rest -------------------------------------------------------------------------------- */

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What the walks rest on: pages of 512 bytes of which 508 are used, UTF-8, no vacuum. */
static bool check_header(struct sweep *s, const uint8_t *page)
{
    s->free_first = get_u32(page + FREE_AT);
    s->free_count = get_u32(page + FREE_COUNT_AT);
    return (page[PAGE_SIZE_AT] << 8 | page[PAGE_SIZE_AT + 1]) == JOURNAL_PAGE_SIZE &&
           page[RESERVED_AT] == VFS_CHECKSUM_SIZE && get_u32(page + PAGES_AT) == s->pages.count &&
           get_u32(page + VACUUM_AT) == 0 && get_u32(page + ENCODING_AT) == ENCODING_UTF8;
}

/* One table of the schema, as this software would have made it. */
static bool note_root(struct sweep *s, const struct sqlite_use *use)
{
    struct span name = sqlite_column_span(use, 0), text = sqlite_column_span(use, 2);
    int64_t root = sqlite_column_integer(use, 1);

    if (root < 2 || root > s->pages.count || text.size == 0 ||
        memmem(SQL_JOURNAL_MIGRATION_1, strlen(SQL_JOURNAL_MIGRATION_1), text.data, text.size) ==
            NULL)
        return false;
    for (size_t i = 0; i < ROOT_COUNT; i++)
        if (strlen(root_names[i]) == name.size && memcmp(root_names[i], name.data, name.size) == 0)
            s->roots[i] = (uint32_t)root;
    return true;
}

static bool read_schema(struct sweep *s)
{
    static const char *const texts[] = {SQL_JOURNAL_SWEEP_ROOTS};
    sqlite3_stmt *statement = NULL;
    int64_t version = 0;
    size_t count = 0;

    if (sqlite_integer(s->db, "PRAGMA user_version", &version) != TILL_OK ||
        version != SCHEMA_VERSION || sqlite_prepare(s->db, texts, &statement, 1) != TILL_OK)
        return false;
    struct sqlite_use use = sqlite_begin(statement);
    enum till_status status;
    while ((status = sqlite_next(&use)) == TILL_OK && count < ROOT_COUNT && note_root(s, &use))
        count++;
    sqlite_finalize(&statement, 1);
    for (size_t i = 0; i < ROOT_COUNT; i++)
        if (s->roots[i] == 0)
            return false;
    return status == TILL_NOT_FOUND && count == ROOT_COUNT;
}

static bool read_ack(struct sweep *s)
{
    struct journal_state state;
    struct sqlite_use use = sqlite_begin(s->statements[STATEMENT_SELECT_STATE]);
    bool good = sqlite_next(&use) == TILL_OK && journal_row_state(&use, &state) == TILL_OK;

    if (good)
        s->ack = state.ack;
    s->ack_fits = s->ack.seq == 0;
    sqlite_end(&use);
    return good;
}

static bool span_equals(struct span span, const uint8_t *data, size_t size)
{
    return span.size == size && (size == 0 || memcmp(span.data, data, size) == 0);
}

/* The fold and its check; the row's own rules are SQLite's to look at. */
static bool check_state(struct sweep *s)
{
    static const char *const texts[] = {SQL_JOURNAL_SWEEP_STATE};
    uint8_t check[JOURNAL_FOLD_CHECK_SIZE];
    struct span packed = {s->packed, s->packed_size};
    struct journal_state state;
    sqlite3_stmt *statement = NULL;

    if (s->packed_size > 0 &&
        journal_fold_check(&s->sealer, packed, s->packed_head, check) != TILL_OK)
        return false;
    struct sqlite_use use = sqlite_begin(s->statements[STATEMENT_SELECT_STATE]);
    bool good = sqlite_next(&use) == TILL_OK && journal_row_state(&use, &state) == TILL_OK &&
                span_equals(state.fold, s->packed, s->packed_size) &&
                span_equals(state.fold_check, check, s->packed_size > 0 ? sizeof check : 0);
    sqlite_end(&use);
    if (!good || sqlite_prepare(s->db, texts, &statement, 1) != TILL_OK)
        return false;
    use = sqlite_begin(statement);
    good = sqlite_next(&use) == TILL_OK &&
           span_equals(sqlite_column_span(&use, 0), (const uint8_t *)"ok", 2);
    sqlite_finalize(&statement, 1);
    return good;
}

/* Trees and lists that nobody else goes over, and then no page is left. */
static bool check_pages(struct sweep *s)
{
    const struct journal_tree schema = {.root = 1}, state = {.root = s->roots[ROOT_STATE]};

    return journal_tree_walk(&schema, &s->pages) && journal_tree_walk(&state, &s->pages) &&
           journal_tree_free_pages(&s->pages, s->free_first, s->free_count);
}

/* As many as there are processors, where the file is long enough for it. */
static unsigned thread_count(const struct sweep *s)
{
    long count = s->verifier->threads;

    if (count == 0)
        count = s->pages.count < SMALL_PAGES ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > JOURNAL_CREW_MAX ? JOURNAL_CREW_MAX : (unsigned)count;
}

static bool check_all(struct sweep *s)
{
    struct journal_beside *b = &s->beside;

    b->touch_root = s->roots[ROOT_TOUCH];
    journal_touch_sum_begin(&s->touches);
    b->touches = s->touches;
    if (journal_crew_open(thread_count(s), journal_beside_read, b, &s->crew) != TILL_OK)
        return false;
    bool good = check_entries(s) && s->ack_fits && check_state(s) && check_pages(s);
    good = journal_crew_close(s->crew, !good) && good;
    return good && journal_pages_complete(&s->pages, &b->pages) &&
           b->touches.count == s->touches.count && b->touches.sum == s->touches.sum &&
           (s->texts.count == 0 ||
            (s->texts.first > 0 && (uint64_t)s->texts.last <= s->verdict.entries));
}

static bool sweep(struct sweep *s)
{
    bool good = false;

    fold_init(&s->fold);
    if (read_schema(s) &&
        sqlite_prepare(s->db, journal_statement_texts, s->statements, STATEMENT_COUNT) == TILL_OK) {
        good = read_ack(s) && check_all(s);
        sqlite_finalize(s->statements, STATEMENT_COUNT);
    }
    return good;
}

/* ---- of a file, of an image ------------------------------------------------------------------ */

/* A log with anything in it says more than the file. */
static bool has_log(const char *vfs, const char *path)
{
    struct vfs_reader *log = NULL;
    enum till_status status = vfs_reader_open(vfs, path, VFS_PART_WAL, SIZE_MAX, &log);
    bool is_empty = status == TILL_NOT_FOUND || (status == TILL_OK && vfs_reader_size(log) == 0);

    vfs_reader_close(log);
    return !is_empty;
}

static bool sweep_opened(struct sweep *s, const char *vfs, const char *path)
{
    uint8_t header[HEADER_SIZE];

    if (journal_pages_open(vfs, path, &s->pages) != TILL_OK ||
        journal_pages_open(vfs, path, &s->beside.pages) != TILL_OK ||
        s->beside.pages.count != s->pages.count ||
        vfs_reader_read(s->pages.reader, 0, header, sizeof header) != TILL_OK ||
        !check_header(s, header) || journal_file_open(vfs, path, &s->db) != TILL_OK)
        return false;
    bool good = sweep(s);
    sqlite_close(s->db);
    return good && !has_log(vfs, path);
}

bool journal_sweep_file(const char *vfs, const char *path, const struct journal_verifier *verifier,
                        struct journal_verdict *verdict_out, bool *at_rest_out)
{
    struct sweep *s = NULL;
    bool good = false;

    *at_rest_out = !has_log(vfs, path);
    if (*at_rest_out)
        s = calloc(1, sizeof *s);
    if (s == NULL)
        return false;
    s->verifier = verifier;
    good = sweep_opened(s, vfs, path);
    if (good)
        *verdict_out = s->verdict;
    journal_pages_close(&s->pages);
    journal_pages_close(&s->beside.pages);
    free(s);
    return good;
}

bool journal_sweep_image(const struct journal_image *image, sqlite3 *db,
                         const struct journal_verifier *verifier,
                         struct journal_verdict *verdict_out)
{
    struct span bytes = {image->pages, image->size};
    struct sweep *s = NULL;
    bool good = image->bad_page == 0 && !image->bad_size && image->wal.tail != WAL_DAMAGED;

    if (good)
        s = calloc(1, sizeof *s);
    if (s == NULL)
        return false;
    s->verifier = verifier;
    s->db = db;
    good = journal_pages_of(bytes, &s->pages) == TILL_OK &&
           journal_pages_of(bytes, &s->beside.pages) == TILL_OK && check_header(s, image->pages) &&
           sweep(s);
    if (good)
        *verdict_out = s->verdict;
    journal_pages_close(&s->pages);
    journal_pages_close(&s->beside.pages);
    free(s);
    return good;
}
