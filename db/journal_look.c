#include "journal_image.h"
#include "journal_private.h"
#include "sql.h"

enum look_statement { LOOK_ENTRIES, LOOK_ACKED, LOOK_COUNT };

static const char *const texts[LOOK_COUNT] = {SQL_JOURNAL_LOOK_ENTRIES, SQL_JOURNAL_LOOK_ACKED};

static enum till_status show(sqlite3_stmt **statements, uint64_t from, uint32_t most,
                             journal_visit *visit, void *context)
{
    struct sqlite_use use = sqlite_begin(statements[LOOK_ENTRIES]);
    struct entry entry;
    enum till_status status;

    sqlite_bind_unsigned(&use, from);
    sqlite_bind_integer(&use, most);
    while ((status = sqlite_next(&use)) == TILL_OK) {
        status = journal_row_entry(&use, &entry);
        if (status != TILL_OK)
            break;
        visit(context, &entry);
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status acknowledged(sqlite3_stmt **statements, uint64_t *seq_out)
{
    struct sqlite_use use = sqlite_begin(statements[LOOK_ACKED]);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = sqlite_column_unsigned(&use, 0, seq_out);
    sqlite_end(&use);
    return status;
}

enum till_status journal_look(const char *path, uint64_t from, uint32_t most, journal_visit *visit,
                              void *context, uint64_t *acknowledged_out)
{
    sqlite3_stmt *statements[LOOK_COUNT] = {NULL};
    struct journal_image image;
    sqlite3 *db = NULL;
    enum till_status status = journal_image_load(NULL, path, &image);

    if (status != TILL_OK)
        return status;
    status = journal_image_open(&image, &db);
    if (status == TILL_OK)
        status = sqlite_prepare(db, texts, statements, LOOK_COUNT);
    if (status == TILL_OK)
        status = acknowledged(statements, acknowledged_out);
    if (status == TILL_OK)
        status = show(statements, from, most, visit, context);
    sqlite_finalize(statements, LOOK_COUNT);
    if (db)
        sqlite_close(db);
    journal_image_free(&image);
    return status;
}
