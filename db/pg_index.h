/*
 * An index over an array beside it: open addressing, half of the slots empty.
 *
 * Private to db/store_pg*.c. It knows hashes and numbers; what is the same is the caller's to say.
 */
#ifndef TILL_PG_INDEX_H
#define TILL_PG_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pg_slot {
    uint32_t hash;
    uint32_t item; /* number + 1; 0 = empty */
};
struct pg_index {
    struct pg_slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

#define PG_INDEX_NONE UINT32_MAX
/* Is item `item` of the array what `key` names? */
typedef bool pg_index_same(const void *array, uint32_t item, const void *key);

uint32_t pg_index_hash(const char *name);
/* PG_INDEX_NONE: it is not there. */
uint32_t pg_index_find(const struct pg_index *index, uint32_t hash, pg_index_same *same,
                       const void *array, const void *key);
/* An item that is not there yet. false: no memory. */
bool pg_index_add(struct pg_index *index, uint32_t hash, uint32_t item);
void pg_index_clear(struct pg_index *index); /* keeps its memory */
void pg_index_free(struct pg_index *index);

#endif
