/* A report as a file on its way from the terminal to fieldtill-sync. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local.h"
#include "when.h"

bool local_report_name_is_valid(const char *name)
{
    static const char allowed[] = "0123456789-_."
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    size_t size = strnlen(name, LOCAL_REPORT_NAME_MAX);
    return size > strlen(".csv") && size < LOCAL_REPORT_NAME_MAX && name[0] != '.' &&
           strspn(name, allowed) == size && strstr(name, "..") == NULL &&
           strcmp(name + size - strlen(".csv"), ".csv") == 0;
}

static enum till_status check(const struct local_report *v)
{
    if (v->content.size > LOCAL_REPORT_SIZE_MAX) {
        return TILL_TOO_LARGE;
    }
    return local_report_name_is_valid(v->name) && user_is_valid(v->user) && v->at_s > 0 &&
                   v->at_s <= WHEN_MAX_S && v->content.size > 0
               ? TILL_OK
               : TILL_BAD_INPUT;
}

enum till_status local_write_report(const struct local_report *v, struct buffer *out)
{
    char head[LOCAL_REPORT_NAME_MAX + USER_MAX + 32];
    enum till_status status = check(v);
    if (status != TILL_OK) {
        return status;
    }
    (void)snprintf(head, sizeof(head), "%s\n%s\n%" PRId64 "\n", v->name, v->user, v->at_s);
    buffer_put_text(out, head);
    buffer_put(out, v->content.data, v->content.size);
    return buffer_status(out);
}

/* A line without its end; advances. False: there is none, or it is too long. */
static bool take_line(struct span *body, char *out, size_t capacity)
{
    const uint8_t *end = body->size == 0 ? NULL : memchr(body->data, '\n', body->size);
    size_t size = end == NULL ? 0 : (size_t)(end - body->data);
    if (end == NULL || size >= capacity || memchr(body->data, '\0', size) != NULL) {
        return false;
    }
    memcpy(out, body->data, size);
    out[size] = '\0';
    body->data += size + 1;
    body->size -= size + 1;
    return true;
}

enum till_status local_read_report(struct span body, struct local_report *out)
{
    enum { DIGITS_MOST = 12 };
    struct local_report v = {.at_s = 0};
    char at[DIGITS_MOST + 1];
    if (!take_line(&body, v.name, sizeof(v.name)) || !take_line(&body, v.user, sizeof(v.user)) ||
        !take_line(&body, at, sizeof(at)) || at[0] < '1' || at[0] > '9' ||
        at[strspn(at, "0123456789")] != '\0') {
        return TILL_E_PROTOCOL;
    }
    v.at_s = strtoll(at, NULL, 10);
    v.content = body;
    if (check(&v) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    *out = v;
    return TILL_OK;
}
