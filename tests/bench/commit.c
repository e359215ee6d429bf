/*
 * commit and commit_append: from the confirmed tender to the committed and signed entry.
 *
 * Four things in turn, many times, so that whatever else the machine and its disk do falls on all
 * of them alike:
 *   commit         what the terminal does at EFFECT_COMMIT of a collection
 *   commit_append  journal_append of the same entry and text to a second journal
 *   the baseline   the same bytes inserted into a bare SQLite database, WAL and synchronous=FULL,
 *                  and one signature with the same warm key
 *   (unmeasured)   the print_done that follows in life
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"

enum { WARM = 60, MEASURED = 1500, TURNS = 3 };

/* ---- the baseline ---------------------------------------------------------------------------- */

struct bare {
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
};

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(db));
    return statement;
}

/* SQLite as it comes: its own VFS, its page size; one writer, as the journal has one. */
static void bare_open(struct bare *b, const char *path)
{
    if (sqlite3_open_v2(path, &b->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        bench_fail(path);
    sql(b->db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
               "PRAGMA synchronous = FULL;"
               "CREATE TABLE entry (seq INTEGER PRIMARY KEY, at_s INTEGER, kind INTEGER,"
               " body TEXT, hash BLOB, signature BLOB, lines BLOB)");
    b->begin = prepare(b->db, "BEGIN IMMEDIATE");
    b->insert = prepare(b->db, "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    b->commit = prepare(b->db, "COMMIT");
}

static void step(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        bench_fail(sqlite3_errmsg(sqlite3_db_handle(statement)));
    sqlite3_reset(statement);
}

static void bare_insert(struct bare *b, int64_t seq, const struct entry *e, struct span text)
{
    step(b->begin);
    sqlite3_bind_int64(b->insert, 1, seq);
    sqlite3_bind_int64(b->insert, 2, e->at_s);
    sqlite3_bind_int(b->insert, 3, e->kind);
    sqlite3_bind_text(b->insert, 4, e->body, e->body_size, SQLITE_STATIC);
    sqlite3_bind_blob(b->insert, 5, e->hash, HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(b->insert, 6, e->signature, SIGNATURE_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(b->insert, 7, text.data, (int)text.size, SQLITE_STATIC);
    step(b->insert);
    step(b->commit);
}

static void bare_close(struct bare *b)
{
    sqlite3_finalize(b->begin);
    sqlite3_finalize(b->insert);
    sqlite3_finalize(b->commit);
    sqlite3_close(b->db);
}

/* ---- the turns ------------------------------------------------------------------------------- */

struct bench {
    struct stage stage;
    struct journal *second; /* takes what commit_append appends */
    struct bare bare;
    int64_t bare_seq;
    /* of the latest receipt */
    struct entry entry;
    char text[JOURNAL_RECEIPT_TEXT_MAX];
    size_t text_size;
    struct samples whole, append, baseline;
};

/* A second journal of the same terminal, as far as the first had come. */
static void open_second(struct bench *b, const char *path)
{
    struct journal *first = b->stage.app->journal;
    struct journal_options options = {.path = path, .sealer = b->stage.app->sealer};
    struct body_enrolled body = journal_fold(first)->enrolled;
    struct entry entry;
    bench_need(journal_create(&options, journal_fold(first)->at_s, &body, &b->second), "journal");
    for (uint64_t seq = 2; seq <= journal_fold(first)->seq; seq++) {
        bench_need(journal_read(first, seq, &entry, NULL), "journal");
        bench_need(journal_append(b->second, entry.at_s, false, (struct span){NULL, 0}, &entry),
                   "journal");
    }
}

static double time_whole(struct bench *b, uint32_t n)
{
    struct flow_effect effect;
    struct flow_event event = {.type = EVENT_COMMITTED};
    stage_collection(&b->stage, n, &effect);
    double from = bench_now_us();
    ledger_commit(b->stage.app, &effect, &event, &b->entry);
    double took = bench_now_us() - from;
    bench_need(event.status, "collection");
    bench_need(journal_receipt_text(b->stage.app->journal, b->entry.seq, b->text, sizeof b->text,
                                    &b->text_size),
               "receipt text");
    stage_print_done(&b->stage, b->entry.seq);
    return took;
}

static double time_append(struct bench *b)
{
    struct entry entry = b->entry;
    struct span text = {(const uint8_t *)b->text, b->text_size};
    struct body_print body = {.seq = journal_fold(b->second)->seq + 1};
    double from = bench_now_us();
    enum till_status status = journal_append(b->second, entry.at_s, false, text, &entry);
    double took = bench_now_us() - from;
    bench_need(status, "append");
    bench_need(entry_write_print(&entry, KIND_PRINT_DONE, &body), "print_done");
    bench_need(journal_append(b->second, b->entry.at_s, false, (struct span){NULL, 0}, &entry),
               "print_done");
    return took;
}

static double time_baseline(struct bench *b)
{
    uint8_t signature[SIGNATURE_SIZE];
    struct span text = {(const uint8_t *)b->text, b->text_size};
    const struct sealer *sealer = &b->stage.app->sealer;
    double from = bench_now_us();
    enum till_status status = sealer->sign(sealer->context, b->entry.hash, signature);
    bare_insert(&b->bare, ++b->bare_seq, &b->entry, text);
    double took = bench_now_us() - from;
    bench_need(status, "signature");
    /* The print_done of the bare one, so that both files grow alike. */
    bare_insert(&b->bare, ++b->bare_seq, &b->entry, (struct span){(const uint8_t *)"", 0});
    return took;
}

/* Who comes first changes from turn to turn. */
static void turn(struct bench *b, uint32_t n, bool measured)
{
    double whole = 0, append = 0, baseline = 0;
    if (n == 0)
        whole = time_whole(b, n); /* the others need its entry */
    for (uint32_t i = 0; i < TURNS; i++) {
        switch ((n + i) % TURNS) {
        case 0:
            whole = n == 0 ? whole : time_whole(b, n);
            break;
        case 1:
            append = time_append(b);
            break;
        default:
            baseline = time_baseline(b);
            break;
        }
    }
    if (!measured)
        return;
    samples_add(&b->whole, whole);
    samples_add(&b->append, append);
    samples_add(&b->baseline, baseline);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct bench_place place;
    char dir[BENCH_PATH_MAX], path[BENCH_PATH_MAX + 16];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "commit", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&b.stage, &place, dir, false);
    stage_begin_shift(&b.stage);
    snprintf(path, sizeof path, "%s/second.db", dir);
    open_second(&b, path);
    snprintf(path, sizeof path, "%s/bare.db", dir);
    bare_open(&b.bare, path);
    for (uint32_t n = 0; n < WARM + MEASURED; n++)
        turn(&b, n, n >= WARM);
    double baseline = samples_at(&b.baseline, 0.5);
    bench_row("commit", samples_at(&b.whole, 0.5), "us", baseline);
    bench_row("commit_append", samples_at(&b.append, 0.5), "us", baseline);
    bench_say("commit p90 %.0f us, baseline p90 %.0f us", samples_at(&b.whole, 0.9),
              samples_at(&b.baseline, 0.9));
    journal_close(b.second);
    bare_close(&b.bare);
    stage_close(&b.stage);
    samples_free(&b.whole);
    samples_free(&b.append);
    samples_free(&b.baseline);
    return 0;
}
