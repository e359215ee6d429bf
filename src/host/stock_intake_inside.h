/*
 * The inside of the intake of numbered paper: what became of numbers (stock_intake.c), and whose
 * hands they are in (stock_intake_hands.c).
 */
#ifndef TILL_HOST_STOCK_INTAKE_INSIDE_H
#define TILL_HOST_STOCK_INTAKE_INSIDE_H

#include "stock.h"
#include "stock_intake.h"

struct stock_paper {
    const struct entry *entry;
    char user[USER_MAX]; /* logged in when it was made */
};

/* An alarm; of one batch only so many. */
enum till_status stock_intake_tell(struct stock_intake *i, const char *text) TILL_CHECKED;
struct stock_number stock_number_at(int type, const char *series, uint64_t number);

/* A stationery_received or stationery_returned: the step, and the range in its new hands. */
enum till_status stock_hands_received(struct stock_intake *i,
                                      const struct stock_paper *paper) TILL_CHECKED;
enum till_status stock_hands_returned(struct stock_intake *i,
                                      const struct stock_paper *paper) TILL_CHECKED;

#endif
