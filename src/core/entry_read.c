#include "entry_inside.h"

/* ---- the terminal's own life ----------------------------------------------------------------- */

enum till_status entry_read_enrolled(const struct entry *e, struct body_enrolled *out)
{
    *out = (struct body_enrolled){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_ENROLLED)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "n", out->terminal, sizeof(out->terminal));
    body_take_text(&r, "c", out->currency, sizeof(out->currency));
    out->exponent = (uint8_t)body_take_number(&r, "e", UINT8_MAX);
    body_take_text(&r, "z", out->zone, sizeof(out->zone));
    body_take_hex(&r, "h", out->authority, sizeof(out->authority));
    body_take_hex(&r, "k", out->public_key, sizeof(out->public_key));
    body_take_text_or_empty(&r, "o", out->predecessor, sizeof(out->predecessor));
    out->predecessor_seq = body_take_number_or_zero(&r, "q", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_enrolled(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_opened(const struct entry *e, struct body_opened *out)
{
    *out = (struct body_opened){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_OPENED)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "v", out->version, sizeof(out->version));
    body_take_text(&r, "b", out->board, sizeof(out->board));
    out->count = body_take_number_or_zero(&r, "n", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_opened(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_clock_changed(const struct entry *e, struct body_clock_changed *out)
{
    *out = (struct body_clock_changed){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_CLOCK_CHANGED)) {
        return TILL_E_PROTOCOL;
    }
    out->from_s = body_take(&r, "f");
    out->to_s = body_take(&r, "t");
    return body_close(&r) ? body_compare(entry_write_clock_changed(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_anomaly(const struct entry *e, struct body_anomaly *out)
{
    *out = (struct body_anomaly){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_ANOMALY)) {
        return TILL_E_PROTOCOL;
    }
    out->code = body_take_narrow(&r, "c");
    body_take_text(&r, "x", out->text, sizeof(out->text));
    return body_close(&r) ? body_compare(entry_write_anomaly(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_settings_changed(const struct entry *e,
                                             struct body_settings_changed *out)
{
    *out = (struct body_settings_changed){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_SETTINGS_CHANGED)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "k", out->key, sizeof(out->key));
    body_take_text(&r, "v", out->value, sizeof(out->value));
    return body_close(&r) ? body_compare(entry_write_settings_changed(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_tail_repaired(const struct entry *e, struct body_tail_repaired *out)
{
    *out = (struct body_tail_repaired){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_TAIL_REPAIRED)) {
        return TILL_E_PROTOCOL;
    }
    out->from_seq = body_take_number(&r, "s", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_tail_repaired(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_retired(const struct entry *e, struct body_retired *out)
{
    *out = (struct body_retired){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_RETIRED)) {
        return TILL_E_PROTOCOL;
    }
    out->reason = body_take_narrow(&r, "r");
    return body_close(&r) ? body_compare(entry_write_retired(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

/* ---- people ---------------------------------------------------------------------------------- */

enum till_status entry_read_login(const struct entry *e, struct body_login *out)
{
    *out = (struct body_login){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_LOGIN || kind == KIND_LOGOUT || kind == KIND_LOGIN_FAILED ||
                kind == KIND_USER_SWITCHED;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "u", out->user, sizeof(out->user));
    out->failures = (uint32_t)body_take_number_or_zero(&r, "n", UINT32_MAX);
    return body_close(&r)
               ? body_compare(entry_write_login(&again, (enum entry_kind)kind, out), &again, e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_pin_changed(const struct entry *e, struct body_pin_changed *out)
{
    *out = (struct body_pin_changed){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_PIN_CHANGED)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "u", out->user, sizeof(out->user));
    body_take_hex(&r, "s", out->salt, sizeof(out->salt));
    out->rounds = (uint32_t)body_take_number(&r, "n", UINT32_MAX);
    body_take_hex(&r, "k", out->sealed, sizeof(out->sealed));
    return body_close(&r) ? body_compare(entry_write_pin_changed(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

/* ---- what the host told ---------------------------------------------------------------------- */

enum till_status entry_read_book_applied(const struct entry *e, struct body_book_applied *out)
{
    *out = (struct body_book_applied){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_BOOK_APPLIED)) {
        return TILL_E_PROTOCOL;
    }
    out->revision = body_take_number(&r, "r", INT64_MAX);
    out->applied_seq = body_take_number(&r, "q", INT64_MAX);
    out->customers = (uint32_t)body_take_number(&r, "n", UINT32_MAX);
    body_take_hex(&r, "h", out->hash, sizeof(out->hash));
    return body_close(&r) ? body_compare(entry_write_book_applied(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_limits_applied(const struct entry *e, struct body_limits_applied *out)
{
    *out = (struct body_limits_applied){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_LIMITS_APPLIED)) {
        return TILL_E_PROTOCOL;
    }
    out->serial = body_take_number(&r, "n", INT64_MAX);
    body_take_hex(&r, "h", out->hash, sizeof(out->hash));
    return body_close(&r) ? body_compare(entry_write_limits_applied(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_message_shown(const struct entry *e, struct body_message_shown *out)
{
    *out = (struct body_message_shown){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_MESSAGE_SHOWN)) {
        return TILL_E_PROTOCOL;
    }
    out->id = body_take_number(&r, "n", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_message_shown(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_limit_lifted(const struct entry *e, struct body_limit_lifted *out)
{
    *out = (struct body_limit_lifted){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_LIMIT_LIFTED)) {
        return TILL_E_PROTOCOL;
    }
    out->limit = body_take_narrow(&r, "l");
    out->value = body_take(&r, "v");
    body_take_text(&r, "u", out->approver, sizeof(out->approver));
    return body_close(&r) ? body_compare(entry_write_limit_lifted(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

/* ---- paper, the round, meters ---------------------------------------------------------------- */

enum till_status entry_read_print(const struct entry *e, struct body_print *out)
{
    *out = (struct body_print){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_PRINT_DONE || kind == KIND_PRINT_UNCERTAIN || kind == KIND_DUPLICATE;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    out->seq = body_take_number(&r, "s", INT64_MAX);
    out->copy = (uint32_t)body_take_number_or_zero(&r, "c", UINT32_MAX);
    out->status = body_take_narrow_or(&r, "y", 0);
    return body_close(&r)
               ? body_compare(entry_write_print(&again, (enum entry_kind)kind, out), &again, e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_stop_skipped(const struct entry *e, struct body_stop_skipped *out)
{
    *out = (struct body_stop_skipped){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_STOP_SKIPPED)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->reason = body_take_narrow(&r, "r");
    return body_close(&r) ? body_compare(entry_write_stop_skipped(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_notice(const struct entry *e, struct body_notice *out)
{
    *out = (struct body_notice){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_NOTICE)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->due_minor = body_take(&r, "m");
    return body_close(&r) ? body_compare(entry_write_notice(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_reading(const struct entry *e, struct body_reading *out)
{
    *out = (struct body_reading){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_READING)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    body_take_text_or_empty(&r, "e", out->meter, sizeof(out->meter));
    out->energy_cwh = body_take(&r, "v");
    out->doubted = body_take_number_or_zero(&r, "d", 1) == 1;
    return body_close(&r) ? body_compare(entry_write_reading(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}
