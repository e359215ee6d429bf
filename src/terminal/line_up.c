/*
 * The line at a collection point, kept in the file `queue`: an account a line. It moves no money,
 * so a damaged file is an empty line.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum { FILE_MOST = QUEUE_MAX * ACCOUNT_MAX + 1 };

static void keep(struct app *app)
{
    char text[FILE_MOST];
    struct buffer out;
    buffer_init(&out, text, sizeof text);
    for (size_t i = 0; i < app->queue.count; i++) {
        buffer_put_text(&out, app->queue.accounts[i]);
        buffer_put_u8(&out, '\n');
    }
    if (file_replace(app->dir, "queue", text, out.size) != TILL_OK)
        log_warning("the line of people could not be kept");
}

void queue_open(struct app *app)
{
    char text[FILE_MOST + 1];
    size_t size = 0;
    struct flow_queue *q = &app->queue;
    q->count = 0;
    if (file_read(app->dir, "queue", text, sizeof text, &size) != TILL_OK)
        return;
    const char *at = text;
    while (*at && q->count < QUEUE_MAX) {
        size_t length = strcspn(at, "\n");
        if (length >= ACCOUNT_MAX || at[length] != '\n')
            break;
        memcpy(q->accounts[q->count], at, length);
        q->accounts[q->count][length] = '\0';
        if (!account_is_valid(q->accounts[q->count]))
            break;
        q->count++;
        at += length + 1;
    }
}

static void take_out(struct flow_queue *q, const char *account)
{
    for (size_t i = 0; i < q->count; i++) {
        if (strcmp(q->accounts[i], account) != 0)
            continue;
        memmove(&q->accounts[i], &q->accounts[i + 1], (q->count - i - 1) * sizeof q->accounts[0]);
        q->count--;
        return;
    }
}

void queue_change(struct app *app, int change, const char *account)
{
    struct flow_queue *q = &app->queue;
    if (change == 0)
        q->count = 0;
    else
        take_out(q, account); /* who comes twice stands at the end */
    if (change > 0 && q->count < QUEUE_MAX)
        text_copy(q->accounts[q->count++], ACCOUNT_MAX, account);
    keep(app);
    app->dirty = true;
}
