#include "roll.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roll_private.h"

static const unsigned features_58 = ROLL_CAN_BOLD | ROLL_CAN_UNDERLINE | ROLL_CAN_INVERSE |
                                    ROLL_CAN_SIZE | ROLL_CAN_RASTER | ROLL_CAN_QR |
                                    ROLL_CAN_REPORT | ROLL_CAN_REALTIME | ROLL_CAN_AUTO_STATUS |
                                    ROLL_CAN_HAN_SWITCH | ROLL_CAN_MARGIN | ROLL_CAN_SMALL;

void roll_profile_58(struct roll_profile *profile_out)
{
    *profile_out = (struct roll_profile){.dots = 384,
                                         .charset = ROLL_CHARSET_GB18030,
                                         .features = features_58,
                                         .size_max = 4,
                                         .raster_rows_max = 255,
                                         .qr_bytes_max = 1000};
}

void roll_profile_80(struct roll_profile *profile_out)
{
    *profile_out = (struct roll_profile){.dots = 576,
                                         .charset = ROLL_CHARSET_GB18030,
                                         .features = features_58 | ROLL_CAN_CUT,
                                         .size_max = 8,
                                         .raster_rows_max = 255,
                                         .qr_bytes_max = 1000};
}

struct roll *roll_create(const struct roll_profile *profile)
{
    if (profile->dots == 0 || profile->dots > 1024 || profile->size_max == 0 ||
        profile->size_max > 8 || profile->qr_bytes_max > ROLL_QR_BYTES_MAX) {
        return NULL;
    }
    struct roll *roll = calloc(1, sizeof *roll);
    if (!roll) {
        return NULL;
    }
    roll->profile = *profile;
    roll->converter = iconv_open("UTF-8", "GB18030");
    if (roll->converter == (iconv_t)-1) {
        free(roll);
        return NULL;
    }
    roll_power_cycle(roll);
    return roll;
}

void roll_destroy(struct roll *roll)
{
    if (!roll) {
        return;
    }
    iconv_close(roll->converter);
    free(roll->ops);
    free(roll->data);
    free(roll->pending);
    free(roll);
}

const struct roll_profile *roll_profile_of(const struct roll *roll)
{
    return &roll->profile;
}

