/* The roll as readable text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roll_private.h"
#include "text.h"

/* Text that grows; after a failure it takes nothing more. */
struct dump {
    char *bytes;
    size_t size, capacity;
    bool failed;
};

static void put(struct dump *d, const char *bytes, size_t size)
{
    if (d->failed) {
        return;
    }
    if (size >= d->capacity - d->size) {
        size_t larger = (d->capacity + size) * 2;
        char *moved = realloc(d->bytes, larger);
        if (!moved) {
            d->failed = true;
            return;
        }
        d->bytes = moved;
        d->capacity = larger;
    }
    memcpy(d->bytes + d->size, bytes, size);
    d->size += size;
    d->bytes[d->size] = '\0';
}

static void put_text(struct dump *d, const char *text)
{
    put(d, text, strlen(text));
}

/* Runs from *at on that stand on one foot: one line. */
static void put_line(struct dump *d, const struct roll *roll, size_t *at)
{
    uint32_t foot = roll->ops[*at].y + roll->ops[*at].height;
    size_t begin = d->size;
    int column = 0;
    for (; *at < roll->op_count; (*at)++) {
        const struct roll_op *op = &roll->ops[*at];
        if (op->kind != ROLL_TEXT || op->y + op->height != foot) {
            break;
        }
        for (; column < op->x / ROLL_CELL; column++) {
            put_text(d, " ");
        }
        const char *text = (const char *)roll->data + op->data_at;
        put(d, text, op->data_size);
        const char *end = text + op->data_size;
        while (text < end) {
            char one[8] = "";
            const char *from = text;
            (void)text_next(&text, end);
            memcpy(one, from, (size_t)(text - from));
            column += text_cells(one);
        }
    }
    while (d->size > begin && d->bytes[d->size - 1] == ' ') {
        d->size--;
    }
    put_text(d, "\n");
}

static void put_raster(struct dump *d, const struct roll *roll, size_t *at)
{
    const struct roll_op *first = &roll->ops[*at];
    uint32_t height = 0;
    for (; *at < roll->op_count; (*at)++) {
        const struct roll_op *op = &roll->ops[*at];
        if (op->kind != ROLL_RASTER || op->x != first->x || op->width != first->width ||
            op->y != first->y + height) {
            break;
        }
        height += op->height;
    }
    char line[64];
    snprintf(line, sizeof line, "[raster %ux%u]\n", first->width, (unsigned)height);
    put_text(d, line);
}

char *roll_text(const struct roll *roll, size_t first_op)
{
    struct dump d = {malloc(256), 0, 256, false};
    if (!d.bytes) {
        return NULL;
    }
    d.bytes[0] = '\0';
    size_t at = first_op;
    while (at < roll->op_count && !d.failed) {
        const struct roll_op *op = &roll->ops[at];
        char line[32];
        switch (op->kind) {
        case ROLL_TEXT:
            put_line(&d, roll, &at);
            continue;
        case ROLL_RASTER:
            put_raster(&d, roll, &at);
            continue;
        case ROLL_QR:
            snprintf(line, sizeof line, "[QR %u modules]\n", op->modules);
            put_text(&d, line);
            break;
        case ROLL_FEED:
            for (unsigned i = 0; i < op->height / ROLL_HEIGHT; i++) {
                put_text(&d, "\n");
            }
            break;
        case ROLL_CUT:
            put_text(&d, "[cut]\n");
            break;
        }
        at++;
    }
    if (d.failed) {
        free(d.bytes);
        return NULL;
    }
    return d.bytes;
}
