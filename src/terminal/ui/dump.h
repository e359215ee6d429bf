/*
 * A screen as text, for tests, the tty panel and whoever can't see: title, blocks, foot, in order,
 * one line each; "left | right"; the selected row begins with ">". A masked field shows bullets.
 */
#ifndef TILL_DUMP_H
#define TILL_DUMP_H

#include "bytes.h"
#include "screen.h"

enum { DUMP_MAX = 6144 };
enum till_status screen_dump(const struct screen *s, struct buffer *out) TILL_CHECKED;

#endif
