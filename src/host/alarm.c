#include "alarm.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "text.h"

/* Behind the mark: what the argument is. */
enum { ARGUMENT_TEXT = 't', ARGUMENT_WORDS = 'w' };

/* ---- putting together ------------------------------------------------------------------------ */

void alarm_say(struct alarm_text *t, const char *msgid)
{
    assert(strlen(msgid) < STORE_REASON_MAX && strchr(msgid, STORE_PART_MARK) == NULL);
    text_copy(t->stored, sizeof(t->stored), msgid);
    t->size = strlen(t->stored);
    t->arguments = 0;
}

/* One that has no room left is there all the same, and empty: those behind it keep their places. */
static void add(struct alarm_text *t, char what, const char *text)
{
    enum { LATER_MOST = 2 * ALARM_ARGUMENTS_MAX };
    assert(t->arguments < ALARM_ARGUMENTS_MAX);
    t->arguments++;
    t->stored[t->size++] = STORE_PART_MARK;
    t->stored[t->size++] = what;
    size_t room = sizeof(t->stored) - t->size - (LATER_MOST - 2 * t->arguments);
    char *part = t->stored + t->size;
    text_copy(part, room, text);
    for (char *at = part; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        *at = c < 0x20 || c == 0x7f ? '?' : *at;
    }
    if (!text_is_clean(part, strlen(part))) {
        for (char *at = part; *at != '\0'; at++) {
            *at = (unsigned char)*at >= 0x80 ? '?' : *at;
        }
    }
    t->size += strlen(part);
}

void alarm_add_text(struct alarm_text *t, const char *text)
{
    add(t, ARGUMENT_TEXT, text);
}

void alarm_add_number(struct alarm_text *t, uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    add(t, ARGUMENT_TEXT, text);
}

void alarm_add_words(struct alarm_text *t, const char *msgid)
{
    add(t, ARGUMENT_WORDS, msgid);
}

/* ---- showing --------------------------------------------------------------------------------- */

typedef const char *alarm_translate(const char *msgid);

static const char *own_language(const char *msgid)
{
    return msgid[0] == '\0' ? "" : gettext(msgid);
}

static const char *english(const char *msgid)
{
    return msgid;
}

/* The msgid and what is behind each mark. */
struct parts {
    char memory[STORE_ALARM_MAX];
    const char *arguments[ALARM_ARGUMENTS_MAX];
    size_t count;
};

static void split(const char *stored, struct parts *p)
{
    text_copy(p->memory, sizeof(p->memory), stored);
    p->count = 0;
    for (char *at = p->memory; (at = strchr(at, STORE_PART_MARK)) != NULL;) {
        *at++ = '\0';
        if (p->count < ALARM_ARGUMENTS_MAX) {
            p->arguments[p->count++] = at;
        }
    }
}

static const char *argument(const struct parts *p, size_t number, alarm_translate *translate)
{
    if (number > p->count || p->arguments[number - 1][0] == '\0') {
        return "?";
    }
    const char *text = p->arguments[number - 1];
    return text[0] == ARGUMENT_WORDS ? translate(text + 1) : text + 1;
}

/* %1 to %9 are replaced once; what they are replaced by is not looked into. */
static void show(const char *stored, alarm_translate *translate, char out[ALARM_SHOWN_MAX])
{
    struct parts p;
    split(stored, &p);
    const char *from = translate(p.memory);
    size_t size = 0;
    out[0] = '\0';
    while (*from != '\0' && size + 1 < ALARM_SHOWN_MAX) {
        if (p.count > 0 && from[0] == '%' && from[1] >= '1' && from[1] <= '9') {
            text_copy(out + size, ALARM_SHOWN_MAX - size,
                      argument(&p, (size_t)(from[1] - '0'), translate));
            size += strlen(out + size);
            from += 2;
        } else {
            out[size++] = *from++;
            out[size] = '\0';
        }
    }
}

void alarm_show(const char *stored, char out[ALARM_SHOWN_MAX])
{
    show(stored, own_language, out);
}

void alarm_show_english(const char *stored, char out[ALARM_SHOWN_MAX])
{
    show(stored, english, out);
}

/* ---- putting --------------------------------------------------------------------------------- */

enum till_status alarm_put(struct store *s, int64_t at_s, const char *terminal, const char *kind,
                           const char *text)
{
    struct store_alarm alarm = {.at_s = at_s};
    char shown[ALARM_SHOWN_MAX];
    text_copy(alarm.terminal, sizeof(alarm.terminal), terminal);
    text_copy(alarm.kind, sizeof(alarm.kind), kind);
    text_copy(alarm.text, sizeof(alarm.text), text);
    alarm_show_english(alarm.text, shown);
    if (terminal[0] == '\0') {
        log_warning("alarm %s: %s", alarm.kind, shown);
    } else {
        log_warning("alarm %s, terminal %s: %s", alarm.kind, alarm.terminal, shown);
    }
    return store_alarm_put(s, &alarm);
}