void roll_refuse(struct roll *roll, const char *format, ...)
{
    if (roll->fault[0] != '\0') {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(roll->fault, sizeof roll->fault, format, arguments);
    va_end(arguments);
    roll->fault_at = roll->begun_at;
}

/* Room for one more byte run; sets failed. */
static bool grow(struct roll *roll, uint8_t **memory, size_t *capacity, size_t needed)
{
    if (needed <= *capacity) {
        return true;
    }
    if (needed > ROLL_DATA_MAX) {
        roll->failed = TILL_LIMIT_REACHED;
        return false;
    }
    size_t larger = *capacity < 4096 ? 4096 : *capacity * 2;
    if (larger < needed) {
        larger = needed;
    }
    uint8_t *moved = realloc(*memory, larger);
    if (!moved) {
        roll->failed = TILL_E_MEMORY;
        return false;
    }
    *memory = moved;
    *capacity = larger;
    return true;
}

struct roll_op *roll_add(struct roll *roll, enum roll_op_kind kind, struct span data)
{
    if (roll->op_count == ROLL_OPS_MAX) {
        roll->failed = TILL_LIMIT_REACHED;
        return NULL;
    }
    if (roll->op_count == roll->op_capacity) {
        size_t larger = roll->op_capacity == 0 ? 64 : roll->op_capacity * 2;
        struct roll_op *moved = realloc(roll->ops, larger * sizeof *moved);
        if (!moved) {
            roll->failed = TILL_E_MEMORY;
            return NULL;
        }
        roll->ops = moved;
        roll->op_capacity = larger;
    }
    if (!grow(roll, &roll->data, &roll->data_capacity, roll->data_size + data.size)) {
        return NULL;
    }
    assert(roll->ops);
    struct roll_op *op = &roll->ops[roll->op_count++];
    *op = (struct roll_op){.kind = kind,
                           .y = roll->y,
                           .data_at = roll->data_size,
                           .data_size = data.size,
                           .scale_x = 1,
                           .scale_y = 1};
    if (data.size > 0) {
        memcpy(roll->data + roll->data_size, data.data, data.size);
        roll->data_size += data.size;
    }
    return op;
}

void roll_feed(struct roll *roll, uint32_t dots)
{
    if (dots == 0) {
        return;
    }
    struct roll_op *last = roll->op_count > 0 ? &roll->ops[roll->op_count - 1] : NULL;
    if (last && last->kind == ROLL_FEED && last->y + last->height == roll->y &&
        last->height + dots <= UINT16_MAX) {
        last->height = (uint16_t)(last->height + dots);
    } else {
        assert(dots <= UINT16_MAX);
        struct roll_op *op = roll_add(roll, ROLL_FEED, (struct span){NULL, 0});
        if (!op) {
            return;
        }
        op->height = (uint16_t)dots;
    }
    roll->y += dots;
}

static void put_control(struct roll *roll, uint8_t byte)
{
    if (byte != '\n' || (roll->profile.features & ROLL_ONLY_RASTER) != 0) {
        roll_refuse(roll, "control byte %02X", byte);
        return;
    }
    roll_print_line(roll, roll->spacing);
}

static void put_data(struct roll *roll, uint8_t byte)
{
    if (grow(roll, &roll->pending, &roll->pending_capacity, roll->pending_size + 1)) {
        roll->pending[roll->pending_size++] = byte;
    }
    if (roll->grammar.data_left == 0 && roll->failed == TILL_OK) {
        roll_execute(roll);
    }
}

static void put_byte(struct roll *roll, uint8_t byte)
{
    struct grammar *g = &roll->grammar;
    if (grammar_at_boundary(g)) {
        roll->begun_at = roll->offset;
    }
    switch (grammar_put(g, byte)) {
    case GRAMMAR_MORE:
        break;
    case GRAMMAR_CHARACTER:
        roll_set_character(roll, g->head, g->head_size);
        break;
    case GRAMMAR_CONTROL:
        put_control(roll, byte);
        break;
    case GRAMMAR_HEAD:
        roll->pending_size = 0;
        roll_check_head(roll);
        if (g->data_left == 0 && roll->fault[0] == '\0') {
            roll_execute(roll);
        }
        break;
    case GRAMMAR_DATA:
        put_data(roll, byte);
        break;
    case GRAMMAR_UNKNOWN:
        roll_refuse(roll, "no such command: %02X %02X", g->head[0],
                    g->head_size > 1 ? g->head[1] : 0);
        break;
    }
}

enum till_status roll_put(struct roll *roll, struct span bytes, uint32_t dots_max, size_t *used_out)
{
    *used_out = 0;
    uint32_t from = roll->y;
    for (size_t i = 0; i < bytes.size; i++) {
        if (roll->fault[0] != '\0') {
            return TILL_E_PROTOCOL;
        }
        if (roll->failed != TILL_OK) {
            return roll->failed;
        }
        put_byte(roll, bytes.data[i]);
        roll->offset++;
        *used_out = i + 1;
        if (dots_max > 0 && roll->y - from >= dots_max) {
            break;
        }
    }
    return roll->fault[0] != '\0' ? TILL_E_PROTOCOL : roll->failed;
}

const char *roll_fault(const struct roll *roll, uint64_t *offset_out)
{
    if (roll->fault[0] == '\0') {
        return NULL;
    }
    if (offset_out) {
        *offset_out = roll->fault_at;
    }
    return roll->fault;
}

void roll_power_cycle(struct roll *roll)
{
    grammar_init(&roll->grammar, roll->profile.charset != ROLL_CHARSET_ASCII);
    roll_reset_styles(roll);
    roll->qr_size = 0;
    roll->qr_module = 3;
    roll->qr_level = 'L';
    roll->pending_size = 0;
    roll->request_count = 0;
    roll->fault[0] = '\0';
    if (roll->failed == TILL_E_MEMORY) {
        roll->failed = TILL_OK;
    }
}

void roll_tear_off(struct roll *roll)
{
    roll->op_count = 0;
    roll->data_size = 0;
    roll->y = 0;
    roll->offset = 0;
    roll->begun_at = 0;
    roll->failed = TILL_OK;
}

bool roll_is_idle(const struct roll *roll)
{
    return roll->fault[0] == '\0' && roll->line.count == 0 && grammar_at_boundary(&roll->grammar);
}

uint32_t roll_height(const struct roll *roll)
{
    return roll->y;
}

const struct roll_op *roll_ops(const struct roll *roll, size_t *count_out)
{
    *count_out = roll->op_count;
    return roll->ops;
}

struct span roll_op_data(const struct roll *roll, const struct roll_op *op)
{
    return (struct span){roll->data + op->data_at, op->data_size};
}

bool roll_take_request(struct roll *roll, struct roll_request *request_out)
{
    if (roll->request_count == 0) {
        return false;
    }
    *request_out = roll->requests[0];
    roll->request_count--;
    memmove(roll->requests, roll->requests + 1, roll->request_count * sizeof *roll->requests);
    return true;
}
