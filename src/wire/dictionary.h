/*
 * The dictionaries that zstd packs batches with: what shapes and columns look like, and how often
 * which byte comes. Files of src/wire/dictionary, compiled in; `make dictionary` trains a new one.
 *
 * A dictionary never changes once it was shipped: its id stands in each frame that needs it. Older
 * ones stay for reading. Used inside src/wire.
 */
#ifndef TILL_DICTIONARY_H
#define TILL_DICTIONARY_H

#include "bytes.h"

/* The one to write with. */
struct span dictionary_newest(void);
/* TILL_UNSUPPORTED: this software has none of that id. Id 0 is no dictionary: an empty span. */
enum till_status dictionary_find(uint32_t id, struct span *dictionary_out) TILL_CHECKED;

#endif
