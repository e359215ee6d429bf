/*
 * A B-tree of a journal's file, gone over from its first row to its last, with all that SQLite's
 * own integrity check asks of a tree (SQLite file format, 1.6): kinds of pages, one depth, cells
 * that lie in their page and don't overlap, what is left free, keys in their order, whole chains of
 * overflow. It knows rows as bytes, and pages of 508 usable ones.  Private to db/journal*.c.
 *
 * It says that a tree is sound, or not; what is wrong with it is for others to find.
 */
#ifndef TILL_JOURNAL_TREE_H
#define TILL_JOURNAL_TREE_H

#include "journal_pages.h"

/* A longer row is none of a journal's. */
enum { JOURNAL_ROW_MAX = 8192 };

struct journal_cell {
    int64_t rowid; /* of a table; ascending */
    struct span payload;
};
/* False ends it: the row is not what it should be. The cell is valid during the call. */
typedef bool journal_cell_visit(void *context, const struct journal_cell *cell);

struct journal_tree {
    uint32_t root;
    bool is_index;             /* WITHOUT ROWID: the order of keys is for visit to look at */
    journal_cell_visit *visit; /* NULL: nobody asks */
    void *context;
};
/* False also where memory runs out: then it is not known to be sound. */
bool journal_tree_walk(const struct journal_tree *tree, struct journal_pages *pages);
/*
 * The same of tables, 2 at most, side by side: on with the one whose rows are behind, the first of
 * them first. Tables that grew together lie so in the file, which is read once then.
 */
bool journal_tree_walk_abreast(const struct journal_tree *const *trees, size_t count,
                               struct journal_pages *pages);

/* Take the pages that are in no tree, `count` of them; first: of the list, 0 = none. */
bool journal_tree_free_pages(struct journal_pages *pages, uint32_t first, uint32_t count);

/* ---- what is in a row ------------------------------------------------------------------------ */

/* Columns of a record, taken in order; a wrong one sets failed (SQLite file format, 2.1). */
struct journal_record {
    const uint8_t *header, *header_end;
    const uint8_t *body, *body_end;
    bool failed;
};
void journal_record_begin(struct journal_record *r, struct span payload);
void journal_record_null(struct journal_record *r);
int64_t journal_record_integer(struct journal_record *r);
struct span journal_record_text(struct journal_record *r);
struct span journal_record_blob(struct journal_record *r);
/* No column more, no byte more, and none was wrong? */
bool journal_record_end(const struct journal_record *r);

#endif
