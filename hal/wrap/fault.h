/*
 * Faults by plan: the Nth call of an operation answers something else.
 *
 * A plan is a list parted by commas (spaces around them are fine), each OPERATION:WHEN=STATUS
 *   OPERATION  "printer.write"; the names of the contracts' structs, or "*" for every call
 *   WHEN       3 = the third call; 3+ = it and all later; * = all; ~20 = one in twenty, by the seed
 *   STATUS     a name of src/core/status.h without TILL_, in small letters: paper_out, e_io, busy
 * The first part that fits rules. The device isn't asked where a fault answers.
 */
#ifndef TILL_FAULT_H
#define TILL_FAULT_H

#include "wrap.h"

enum { FAULT_PARTS_MAX = 32 };

/* A hook by plan. TILL_E_CONFIG: the plan is none; why_out says where (capacity 96).
 * TILL_E_MEMORY. The hook owns what it needs, until wrap_close(). */
enum till_status fault_open(const char *plan, uint64_t seed, struct wrap_hook *hook_out,
                            char why_out[96]) TILL_CHECKED;
/* How many faults were answered so far. */
uint64_t fault_count(const struct wrap_hook *hook);

#endif
