#include "pg_index.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

/* FNV-1a. */
uint32_t pg_index_hash(const char *name)
{
    uint32_t hash = 2166136261U;

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619U;
    return hash;
}

uint32_t pg_index_find(const struct pg_index *index, uint32_t hash, pg_index_same *same,
                       const void *array, const void *key)
{
    size_t at;

    if (index->capacity == 0)
        return PG_INDEX_NONE;
    for (at = hash & (index->capacity - 1); index->slots[at].item != 0;
         at = (at + 1) & (index->capacity - 1)) {
        uint32_t item = index->slots[at].item - 1;

        if (index->slots[at].hash == hash && same(array, item, key))
            return item;
    }
    return PG_INDEX_NONE;
}

static void put(struct pg_slot *slots, size_t capacity, struct pg_slot slot)
{
    size_t at = slot.hash & (capacity - 1);

    while (slots[at].item != 0)
        at = (at + 1) & (capacity - 1);
    slots[at] = slot;
}

bool pg_index_add(struct pg_index *index, uint32_t hash, uint32_t item)
{
    if (2 * (index->count + 1) > index->capacity) {
        size_t wider = index->capacity == 0 ? FIRST_SLOTS : 2 * index->capacity;
        struct pg_slot *slots = calloc(wider, sizeof(*slots));

        if (slots == NULL)
            return false;
        for (size_t i = 0; i < index->capacity; i++) {
            if (index->slots[i].item != 0)
                put(slots, wider, index->slots[i]);
        }
        free(index->slots);
        index->slots = slots;
        index->capacity = wider;
    }
    put(index->slots, index->capacity, (struct pg_slot){hash, item + 1});
    index->count++;
    return true;
}

void pg_index_clear(struct pg_index *index)
{
    if (index->count > 0)
        memset(index->slots, 0, index->capacity * sizeof(*index->slots));
    index->count = 0;
}

void pg_index_free(struct pg_index *index)
{
    free(index->slots);
    memset(index, 0, sizeof(*index));
}
